import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { GetAliasCommand, type GetFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { strFromU8, strToU8, unzipSync } from 'fflate'
import { bundle } from '../bundle/bundle.ts'
import { zip } from '../bundle/zip.ts'
import { describeError } from '../stage/describe-error.ts'
import { unsafeReminder } from './live-code.ts'

const folder = mkdtempSync(join(tmpdir(), 'live-code-'))
afterAll(() => rmSync(folder, { recursive: true }))

let current: Uint8Array
let older: Uint8Array
beforeAll(async () => {
  current = (await bundle(join(__dirname, '../../../../functions/reminder'))).zip
  const files = Object.entries(unzipSync(current))
  older = zip(
    Object.fromEntries(files.map(([name, code]) => [name, strToU8(strFromU8(code).replaceAll('withheld', 'other'))])),
  )
})

function fileOf(code: Uint8Array): string {
  const path = join(folder, `${code.length}.zip`)
  writeFileSync(path, code)
  return pathToFileURL(path).href
}

/** What is wrong if `live` gives its calls to the first of these versions, and some of them to the others. */
async function unsafe(locations: Record<string, string>): Promise<string | undefined> {
  const [live, ...others] = Object.keys(locations)
  const client = new LambdaClient({ region: 'eu-west-1' })
  client.send = (async (command: GetAliasCommand | GetFunctionCommand) =>
    command instanceof GetAliasCommand
      ? {
          FunctionVersion: live,
          RoutingConfig: { AdditionalVersionWeights: Object.fromEntries(others.map((one) => [one, 0.1])) },
        }
      : {
          Configuration: { Description: 'reminder 0.1.0, commit 0a1b2c3d4e5f' },
          Code: { Location: locations[command.input.Qualifier ?? ''] },
        }) as unknown as typeof client.send
  return await unsafeReminder(client, 'dev')
}

test('the reminder of this checkout knows customers whose reminders are withheld', async () => {
  expect(await unsafe({ v7: fileOf(current) })).toBeUndefined()
})

test('an older one is named, with its release, also if it gets only some of the calls', async () => {
  for (const versions of [{ v6: fileOf(older) }, { v7: fileOf(current), v6: fileOf(older) }]) {
    expect(await unsafe(versions)).toMatch(
      /^Version v6 of confirmation-reminder-dev-reminder \(reminder 0\.1\.0, commit 0a1b2c3d4e5f\) is live, and does not know/,
    )
  }
})

test('the code is downloaded, and a download that fails is an error', async () => {
  const server = createServer((request, response) => {
    response.writeHead(request.url === '/reminder.zip' ? 200 : 403).end(current)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  try {
    expect(await unsafe({ v7: `${url}/reminder.zip` })).toBeUndefined()
    await expect(unsafe({ v7: `${url}/expired` })).rejects.toThrow('HTTP 403')
  } finally {
    server.close()
    server.closeAllConnections()
  }
})

test('a download that does not reach the storage is described with its reason', async () => {
  const server = createServer()
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  await new Promise((closed) => server.close(closed))
  const error = await unsafe({ v7: `http://127.0.0.1:${port}/` }).catch((thrown: unknown) => thrown)
  expect(describeError(error, '')).toMatch(/^AWS cannot be reached: .* fetch failed: connect ECONNREFUSED 127/)
})
