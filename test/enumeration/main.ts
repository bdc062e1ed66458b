import { Agent, request } from 'node:http'
import { surviveLostOutput } from '@confirmation-reminder/options/lost-output'
import { UsageError } from '@confirmation-reminder/options/usage-error'
import { LocalCloud } from '../local-cloud.ts'
import { median } from '../statistics.ts'
import synthesise from '../synthesise.ts'
import { auc } from './auc.ts'
import { emailOf, type Kind, kinds, makeKnown } from './known.ts'
import { help, readOptions } from './options.ts'

surviveLostOutput()

const most = 0.55

async function main(): Promise<void> {
  const { samples, atOnce, help: asked } = readOptions(process.argv.slice(2))
  if (asked) return console.log(help)

  await synthesise()
  const cloud = await LocalCloud.start()
  try {
    const all = kinds.flatMap((kind) => Array.from({ length: samples }, (_, n) => ({ kind, email: emailOf(kind, n) })))
    await prepare(cloud, all, atOnce)
    const agent = new Agent({ keepAlive: true, maxSockets: atOnce })
    const times = new Map(kinds.map((kind) => [kind, [] as number[]]))
    await inTurn(shuffled(all), atOnce, 'measured', async ({ kind, email }) => {
      if (kind === 'recent') await register(cloud, email, agent)
      times.get(kind)?.push(await register(cloud, email, agent))
    })
    agent.destroy()
    report(times)
  } finally {
    await cloud.dispose()
  }
}

/** Prepares each address for its kind, and skips the pause between two mails to one address. */
async function prepare(cloud: LocalCloud, all: { kind: Kind; email: string }[], atOnce: number): Promise<void> {
  await inTurn(all, atOnce * 4, 'prepared', ({ kind, email }) => makeKnown(cloud, kind, email))
  await cloud.skip(3_600)
}

/** Registers an address. Returns the milliseconds from the request to the end of its answer. */
function register({ apiUrl }: LocalCloud, email: string, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const began = performance.now()
    const headers = { 'content-type': 'application/json' }
    const sent = request(`${apiUrl}/registrations`, { method: 'POST', headers, agent }, (response) => {
      response.resume().once('end', () => {
        const took = performance.now() - began
        if (response.statusCode === 202) resolve(took)
        else reject(new Error(`${email} was answered with ${response.statusCode}.`))
      })
    })
    sent.once('error', reject).end(JSON.stringify({ email }))
  })
}

function report(times: Map<Kind, number[]>): void {
  const fresh = times.get('new') ?? []
  console.log(
    `AUC against ${fresh.length} new addresses, whose median is ${median(fresh).toFixed(1)} ms. Node ${process.version}.\n`,
  )
  for (const kind of kinds.slice(1)) {
    const these = times.get(kind) ?? []
    const figure = auc(these, fresh)
    if (figure > most) process.exitCode = 1
    console.log(`${kind.padEnd(14)} ${figure.toFixed(3)}   median ${median(these).toFixed(1)} ms`)
  }
  if (process.exitCode === 1) console.log(`\nMore than ${most}: the time shows what is known about an address.`)
}

/** Does the work for each, some at once. */
async function inTurn<T>(items: T[], atOnce: number, done: string, work: (item: T) => Promise<void>): Promise<void> {
  const left = items.values()
  let finished = 0
  const worker = async () => {
    for (const item of left) {
      await work(item)
      finished += 1
      if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${finished} of ${items.length} ${done}`)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
}

function shuffled<T>(items: T[]): T[] {
  return items
    .map((item) => ({ item, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item)
}

main().catch((error: Error) => {
  console.error(error instanceof UsageError ? error.message : error)
  process.exitCode = error instanceof UsageError ? error.exitCode : 3
})
