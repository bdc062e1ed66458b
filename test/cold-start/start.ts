import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, rmSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { linkIn } from '../local-cloud.ts'
import { type Call, type Items, startAwsStub } from './aws-stub.ts'
import type { Loadable } from './code.ts'
import { environments, lambdaEnvironment } from './environments.ts'
import { type Before, type Row, registration } from './rows.ts'

/** What a cold start is made of. */
export interface Start {
  row: Row
  code: Loadable
  /** The binary of Node. */
  node: string
}

/** What a cold start did, and what it cost. */
export interface Started {
  answer: unknown
  calls: Call[]
  items: Items
  cpuMs: number
}

const onceFile = fileURLToPath(new URL('./once.cjs', import.meta.url))

// With these, V8 compiles and collects garbage in the one thread, always at the same point of the program.
const flags = ['--single-threaded', '--predictable', '--no-warnings']
// Under valgrind the slowest takes a minute, and many on a busy machine.
const longestMs = 3_600_000

/**
 * Starts a process that loads the code and handles the event of a row, against a stub of AWS in this process.
 * @param wrapper a program that runs it, with its options
 * @throws Error that says what it printed, if it failed or its answer is not the one that the row expects
 */
export async function start({ row, code, node }: Start, before: Before, wrapper: string[] = []): Promise<Started> {
  const stub = await startAwsStub(before.items)
  try {
    const [program = '', ...args] = [...wrapper, node, ...flags, onceFile, code.file, JSON.stringify(row.event(before))]
    const env = { ...variablesOf(row), ...lambdaEnvironment(stub.url) }
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'], timeout: longestMs })
    const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
    // Valgrind may warn of something before.
    const { answer, cpuMs } =
      status === 0 ? JSON.parse(stderr.split('\n').at(-1) ?? '') : fail(row, `${stdout}${stderr}`)
    if (!row.isRight(answer)) fail(row, `${stdout}${JSON.stringify(answer)}`)
    return { answer, calls: stub.calls, items: stub.items, cpuMs }
  } finally {
    await stub.stop()
  }
}

/**
 * The instructions of a cold start: those of the whole process, from Node's boot to the answer.
 * @param scratch a file that is written and removed
 * @throws Error as `start` does, or if it made other calls than without valgrind: a repeated one would count twice
 */
export async function instructionsOf(started: Start, before: Before, plain: Started, scratch: string): Promise<number> {
  const { calls } = await start(started, before, [...cachegrind, `--cachegrind-out-file=${scratch}`])
  const actionsOf = (all: Call[]) => all.map(({ action }) => action).join(', ')
  if (actionsOf(calls) !== actionsOf(plain.calls)) {
    fail(started.row, `It called ${actionsOf(calls)}, and without valgrind ${actionsOf(plain.calls)}.`)
  }
  const [, instructions] = /^summary: (\d+)/m.exec(readFileSync(scratch, 'utf8')) ?? []
  rmSync(scratch)
  return Number(instructions ?? fail(started.row, 'Valgrind counted nothing.'))
}

// It counts instructions, and simulates no caches. Without chasing jumps it is a quarter faster, because most code runs only once.
const cachegrind = ['valgrind', '--quiet', '--vex-guest-chase=no', '--tool=cachegrind', '--cache-sim=no']

/** Registers a customer, whom the other rows find. */
export async function registered(register: Omit<Start, 'row'>): Promise<Before> {
  // The first registration of a stage also makes its key, which no later one does.
  const { items: withKey } = await start({ ...register, row: registration }, nothing)
  const { calls, items } = await start({ ...register, row: registration }, { ...nothing, items: withKey })
  const run = JSON.parse(calls.find(({ action }) => action === 'StartExecution')?.body ?? '{}')
  const { customerId, traceId } = JSON.parse(run.input)
  const mail = new URLSearchParams(calls.find(({ action }) => action === 'SendRawEmail')?.body).get('RawMessage.Data')
  // The text is the first part of the mail.
  const [, , part = ''] = Buffer.from(mail ?? '', 'base64')
    .toString()
    .split('\r\n\r\n')
  const token = linkIn({ text: Buffer.from(part.split('--')[0] ?? '', 'base64').toString() }).searchParams.get('token')
  const [stored] = (items.get(customerId)?.mails as { L?: { M: { id: { S: string } } }[] } | undefined)?.L ?? []
  return { items, calls, customerId, traceId, token: token ?? '', claim: stored?.M.id.S ?? '' }
}

const nothing: Before = { items: new Map(), customerId: '', traceId: '', token: '', claim: '', calls: [] }

/** Peers get what `register` gets. */
function variablesOf({ code }: Row): Record<string, string> {
  return environments['function' in code ? code.function : 'register']
}

function fail(row: Row, printed: string): never {
  throw new Error(`The cold start "${row.name}" failed, so it is not measured:\n${printed}`)
}
