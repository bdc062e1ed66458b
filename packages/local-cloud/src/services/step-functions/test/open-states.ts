import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { VirtualClock } from '../../../core/clock.ts'
import type { Invoke, Service } from '../../../core/service.ts'
import type { StateMachine } from '../../../core/stack-model.ts'
import { openStore } from '../../../core/store.ts'
import type { StatusChange } from '../engine/run-store.ts'
import { startStates } from '../states.ts'

/** The machine of `openStates`. */
export const machineArn = 'arn:aws:states:eu-central-1:123456789012:stateMachine:reminder'

/** A function that answers. */
export function answers(payload: unknown): Invoke {
  return async () => ({ payload: JSON.stringify(payload), logTail: '', executedVersion: '1' })
}

/** A function that throws an error of this name. */
export function throws(errorType: string): Invoke {
  return async () => ({
    payload: JSON.stringify({ errorType, errorMessage: 'said the function' }),
    functionError: 'Unhandled',
    logTail: '',
    executedVersion: '1',
  })
}

const folders: string[] = []

/** An empty folder for a store. */
export async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'states-'))
  folders.push(folder)
  return folder
}

/** Removes every folder that was made here. */
export async function removeFolders(): Promise<void> {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })))
}

/** The service on a real store, with one machine and a clock that can be moved: for tests. */
export async function openStates({
  definition,
  invoke = answers(null),
  folder,
  offsetMs = 0,
  configuration,
}: {
  definition: object
  invoke?: Invoke
  folder?: string
  offsetMs?: number
  configuration?: Partial<StateMachine>
}) {
  const home = folder ?? (await newFolder())
  const store = await openStore(home)
  const clock = new VirtualClock(offsetMs)
  const lines: string[] = []
  const machine: StateMachine = {
    name: 'reminder',
    arn: machineArn,
    roleArn: 'arn:aws:iam::123456789012:role/reminder',
    type: 'STANDARD',
    definition: JSON.stringify(definition),
    tracing: false,
    logging: undefined,
    ...configuration,
  }
  const changes: StatusChange[] = []
  const states = await startStates({
    ...{ store, clock, machines: [machine], invoke },
    log: (line) => lines.push(line),
    report: (written) => ({ operations: [], written: () => void changes.push(...written) }),
  })
  // Tests read the answers as JSON, as a client receives them.
  // biome-ignore lint/suspicious/noExplicitAny: tests read any member
  const call = async (action: string, input: object): Promise<any> =>
    JSON.parse(JSON.stringify(await (states as Service).actions[action]?.(input as never)))
  const start = async (name?: string, input: unknown = {}) => {
    const named = name === undefined ? {} : { name }
    const { executionArn } = await call('StartExecution', {
      stateMachineArn: machineArn,
      ...named,
      input: JSON.stringify(input),
    })
    return executionArn as string
  }
  return {
    folder: home,
    clock,
    lines,
    /** The changes of runs' statuses, in the order in which they were written. */
    changes,
    store,
    states,
    call,
    start,
    describe: (executionArn: string) => call('DescribeExecution', { executionArn }),
    types: async (executionArn: string): Promise<string[]> =>
      (await call('GetExecutionHistory', { executionArn, maxResults: 1000 })).events.map(
        ({ type }: { type: string }) => type,
      ),
    /** Moves the clock and lets everything happen that falls due. */
    skip: async (seconds: number) => {
      clock.moveTo(clock.offsetMs + seconds * 1000)
      await states.settled()
    },
    close: async () => {
      await states.stop()
      clock.stop()
      await store.close()
    },
  }
}

export type OpenedStates = Awaited<ReturnType<typeof openStates>>

/** Opens a service as `openStates` does, for a test of the file that calls this; it is closed after that test. */
export function statesOfEachTest(): (settings: Parameters<typeof openStates>[0]) => Promise<OpenedStates> {
  let opened: OpenedStates | undefined
  afterEach(async () => {
    await opened?.close()
    opened = undefined
  })
  afterAll(removeFolders)
  return async (settings) => {
    opened = await openStates(settings)
    return opened
  }
}

/** Seconds of a day. */
export const day = 86_400

/** A definition that waits for a day. */
export const waiting = { StartAt: 'Wait', States: { Wait: { Type: 'Wait', Seconds: day, End: true } } }
