import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { SESClient, SendRawEmailCommand } from '@aws-sdk/client-ses'
import fc from 'fast-check'
import { VirtualClock } from '../core/clock.ts'
import { gatewayFor, temporaryStore } from '../gateway/test/start-gateway.ts'
import { lambdaWith } from '../services/lambda/test/lambda.ts'
import type { Call } from './call.ts'
import type { FaultRule } from './fault-rules.ts'
import { Faults } from './faults.ts'

const put = { service: 'dynamodb', action: 'PutItem' }
const call = (input: object = {}, changes: Partial<Call> = {}): Call => ({ ...put, input, ...changes })

async function faultsOf(...rules: FaultRule[]): Promise<Faults> {
  const faults = new Faults()
  await faults.replace({ seed: 1, rules })
  return faults
}

describe('which calls a rule affects', () => {
  test('a rate is the share of affected calls, and the same seed affects the same calls', async () => {
    const injected = async (seed: number) => {
      const faults = new Faults()
      await faults.replace({ seed, rules: [{ ...put, kind: 'duplicate', rate: 0.03 }] })
      return Array.from({ length: 10_000 }, (_, n) => (faults.next(call()) ? n : -1)).filter((n) => n >= 0)
    }
    expect((await injected(1)).length / 10_000).toBeCloseTo(0.03, 2)
    expect(await injected(1)).toEqual(await injected(1))
    expect(await injected(1)).not.toEqual(await injected(2))
  })

  test('rules of the same rate do not affect the same calls', async () => {
    const twice = await faultsOf(
      { ...put, kind: 'duplicate', rate: 0.5 },
      { ...put, kind: 'dropAfterEffect', rate: 0.5 },
    )
    const kinds = Array.from({ length: 1000 }, () => twice.next(call())?.kind)
    expect(new Set(kinds)).toEqual(new Set(['duplicate', 'dropAfterEffect', undefined]))
    expect(kinds.filter((kind) => kind === undefined).length).toBeGreaterThan(150)
  })

  test('times are used up by the first calls, and counted', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 20 }), async (times, calls) => {
        const faults = await faultsOf({ ...put, kind: 'duplicate', times })
        const injected = Array.from({ length: calls }, () => faults.next(call())).filter(Boolean).length
        expect(injected).toBe(Math.min(times, calls))
        expect(faults.list()).toEqual([{ ...put, kind: 'duplicate', times: times - injected, injected }])
      }),
    )
  })

  test.each<[string, FaultRule['match'], Partial<Call>, boolean]>([
    ['a text that the request holds', 'ada', {}, true],
    ['a text that it lacks', 'bob', {}, false],
    ['a member that holds the text', { 'Key.id.S': 'ada' }, {}, true],
    ['a member that lacks it', { TableName: 'ada' }, {}, false],
    ['several members, one of which lacks it', { TableName: 't', 'Key.id.S': 'bob' }, {}, false],
    ['a member that every object inherits', { 'constructor.name': 'Object' }, {}, false],
    ['the caller', { caller: 'reminder' }, { caller: { name: 'stage-reminder' } }, true],
    ['another caller', { caller: 'reminder' }, { caller: { name: 'stage-register' } }, false],
    ['the caller in full', { caller: 'stage-reminder' }, { caller: { name: 'stage-reminder' } }, true],
    ['a caller of a stack of that name', { caller: 'reminder' }, { caller: { name: 'reminder-register' } }, false],
    ['an unknown caller', { caller: 'reminder' }, {}, false],
    ['a header inside a raw mail', 'X-Tag: a', { input: { RawMessage: { Data: btoa('X-Tag: a\r\n') } } }, true],
    [
      'a header inside a raw mail, beside another member',
      { request: 'X-Tag: a', caller: 'reminder' },
      { input: { RawMessage: { Data: btoa('X-Tag: a\r\n') } }, caller: { name: 'reminder' } },
      true,
    ],
    ['a payload of bytes', '"step":2', { input: { Payload: Buffer.from('{"step":2}') } }, true],
  ])('match finds %s', async (_, match, changes, expected) => {
    const faults = await faultsOf({ ...put, kind: 'duplicate', times: 1, ...(match !== undefined && { match }) })
    const input = { TableName: 't', Key: { id: { S: 'ada' } } }
    expect(faults.next(call(input, changes)) !== undefined).toBe(expected)
  })

  test('rules and counts outlive the process', async () => {
    const { store, remove } = await temporaryStore()
    const first = await Faults.open(store, new VirtualClock())
    await first.replace({ seed: 3, rules: [{ ...put, kind: 'duplicate', times: 2 }] })
    first.next(call())
    await first.stop()
    const second = await Faults.open(store, new VirtualClock())
    expect(second.list()).toEqual([{ ...put, kind: 'duplicate', times: 1, injected: 1 }])
    expect(second.next(call())).toBeDefined()
    expect(second.next(call())).toBeUndefined()
    await second.stop()
    await remove()
  })
})

test('a rule that is added or removed changes no count of the others, also after a restart', async () => {
  const { store, remove } = await temporaryStore()
  const first = await Faults.open(store, new VirtualClock())
  await first.replace({ rules: [{ ...put, kind: 'duplicate', rate: 1 }] })
  first.next(call())
  await first.add({ ...put, kind: 'dropAfterEffect', rate: 1 })
  await first.add({ ...put, kind: 'duplicate', times: 2 })
  await first.remove(1)
  await first.stop()
  const second = await Faults.open(store, new VirtualClock())
  expect(second.list()).toEqual([
    { ...put, kind: 'duplicate', rate: 1, injected: 1 },
    { ...put, kind: 'duplicate', times: 2, injected: 0 },
  ])
  await second.stop()
  await remove()
})

test('a skip of the clock includes the delays of calls and stops where they end', async () => {
  const { store, remove } = await temporaryStore()
  const clock = new VirtualClock()
  const faults = await Faults.open(store, clock)
  const delayed = faults.delay({ service: 'ses', action: 'SendRawEmail', input: {} }, 14_000)
  expect(clock.nextStopMs).toBeLessThanOrEqual(clock.now() + 14_000)
  clock.moveTo(14_000)
  await delayed
  clock.stop()
  await remove()
})

describe('what AWS clients meet', () => {
  let done: object[]
  let gateway: Awaited<ReturnType<typeof gatewayFor>>
  beforeEach(async () => {
    done = []
    const keep = async (input: object) => {
      done.push(input)
      return { ConsumedCapacity: { CapacityUnits: done.length } }
    }
    gateway = await gatewayFor({
      dynamodb: { actions: { PutItem: keep, GetItem: keep } },
      ses: { actions: { SendRawEmail: async () => ({ MessageId: 'm' }) } },
    })
  })
  afterEach(() => gateway.stop())
  const write = (maxAttempts = 1) =>
    new DynamoDBClient({ ...gateway.client, maxAttempts }).send(new PutItemCommand({ TableName: 't', Item: {} }))

  test('dropAfterEffect does the work and breaks the connection, after which clients retry', async () => {
    await gateway.faults.replace({ rules: [{ ...put, kind: 'dropAfterEffect', times: 1 }] })
    await expect(write()).rejects.toThrow('socket hang up')
    expect(done).toHaveLength(1)
    await gateway.faults.replace({ rules: [{ ...put, kind: 'dropAfterEffect', times: 1 }] })
    await write(2)
    expect(done).toHaveLength(3)
  })

  test('duplicate does the work twice and answers with the second', async () => {
    await gateway.faults.replace({ rules: [{ ...put, kind: 'duplicate', times: 1 }] })
    expect((await write()).ConsumedCapacity).toEqual({ CapacityUnits: 2 })
    expect((await write()).ConsumedCapacity).toEqual({ CapacityUnits: 3 })
  })

  test('latency answers, but later than the others', async () => {
    await gateway.faults.replace({ rules: [{ ...put, kind: 'latency', latencyMilliseconds: 300, times: 1 }] })
    const order: string[] = []
    const read = new DynamoDBClient(gateway.client).send(new GetItemCommand({ TableName: 't', Key: {} }))
    await Promise.all([write().then(() => order.push('slow')), read.then(() => order.push('quick'))])
    expect(order).toEqual(['quick', 'slow'])
  })

  test('a rule for one address throttles only its mails', async () => {
    const rule: FaultRule = { service: 'ses', action: 'SendRawEmail', kind: 'error', error: 'Throttling', times: 1 }
    await gateway.faults.replace({ rules: [{ ...rule, match: 'ada@example.com' }] })
    const ses = new SESClient(gateway.client)
    const mail = (to: string) => new SendRawEmailCommand({ RawMessage: { Data: Buffer.from(`To: ${to}\r\n\r\n.`) } })
    await ses.send(mail('bob@example.com'))
    await expect(ses.send(mail('ada@example.com'))).rejects.toMatchObject({ name: 'Throttling' })
  })

  test('a caller that is not a function cannot be crashed', async () => {
    await gateway.faults.replace({ rules: [{ ...put, kind: 'crashCaller', times: 1 }] })
    await write()
    expect(gateway.faults.list()).toMatchObject([{ injected: 0 }])
  })
})

describe('a function that is crashed by its own call', () => {
  // It speaks without a client, because the test's functions have none: the credential scope is all that counts.
  const code = `
    const { request } = require('node:http')
    exports.handler = () => new Promise((resolve, reject) => {
      const Authorization = 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID + '/d/r/lambda/aws4_request'
      request(process.env.AWS_ENDPOINT_URL + '/2015-03-31/functions', { headers: { Authorization } }, (answer) =>
        answer.resume().on('end', () => resolve(answer.statusCode))).on('error', reject).end()
    })`
  const listing = { service: 'lambda', action: 'ListFunctions' }

  test.each(['beforeEffect', 'afterEffect'] as const)('dies %s, and the next one works', async (when) => {
    const local = await lambdaWith({ caller: { code } })
    await local.faults.replace({
      rules: [{ ...listing, kind: 'crashCaller', times: 1, when, match: { caller: 'caller' } }],
    })
    const { error } = await local.call('caller')
    expect(error).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching('signal: killed'),
    })
    expect(await local.call('caller')).toMatchObject({ result: 200 })
    expect(local.faults.list()).toMatchObject([{ times: 0, injected: 1 }])
    await local.stop()
  })
})
