import { Worker } from 'node:worker_threads'
import type { DryRun } from '@confirmation-reminder/contracts/dry-run'
import { type FunctionName, functions } from '@confirmation-reminder/contracts/functions'
import { strFromU8, unzipSync } from 'fflate'
import { breakingChanges, type Sample } from '../compatibility/compatibility.ts'
import { Refusal } from '../terminal/refusal.ts'

// Long enough for the slowest cold start; Lambda would also time out a function that takes longer.
const limitMs = 10_000

/**
 * Checks that the contract still accepts every payload that was ever released. Needs only the checkout.
 * @throws Refusal that says what it no longer accepts, and what to do instead
 */
export function checkPromises(name: FunctionName, samples: readonly Sample[]): void {
  const broken = samples.flatMap((sample) => breakingChanges(name, functions[name].input, sample))
  if (broken.length > 0) throw new Refusal(`${broken.join('\n')}\nNothing was uploaded.`)
}

/**
 * Tests new code before the upload: it must load in its deployed environment, and answer dry runs of every payload that
 * was ever released.
 * @throws Refusal that says what went wrong
 */
export async function preflight({
  name,
  zip,
  environment,
  samples,
}: {
  name: FunctionName
  zip: Uint8Array
  environment: Record<string, string>
  samples: readonly Sample[]
}): Promise<void> {
  const events = samples.map(({ payload }): DryRun => ({ dryRun: true, input: payload }))
  const fault = await rehearse(zip, environment, events)
  if (fault) throw new Refusal(`The new code of ${name} fails with what is deployed. ${fault}\nNothing was uploaded.`)
}

/** Runs the code with the events in a worker thread. Returns the error, if any. */
async function rehearse(zip: Uint8Array, environment: Record<string, string>, events: DryRun[]) {
  const files = Object.fromEntries(Object.entries(unzipSync(zip)).map(([name, file]) => [name, strFromU8(file)]))
  const worker = new Worker(rehearsal, {
    eval: true,
    workerData: { files, events },
    // The code cannot reach AWS from here.
    env: {
      ...environment,
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'none',
      AWS_SECRET_ACCESS_KEY: 'none',
    },
    stdout: true,
    stderr: true,
  })
  const timer = setTimeout(
    () => worker.emit('message', `It does not answer within ${limitMs / 1000} seconds.`),
    limitMs,
  )
  try {
    return await new Promise<string | undefined>((resolve) => {
      worker.once('message', (fault: string | null) => resolve(fault ?? undefined))
      worker.once('error', ({ message }: Error) => resolve(message))
      worker.once('exit', () => resolve('It ended its process.'))
    })
  } finally {
    clearTimeout(timer)
    await worker.terminate()
  }
}

const rehearsal = `
const { parentPort, workerData } = require('node:worker_threads')
const loaded = {}
const load = (name) => {
  if (loaded[name]) return loaded[name].exports
  const module_ = (loaded[name] = { exports: {} })
  const requireFrom = (id) => (id.startsWith('./') ? load(id.slice(2)) : require(id))
  new Function('module', 'exports', 'require', workerData.files[name])(module_, module_.exports, requireFrom)
  return module_.exports
}
const { handler } = load('handler.js')
const tryAll = async () => {
  // Also what a dry run does not need.
  for (const name of Object.keys(workerData.files)) if (name.endsWith('.js')) load(name)
  for (const event of workerData.events) {
    const answer = await handler(event, { awsRequestId: 'preflight' })
    if (answer?.dryRun !== true) throw new Error('It does not answer a dry run: wrap its handler in logged().')
  }
}
tryAll().then(() => parentPort.postMessage(null), (error) => parentPort.postMessage(error.message))
`
