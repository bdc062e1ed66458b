import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { CreateStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn'
import { installedPeers } from '../installed.ts'
import { LocalCloud } from '../local-cloud.ts'
import type { Figure } from './figure.ts'
import { machine, startRuns } from './start-runs.ts'

const runs = 20_000

/** StartExecution of a state machine that waits for a day: here, and in other emulators in the same run. */
export async function* measureRuns(): AsyncGenerator<Figure> {
  const cloud = await LocalCloud.start()
  let ours: number
  try {
    ours = await startRuns({ url: cloud.cloudUrl, machine }, runs)
  } finally {
    await cloud.dispose()
  }
  yield {
    what: 'StartExecution, 16 in flight',
    measured: `${ours.toFixed(0)} a second, each on disk before the response`,
  }

  const peers = await installedPeers(fileURLToPath(new URL('peers', import.meta.url))).catch((error: Error) => {
    console.error(`Those from npm are left out: they cannot be installed.\n${error.message}`)
    return undefined
  })
  for (const { what, how, start } of emulators) {
    const emulator = await start(peers)
    if (typeof emulator === 'string') {
      yield { what: `… ${what}`, measured: `not measured: ${emulator}` }
      continue
    }
    try {
      const theirs = await startRuns({ url: emulator.url, machine: await machineAt(emulator.url) }, runs / 10)
      const ratio = (ours / theirs).toFixed(1)
      yield { what: `… ${what}`, measured: `${theirs.toFixed(0)} a second, ${how}: ours are ${ratio} times as many` }
    } finally {
      await emulator.stop()
    }
  }
}

interface Emulator {
  url: string
  stop(): Promise<void>
}

interface Candidate {
  what: string
  how: string
  /** Starts it. Returns the reason, where it cannot be had. */
  start(peers: string | undefined): Promise<Emulator | string>
}

const noPeers = 'its package could not be installed'

const emulators: Candidate[] = [
  {
    what: 'stepfunctions-local 1.3',
    how: 'in memory',
    start: async (peers) => {
      if (!peers) return noPeers
      const port = await freePort()
      const command = join(peers, 'node_modules/stepfunctions-local/bin/stepfunctions-local.js')
      return await program(process.execPath, [command, 'start', '--port', String(port)], port)
    },
  },
  {
    what: 'aws-local-stepfunctions 3.0, which has no API: behind a server of ours',
    how: 'in memory',
    start: async (peers) => {
      if (!peers) return noPeers
      const port = await freePort()
      const server = fileURLToPath(new URL('peers/serve-aws-local-stepfunctions.mjs', import.meta.url))
      return await program(process.execPath, [server, peers, String(port)], port)
    },
  },
  {
    what: 'moto_server',
    // With its setting EXECUTE_STATE_MACHINE moto 5.2.1 answers 500.
    how: 'in memory, and it runs nothing: with execution on, moto 5.2.1 answers StartExecution with 500',
    start: async () => {
      const port = await freePort()
      return await program('moto_server', ['-p', String(port)], port)
    },
  },
]

/** Starts a program and waits until it listens. Returns the reason, where it does not. */
async function program(command: string, args: string[], port: number): Promise<Emulator | string> {
  const child = spawn(command, args, { stdio: 'ignore' })
  const ended = once(child, 'exit').catch((error: Error) => [error.message])
  const url = `http://127.0.0.1:${port}`
  while (child.exitCode === null && child.pid !== undefined) {
    const listens = await fetch(url).then(
      (response) => response.arrayBuffer(),
      () => undefined,
    )
    if (listens) return { url, stop: () => end(child) }
    await Promise.race([pause(100), ended])
  }
  return child.pid === undefined ? `${command} is not on the PATH` : `it ended with ${child.exitCode}`
}

async function end(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL')
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((closed) => server.close(closed))
  return port
}

/** Creates the state machine in an emulator. Returns its ARN. */
async function machineAt(endpoint: string): Promise<string> {
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' }
  const client = new SFNClient({ endpoint, region: 'eu-west-1', credentials })
  const wait = {
    StartAt: 'Wait',
    States: { Wait: { Type: 'Wait', Seconds: 86_400, Next: 'Done' }, Done: { Type: 'Succeed' } },
  }
  try {
    const { stateMachineArn = '' } = await client.send(
      new CreateStateMachineCommand({
        name: 'confirmation-reminder',
        definition: JSON.stringify(wait),
        roleArn: 'arn:aws:iam::123456789012:role/any',
      }),
    )
    return stateMachineArn
  } finally {
    client.destroy()
  }
}
