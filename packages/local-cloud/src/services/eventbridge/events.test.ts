import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { VirtualClock } from '../../core/clock.ts'
import type { Invoke } from '../../core/service.ts'
import { emptyStack, type Rule } from '../../core/stack-model.ts'
import { openStore, type Store } from '../../core/store.ts'
import { stepFunctionsEvent } from '../../wiring/step-functions-event.ts'
import { type Events, startEvents } from './events.ts'

const functionArn = 'arn:aws:lambda:eu-central-1:000000000000:function:failures:live'
const topicArn = 'arn:aws:sns:eu-central-1:000000000000:notify'
const rule: Rule = {
  name: 'failed-runs',
  arn: 'arn:aws:events:eu-central-1:000000000000:rule/failed-runs',
  eventPattern: JSON.stringify({ source: ['aws.states'], detail: { status: ['FAILED'] } }),
  enabled: true,
  targets: [{ id: 'failures', arn: functionArn }],
}
const run = (name: string, status: 'FAILED' | 'SUCCEEDED' = 'FAILED') =>
  stepFunctionsEvent({
    executionArn: `arn:aws:states:eu-central-1:000000000000:execution:confirmation-reminder:${name}`,
    stateMachineArn: 'arn:machine',
    name,
    status,
    startDate: 0,
    stopDate: 1000,
    input: '{}',
  })

let clock: VirtualClock
let folder: string
let store: Store
let events: Events
let logged: string[]
let invoked: string[]
let published: string[]
/** What the function does; it answers well unless a test says otherwise. */
let handle: Invoke

const answer = { payload: 'null', logTail: '', executedVersion: '1' }
const failure = { ...answer, functionError: 'Unhandled' as const, payload: '{"errorType":"Error"}' }

const start = async (rules = [rule], more: Partial<Parameters<typeof startEvents>[0]> = {}) => {
  events = await startEvents({
    stack: emptyStack({ region: 'eu-central-1', accountId: '000000000000' }),
    store,
    clock,
    rules,
    invoke: async (arn, payload) => {
      invoked.push(JSON.parse(payload).detail.name)
      return await handle(arn, payload)
    },
    publish: async (topic, message) => void published.push(`${topic} ${message}`),
    log: (line) => logged.push(line),
    ...more,
  })
}
const skip = async (seconds: number) => {
  clock.moveTo(clock.offsetMs + seconds * 1000)
  await events.settled()
}

beforeEach(async () => {
  clock = new VirtualClock()
  folder = await mkdtemp(join(tmpdir(), 'events-'))
  store = await openStore(folder)
  logged = []
  invoked = []
  published = []
  handle = async () => answer
})
afterEach(async () => {
  await events?.stop()
  clock.stop()
  await store.close()
  await rm(folder, { recursive: true })
})

test('an event that matches reaches the function as it is, once; another reaches no target', async () => {
  const payloads: string[] = []
  handle = async (arn, payload) => {
    payloads.push(`${arn} ${payload}`)
    return answer
  }
  await start()
  await events.put(run('one'))
  await events.put(run('two', 'SUCCEEDED'))
  await events.settled()
  expect(payloads).toEqual([`${functionArn} ${JSON.stringify(run('one'))}`])
  await skip(3600)
  expect(payloads).toHaveLength(1)
})

test('a topic gets what the input transformer makes of the event', async () => {
  const inputTransformer = { inputPaths: { name: '$.detail.name' }, inputTemplate: '{"run": <name>}' }
  await start([{ ...rule, targets: [{ id: 'notify', arn: topicArn, inputTransformer }] }])
  await events.put(run('one'))
  await events.settled()
  expect(published).toEqual([`${topicArn} {"run": "one"}`])
})

test('a rule that is disabled delivers nothing', async () => {
  await start([{ ...rule, enabled: false }])
  await events.put(run('one'))
  await events.settled()
  expect(invoked).toEqual([])
})

test('a failed delivery is retried after one minute and after two more, then dropped with a line in the log', async () => {
  handle = async () => failure
  await start()
  await events.put(run('one'))
  await events.settled()
  const attempts = [invoked.length]
  for (const seconds of [61, 60, 61, 86_400]) {
    await skip(seconds)
    attempts.push(invoked.length)
  }
  expect(attempts).toEqual([1, 2, 2, 3, 3])
  expect(logged.at(-1)).toMatch(/rule failed-runs to .*failures:live.*"errorType":"Error".*dropped after 3 attempts/)
})

test('a function that recovers gets the event at the next attempt', async () => {
  handle = async () => {
    throw new Error('no worker')
  }
  await start()
  await events.put(run('one'))
  await events.settled()
  handle = async () => answer
  await skip(61)
  await skip(86_400)
  expect(invoked).toEqual(['one', 'one'])
})

test('an event that a target does not accept is retried, later each time, as often and as long as its retry policy says', async () => {
  handle = async () => {
    throw new Error('disk full')
  }
  const attempts = async (maximumRetryAttempts: number, maximumEventAgeSeconds: number) => {
    invoked = []
    const target = { id: 'failures', arn: functionArn, retryPolicy: { maximumRetryAttempts, maximumEventAgeSeconds } }
    await start([{ ...rule, targets: [target] }])
    await events.put(run('one'))
    for (const seconds of [0, 1, 2, 4, 8, 16, 86_400]) await skip(seconds)
    return invoked.length
  }
  expect(await attempts(3, 86_400)).toBe(4)
  // At 0, 1, 3 and 7 seconds; the next would be at 15.
  expect(await attempts(185, 10)).toBe(4)
  expect(logged.at(-1)).toContain('disk full It is dropped after 4 attempts.')
})

test('after a restart only the events that were not delivered are delivered', async () => {
  handle = async (_, payload) => (payload.includes('"name":"one"') ? answer : failure)
  await start()
  for (const name of ['one', 'two']) await events.put(run(name))
  await events.settled()
  await events.stop()
  await store.close()

  store = await openStore(folder)
  invoked = []
  handle = async () => answer
  await start()
  await skip(61)
  expect(invoked).toEqual(['two'])
})

test('a burst is delivered completely, a few events at a time', async () => {
  let running = 0
  let most = 0
  handle = async () => {
    most = Math.max(most, ++running)
    await new Promise(setImmediate)
    running--
    return answer
  }
  await start()
  await Promise.all(Array.from({ length: 200 }, (_, index) => events.put(run(`${index}`))))
  await events.settled()
  expect(new Set(invoked).size).toBe(200)
  expect(most).toBe(8)
})

test('a target whose policy denies the rule gets nothing, and the log says why', async () => {
  await start([rule], { permits: () => ({ allowed: false, why: 'The policy forgets events.amazonaws.com.' }) })
  await events.put(run('one'))
  await events.settled()
  expect(invoked).toEqual([])
  expect(logged).toEqual([
    `EventBridge drops event ${run('one').id} of rule failed-runs. The policy forgets events.amazonaws.com.`,
  ])
})

test('a pattern that EventBridge refuses stops the start, and names its rule', async () => {
  await expect(start([{ ...rule, eventPattern: '{"source":[]}' }])).rejects.toThrow(
    'The rule failed-runs cannot be used: Event pattern is not valid. Reason: Empty arrays are not allowed at source',
  )
})

test('a target of another kind is refused by name before anything starts', async () => {
  const arn = 'arn:aws:kinesis:eu-central-1:000000000000:stream/any'
  await expect(start([{ ...rule, targets: [{ id: 'any', arn }] }])).rejects.toThrow(`not to ${arn}, target any`)
})
