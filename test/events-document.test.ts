import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { CustomerEvent } from '@confirmation-reminder/contracts/customer-event'
import { customerEvents } from '@confirmation-reminder/contracts/examples'
import { resourceName } from '@confirmation-reminder/contracts/names'
import { webhookHeader, webhookPlaceholder } from '@confirmation-reminder/contracts/webhook'
import { parse } from 'valibot'

const document = readFileSync(join(__dirname, '../docs/events.md'), 'utf8')
const blockIn = (language: string) =>
  new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(document)?.[1] ?? ''
const types = Object.values(customerEvents).map((event) => event['detail-type'])

test('the table has every event, and the example is one', () => {
  const listed = [...document.matchAll(/^\| `([A-Z][^`]+)` \|/gm)].map(([, type]) => type)
  expect(listed).toEqual([...new Set(types)])
  const example = JSON.parse(blockIn('json'))
  expect(parse(CustomerEvent, example)).toEqual(example)
})

test('the rule of a consumer hears events that exist, on the bus that exists', () => {
  const [, bus] = /event_bus_name = "([^"]+)"/.exec(blockIn('hcl')) ?? []
  expect(bus).toBe(resourceName('prod', 'events'))
  const [, source, type] =
    /jsonencode\(\{ source = \["([^"]+)"\], detail-type = \["([^"]+)"\] \}\)/.exec(blockIn('hcl')) ?? []
  expect(Object.values(customerEvents).map((event) => event.source)).toContain(source)
  expect(types).toContain(type)
})

describe('the receiver', () => {
  let receiver: ChildProcess
  let url: string
  let output = ''

  beforeAll(async () => {
    const port = await freePort()
    url = `http://127.0.0.1:${port}/`
    receiver = spawn(process.execPath, ['--input-type=module', '-e', blockIn('js')], {
      env: { PORT: String(port), WEBHOOK_SECRET: webhookPlaceholder },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    receiver.stdout?.on('data', (chunk) => {
      output += chunk
    })
    while (!(await fetch(url).catch(() => undefined))) await new Promise((resolve) => setTimeout(resolve, 50))
  })
  afterAll(async () => {
    receiver.kill()
    await once(receiver, 'close')
  })

  const call = (secret: string) =>
    fetch(url, { method: 'POST', headers: { [webhookHeader]: secret }, body: blockIn('json') })

  test('takes an event with the secret, and handles it once', async () => {
    expect((await call(webhookPlaceholder)).status).toBe(204)
    expect((await call(webhookPlaceholder)).status).toBe(204)
    expect(output).toBe('Customer Confirmed 1b671a64-40d5-891e-99b0-da01ff1f3341\n')
  })

  test.each(['', 'wrong', webhookPlaceholder.toUpperCase()])('refuses the secret "%s"', async (secret) => {
    expect((await call(secret)).status).toBe(401)
  })
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
