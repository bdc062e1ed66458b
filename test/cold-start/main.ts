import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { bundleFunction } from '@confirmation-reminder/cli/bundle/bundle'
import type { FunctionName } from '@confirmation-reminder/contracts/functions'
import { surviveLostOutput } from '@confirmation-reminder/options/lost-output'
import { UsageError } from '@confirmation-reminder/options/usage-error'
import { unzipSync } from 'fflate'
import { LocalCloud } from '../local-cloud.ts'
import synthesise from '../synthesise.ts'
import { help, readOptions } from './options.ts'

surviveLostOutput()

const once = fileURLToPath(new URL('./once.cjs', import.meta.url))
const someId = '11111111-1111-5111-8111-111111111111'

/** What is measured: a function, an event, and a check of the answer, so that no failure is measured. */
interface Start {
  what: string
  function: FunctionName
  event: (round: number) => object
  answers: (answer: unknown) => boolean
}

const status = (wanted: number) => (answer: unknown) => (answer as { statusCode?: number }).statusCode === wanted
const request = (method: string, path: string, more: object) => ({
  version: '2.0',
  rawPath: path,
  rawQueryString: '',
  headers: {},
  requestContext: { http: { method, path, sourceIp: '192.0.2.1' } },
  isBase64Encoded: false,
  ...more,
})
const registration = (body: string) =>
  request('POST', '/registrations', { headers: { 'content-type': 'application/json' }, body })

const starts: Start[] = [
  {
    what: 'register: stores, starts the run, mails',
    function: 'register',
    event: (round) => registration(JSON.stringify({ email: `round-${round}-${process.pid}@example.com` })),
    answers: status(202),
  },
  {
    what: 'register: refuses an invalid address',
    function: 'register',
    event: () => registration('{"email":"ada.example.com"}'),
    answers: status(400),
  },
  {
    what: 'confirm: looks a token up',
    function: 'confirm',
    event: () => request('GET', '/confirm', { rawQueryString: `token=${someId}.${'a'.repeat(43)}` }),
    answers: status(404),
  },
  {
    what: 'reminder: finds nothing to do',
    function: 'reminder',
    event: () => ({ customerId: someId, traceId: someId }),
    answers: (answer) => (answer as { outcome?: string }).outcome === 'gone',
  },
]

async function main(): Promise<void> {
  const { rounds, help: asked } = readOptions(process.argv.slice(2))
  if (asked) return console.log(help)

  await synthesise()
  const folder = mkdtempSync(join(tmpdir(), 'cold-start-'))
  const cloud = await LocalCloud.start()
  try {
    const bundles = await unpack(folder, [...new Set(starts.map((start) => start.function))])
    const environments = await environmentsOf(cloud, [...bundles.keys()])
    const empty = join(folder, 'empty.js')
    writeFileSync(empty, 'exports.handler = async () => ({})')

    const ratios = starts.map((): number[] => [])
    for (let round = 0; round < rounds; round++) {
      const nothing = measure(empty, {}, {}).cpuMs
      for (const [index, start] of starts.entries()) {
        const { file } = bundles.get(start.function) ?? fail(start.function)
        const { answer, cpuMs } = measure(file, start.event(round), environments.get(start.function) ?? {})
        if (!start.answers(answer)) throw new Error(`${start.what}: it answered ${JSON.stringify(answer)}`)
        ratios[index]?.push(cpuMs / nothing)
      }
      if (process.stderr.isTTY) process.stderr.write(`\r${round + 1} of ${rounds} rounds`)
    }
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')

    console.log(
      `Processor time against an empty handler; median of ${rounds}, and the middle half. Node ${process.version}.\n`,
    )
    for (const [index, start] of starts.entries()) {
      const kilobytes = ((bundles.get(start.function)?.bytes ?? 0) / 1000).toFixed(0)
      const [low, median, high] = [0.25, 0.5, 0.75].map((share) => quantile(ratios[index] ?? [], share).toFixed(2))
      console.log(`${start.what.padEnd(42)}${`${kilobytes} KB`.padStart(8)}   ${median}  (${low} to ${high})`)
    }
  } finally {
    await cloud.dispose()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Bundles functions as they are shipped, and unpacks them as Lambda does. */
async function unpack(folder: string, names: FunctionName[]) {
  const bundles = new Map<FunctionName, { file: string; bytes: number }>()
  for (const name of names) {
    const files = Object.entries(unzipSync((await bundleFunction(name)).zip))
    mkdirSync(join(folder, name))
    for (const [file, contents] of files) writeFileSync(join(folder, name, file), contents)
    const bytes = files.reduce((sum, [, contents]) => sum + contents.length, 0)
    bundles.set(name, { file: join(folder, name, 'handler.js'), bytes })
  }
  return bundles
}

/** The environment of each function, as the local cloud has resolved it. */
async function environmentsOf(cloud: LocalCloud, names: FunctionName[]) {
  const client = new LambdaClient(cloud.client)
  const environments = new Map<FunctionName, NodeJS.ProcessEnv>()
  for (const name of names) {
    const FunctionName = `confirmation-reminder-dev-${name}`
    const { Environment } = await client.send(new GetFunctionConfigurationCommand({ FunctionName }))
    environments.set(name, {
      ...Environment?.Variables,
      AWS_ENDPOINT_URL: cloud.cloudUrl,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_LAMBDA_FUNCTION_NAME: FunctionName,
    })
  }
  return environments
}

function measure(file: string, event: object, env: NodeJS.ProcessEnv): { answer: unknown; cpuMs: number } {
  // One thread, so that the time of the compiler and the garbage collector varies less.
  const args = ['--single-threaded', '--no-warnings', once, file, JSON.stringify(event)]
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { env, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${file} failed:\n${stdout}${stderr}`)
  return JSON.parse(stderr)
}

function quantile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.round((sorted.length - 1) * share)] ?? Number.NaN
}

function fail(name: string): never {
  throw new Error(`There is no bundle of ${name}.`)
}

main().catch((error: Error) => {
  console.error(error instanceof UsageError ? error.message : error)
  process.exitCode = error instanceof UsageError ? error.exitCode : 1
})
