import { VirtualClock } from '../core/clock.ts'
import { call, type Service } from '../core/service.ts'
import { emptyStack } from '../core/stack-model.ts'
import { temporaryStore } from '../gateway/test/start-gateway.ts'
import { Metrics } from '../services/cloudwatch/metrics.ts'
import { startEvents } from '../services/eventbridge/events.ts'
import { type StatesService, startStates } from '../services/step-functions/states.ts'
import { answers, machineArn, throws } from '../services/step-functions/test/open-states.ts'
import { taskMachine } from '../services/step-functions/test/simulate.ts'
import { RunChanges } from './run-changes.ts'

const dimensions = { StateMachineArn: machineArn }
const rule = {
  name: 'all',
  arn: 'arn:aws:events:eu-central-1:123456789012:rule/all',
  eventPattern: JSON.stringify({ source: ['aws.states'] }),
  enabled: true,
  targets: [{ id: 'listener', arn: 'arn:aws:lambda:eu-central-1:123456789012:function:listener' }],
}

let temporary: Awaited<ReturnType<typeof temporaryStore>>
let clock: VirtualClock
let received: string[]
let fails: boolean

beforeEach(async () => {
  temporary = await temporaryStore()
  clock = new VirtualClock()
  received = []
  fails = true
})
afterEach(async () => {
  clock.stop()
  await temporary.remove()
})

/** Step Functions on the test's store, as in one process; without reporting if the test kills it. */
async function openStates(): Promise<StatesService> {
  const definition = JSON.stringify(taskMachine())
  const roleArn = 'arn:aws:iam::123456789012:role/reminder'
  const machine = { name: 'reminder', arn: machineArn, roleArn, type: 'STANDARD', tracing: false } as const
  const { store } = temporary
  return startStates({
    store,
    clock,
    machines: [{ ...machine, definition, logging: undefined }],
    invoke: (arn, payload) => (fails ? throws('Sorry') : answers('done'))(arn, payload),
    log: () => {},
  })
}

/** Runs the reporting on the same store until everything is reported. */
async function reportChanges(work: (states: Service) => Promise<unknown> = async () => {}): Promise<void> {
  const { store } = temporary
  const log = () => {}
  const states = await openStates()
  const publish = async () => {}
  const events = await startEvents({
    stack: emptyStack({ region: 'eu-central-1', accountId: '000000000000' }),
    store,
    clock,
    rules: [rule],
    invoke: async (_, payload) => {
      received.push(JSON.parse(payload).detail.status)
      return { payload: 'null', logTail: '', executedVersion: '1' }
    },
    publish,
    log,
  })
  const changes = await RunChanges.open({ states, store, metrics: new Metrics(store, clock), events, log })
  await work(changes.watch())
  await states.settled()
  await changes.settled()
  await events.settled()
  await states.stop()
  await events.stop()
}

const start = (states: Service, name: string) => call(states, 'StartExecution', { stateMachineArn: machineArn, name })

async function measured(name: string, statistic: 'sum' | 'maximum' = 'sum', of: object = dimensions): Promise<number> {
  const metric = { namespace: 'AWS/States', name, dimensions: { ...of } }
  const range = { fromMs: 0, toMs: clock.now() + 1, periodMs: 10 ** 15 }
  const [period] = await new Metrics(temporary.store, clock).read(metric, range)
  return period?.[statistic] ?? 0
}

test('a run is counted and reported when it starts and when it ends', async () => {
  await reportChanges((states) => start(states, 'one'))
  expect(received.sort()).toEqual(['FAILED', 'RUNNING'])
  expect(await measured('ExecutionsStarted')).toBe(1)
  expect(await measured('ExecutionsFailed')).toBe(1)
  expect(await measured('ExecutionsSucceeded')).toBe(0)
})

test('the next process reports what a killed one did not, once', async () => {
  const killed = await openStates()
  await Promise.all(['one', 'two', 'three'].map((name) => start(killed, name)))
  await killed.settled()
  await killed.stop()
  expect(await measured('ExecutionsFailed')).toBe(0)

  for (const _ of [1, 2]) await reportChanges()
  expect(received.filter((status) => status === 'FAILED')).toHaveLength(3)
  expect(await measured('ExecutionsStarted')).toBe(3)
  expect(await measured('ExecutionsFailed')).toBe(3)
})

test('the same start again is not another run', async () => {
  await reportChanges((states) => Promise.allSettled([start(states, 'one'), start(states, 'one')]))
  expect(await measured('ExecutionsStarted')).toBe(1)
})

test('a redriven run starts again, and its second end is reported too', async () => {
  await reportChanges((states) => start(states, 'one'))
  fails = false
  clock.moveTo(1000)
  const executionArn = 'arn:aws:states:eu-central-1:123456789012:execution:reminder:one'
  await reportChanges((states) => call(states, 'RedriveExecution', { executionArn }))
  expect(received.sort()).toEqual(['FAILED', 'RUNNING', 'RUNNING', 'SUCCEEDED'])
  expect(await measured('ExecutionsRedriven')).toBe(1)
  expect(await measured('ExecutionsSucceeded')).toBe(1)
  expect(await measured('OpenExecutionCount', 'maximum', {})).toBe(1)
})
