import { VirtualClock } from '../core/clock.ts'
import { call, type Service } from '../core/service.ts'
import { emptyStack } from '../core/stack-model.ts'
import { temporaryStore } from '../gateway/test/start-gateway.ts'
import { Metrics } from '../services/cloudwatch/metrics.ts'
import { startEvents } from '../services/eventbridge/events.ts'
import { startStates } from '../services/step-functions/states.ts'
import { answers, machineArn, throws } from '../services/step-functions/test/open-states.ts'
import { taskMachine } from '../services/step-functions/test/simulate.ts'
import { reportRunChanges } from './run-changes.ts'

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

/**
 * One process with Step Functions and EventBridge on the test's store, until all is done.
 * @param listens whether the listener answers. A process that is killed in the meantime has delivered nothing.
 */
async function inProcess(work: (states: Service) => Promise<unknown>, { listens = true } = {}): Promise<void> {
  const { store } = temporary
  const log = () => {}
  const events = await startEvents({
    stack: emptyStack({ region: 'eu-central-1', accountId: '000000000000' }),
    ...{ store, clock, log, rules: [rule] },
    invoke: async (_, payload) => {
      if (!listens) return await new Promise(() => {})
      received.push(JSON.parse(payload).detail.status)
      return { payload: 'null', logTail: '', executedVersion: '1' }
    },
    publish: async () => {},
  })
  const roleArn = 'arn:aws:iam::123456789012:role/reminder'
  const machine = { name: 'reminder', arn: machineArn, roleArn, type: 'STANDARD', tracing: false } as const
  const states = await startStates({
    ...{ store, clock, log },
    machines: [{ ...machine, definition: JSON.stringify(taskMachine()), logging: undefined }],
    invoke: (arn, payload) => (fails ? throws('Sorry') : answers('done'))(arn, payload),
    report: reportRunChanges({ metrics: new Metrics(store, clock), events }),
  })
  await work(states)
  await states.settled()
  if (listens) await events.settled()
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
  await inProcess((states) => start(states, 'one'))
  expect(received.sort()).toEqual(['FAILED', 'RUNNING'])
  expect(await measured('ExecutionsStarted')).toBe(1)
  expect(await measured('ExecutionsFailed')).toBe(1)
  expect(await measured('ExecutionsSucceeded')).toBe(0)
})

test('the next process delivers what a killed one did not, once', async () => {
  await inProcess((states) => Promise.all(['one', 'two', 'three'].map((name) => start(states, name))), {
    listens: false,
  })
  expect(received).toEqual([])

  for (const _ of [1, 2]) await inProcess(async () => {})
  expect(received.filter((status) => status === 'FAILED')).toHaveLength(3)
  expect(received).toHaveLength(6)
  expect(await measured('ExecutionsStarted')).toBe(3)
  expect(await measured('ExecutionsFailed')).toBe(3)
})

test('no batch of the store has a change without its report', async () => {
  const { store } = temporary
  const batches: string[][] = []
  const write = store.batch.bind(store)
  store.batch = (async (operations: { key: string; sublevel?: { prefix: string } }[]) => {
    batches.push(operations.map(({ key, sublevel }) => `${sublevel?.prefix}${key}`))
    await write(operations as never)
  }) as never
  await inProcess((states) => Promise.all(['one', 'two'].map((name) => start(states, name))))
  const having = (part: RegExp) => batches.filter((keys) => keys.some((key) => part.test(key)))
  const changed = having(/^!states!list/)
  expect(changed.length).toBeGreaterThanOrEqual(2)
  expect(having(/^!events!/).filter((keys) => changed.includes(keys))).toEqual(changed)
  expect(having(/^!cloudwatch-metrics!/).filter((keys) => changed.includes(keys))).toEqual(changed)
})

test('the same start again is not another run', async () => {
  await inProcess((states) => Promise.allSettled([start(states, 'one'), start(states, 'one')]))
  expect(await measured('ExecutionsStarted')).toBe(1)
})

test('a redriven run starts again, and its second end is reported too', async () => {
  await inProcess((states) => start(states, 'one'))
  fails = false
  clock.moveTo(1000)
  const executionArn = 'arn:aws:states:eu-central-1:123456789012:execution:reminder:one'
  await inProcess((states) => call(states, 'RedriveExecution', { executionArn }))
  expect(received.sort()).toEqual(['FAILED', 'RUNNING', 'RUNNING', 'SUCCEEDED'])
  expect(await measured('ExecutionsRedriven')).toBe(1)
  expect(await measured('ExecutionsSucceeded')).toBe(1)
  expect(await measured('OpenExecutionCount', 'maximum', {})).toBe(1)
})
