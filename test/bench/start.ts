import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { median, spread } from '../statistics.ts'
import { stackOf } from '../synthesise.ts'
import type { Figure } from './figure.ts'
import { usedBy } from './process-of.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const rounds = 7

interface Start {
  seconds: number
  cpuSeconds: number
}

/** How long a start takes until the line `ready`, when nothing has changed since the one before. */
export async function* measureStart(): AsyncGenerator<Figure> {
  await untilReady('npm', ['start', '--silent', '--'])
  const npm: Start[] = []
  const [bundled, sources]: [Start[], Start[]] = [[], []]
  const cloud = 'packages/local-cloud/src/main.ts'
  const stack = ['--stack', stackOf('dev')]
  for (let round = 0; round < rounds; round++) {
    npm.push(await untilReady('npm', ['start', '--silent', '--']))
    bundled.push(await untilReady(process.execPath, ['packages/programs/src/run.mjs', cloud, ...stack]))
    sources.push(await untilReady(process.execPath, ['--import', 'tsx', cloud, ...stack]))
  }
  yield { what: '`npm start` when nothing changed, to ready', measured: `${spread(npm.map(secondsOf))} s` }
  yield {
    what: 'start of the cloud alone, from its bundle',
    measured: `${spread(bundled.map(secondsOf))} s, ${spread(bundled.map(cpuOf))} s of CPU`,
  }
  yield {
    what: '… from its sources with tsx',
    measured:
      `${spread(sources.map(secondsOf))} s, ${spread(sources.map(cpuOf))} s of CPU: ` +
      `${(median(sources.map(cpuOf)) / median(bundled.map(cpuOf))).toFixed(1)} times as much`,
  }
}

const secondsOf = ({ seconds }: Start) => seconds
const cpuOf = ({ cpuSeconds }: Start) => cpuSeconds

/** Starts a local cloud with a new data folder and stops it when it is ready. The CPU is that of the process itself. */
async function untilReady(command: string, args: readonly string[]): Promise<Start> {
  const data = mkdtempSync(join(tmpdir(), 'bench-'))
  const beganMs = performance.now()
  const own = ['--data', data, '--cloud-port', '0', '--api-port', '0']
  // A group of its own, because npm passes no signal on to what it starts.
  const child = spawn(command, [...args, ...own], { cwd: root, detached: true, stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    await ready(child)
    return { seconds: (performance.now() - beganMs) / 1000, cpuSeconds: usedBy(child.pid ?? 0).cpuSeconds }
  } finally {
    process.kill(-(child.pid ?? 0), 'SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close')
    rmSync(data, { recursive: true, force: true })
  }
}

async function ready(child: ChildProcess): Promise<void> {
  for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream }))
    if (line === 'ready') return
  throw new Error('The local cloud did not get ready.')
}
