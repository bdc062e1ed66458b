import {
  DeleteFunctionConcurrencyCommand,
  GetAccountSettingsCommand,
  GetFunctionCommand,
  GetFunctionConcurrencyCommand,
  InvokeCommand,
  LambdaClient,
  ListVersionsByFunctionCommand,
  PutFunctionConcurrencyCommand,
  TooManyRequestsException,
} from '@aws-sdk/client-lambda'
import { arnOf, type FunctionSource, lambdaWith } from './test/lambda.ts'

type Local = Awaited<ReturnType<typeof lambdaWith>>

/** Says that it has begun, and never ends. */
const hangs = 'exports.handler = async (event) => { console.log(`begun ${event}`); await new Promise(() => {}) }'
const answers = 'exports.handler = async (event) => event'

let local: Local
const begin = async (
  sources: Record<string, Partial<FunctionSource>>,
  options: Parameters<typeof lambdaWith>[1] = {},
) => {
  const whole = Object.entries(sources).map(([name, source]) => [name, { code: answers, ...source }])
  local = await lambdaWith(Object.fromEntries(whole), options)
}
afterEach(() => local.stop())

/** Calls that are on their way until the test ends. */
const hold = async (name: string, count: number, qualifier = '') => {
  for (let n = 1; n <= count; n++) {
    local.lambda.invoke(`${arnOf(name)}${qualifier}`, `"${qualifier}${n}"`).catch(() => undefined)
    await local.logged(`begun ${qualifier}${n}`)
  }
}
const refusal = (Reason: string) => ({
  code: 'TooManyRequestsException',
  message: 'Rate Exceeded.',
  statusCode: 429,
  members: { Reason },
})
const beyondReservation = refusal('ReservedFunctionConcurrentInvocationLimitExceeded')
const beyondAccount = refusal('ConcurrentInvocationLimitExceeded')
/** A client that does not retry refused calls. */
const once = () =>
  new LambdaClient({
    endpoint: local.endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    maxAttempts: 1,
  })

describe('a reservation', () => {
  test('caps a function over all its versions and aliases, and no other function', async () => {
    await begin({ flooded: { code: hangs, reservedConcurrency: 3 }, free: {} })
    await hold('flooded', 1)
    await hold('flooded', 1, ':live')
    await hold('flooded', 1, ':1')
    for (const qualifier of ['', ':live', ':1', ':$LATEST']) {
      await expect(local.lambda.invoke(`${arnOf('flooded')}${qualifier}`, '1')).rejects.toMatchObject(beyondReservation)
    }
    expect(await local.call('free', 'in')).toMatchObject({ result: 'in' })
  })

  test('is free again after each call, successful or not', async () => {
    const code = 'exports.handler = async (event) => { if (event % 2) throw new Error("odd"); return event }'
    await begin({ one: { code, reservedConcurrency: 1 } })
    for (let n = 0; n < 6; n++) expect((await local.call('one', n)).result).toBe(n % 2 ? undefined : n)
  })

  test('counts calls that wait for an environment of this machine, because on AWS they would run', async () => {
    await begin({ flooded: { code: hangs, reservedConcurrency: 2 } }, { concurrency: 1 })
    await hold('flooded', 1)
    local.lambda.invoke(arnOf('flooded'), '"waits"').catch(() => undefined)
    await expect(local.call('flooded')).rejects.toMatchObject(beyondReservation)
  })

  test('of 0 means that the function never runs', async () => {
    await begin({ off: { code: hangs, reservedConcurrency: 0 } })
    await expect(local.call('off')).rejects.toMatchObject(beyondReservation)
    expect(local.lines).toEqual([])
  })

  test('is refused as AWS refuses it, and counted as a throttle of the named resource', async () => {
    await begin({ off: { reservedConcurrency: 0 } })
    const attempt = once().send(new InvokeCommand({ FunctionName: 'off', Qualifier: 'live', Payload: '{}' }))
    const error = await attempt.catch((error: unknown) => error)
    expect(error).toBeInstanceOf(TooManyRequestsException)
    expect(error).toMatchObject({
      Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
      Type: 'User',
      message: 'Rate Exceeded.',
      $metadata: { httpStatusCode: 429 },
    })
    const throttles = local.datums.filter(({ name }) => name === 'Throttles')
    expect(throttles.map(({ dimensions, value }) => [dimensions, value])).toEqual([
      [{ FunctionName: 'off' }, 1],
      [{ FunctionName: 'off', Resource: 'off:live' }, 1],
    ])
  })

  test('makes an event wait until an execution is free', async () => {
    await begin({ later: { code: hangs, reservedConcurrency: 0 } })
    const event = { FunctionName: 'later', InvocationType: 'Event', Payload: '"at last"' } as const
    expect(await once().send(new InvokeCommand(event))).toMatchObject({ StatusCode: 202 })
    await local.client.send(
      new PutFunctionConcurrencyCommand({ FunctionName: 'later', ReservedConcurrentExecutions: 1 }),
    )
    await local.logged('begun at last')
  })

  test('can be read, set and deleted, and creates no version', async () => {
    await begin({ f: { reservedConcurrency: 5 }, free: {} })
    const FunctionName = 'f'
    const reserved = () => local.client.send(new GetFunctionConcurrencyCommand({ FunctionName }))
    const unreserved = async () => (await local.client.send(new GetAccountSettingsCommand({}))).AccountLimit
    expect(await reserved()).toMatchObject({ ReservedConcurrentExecutions: 5 })
    expect(await unreserved()).toMatchObject({ ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: 995 })
    expect(await local.client.send(new GetFunctionCommand({ FunctionName }))).toMatchObject({
      Concurrency: { ReservedConcurrentExecutions: 5 },
    })
    const put = new PutFunctionConcurrencyCommand({ FunctionName: arnOf('f'), ReservedConcurrentExecutions: 900 })
    expect(await local.client.send(put)).toMatchObject({ ReservedConcurrentExecutions: 900 })
    expect(await unreserved()).toMatchObject({ UnreservedConcurrentExecutions: 100 })
    expect(await local.client.send(new DeleteFunctionConcurrencyCommand({ FunctionName }))).toMatchObject({
      $metadata: { httpStatusCode: 204 },
    })
    expect(await reserved()).not.toHaveProperty('ReservedConcurrentExecutions', expect.anything())
    expect(await local.client.send(new GetFunctionCommand({ FunctionName: 'free' }))).not.toHaveProperty('Concurrency')
    const { Versions } = await local.client.send(new ListVersionsByFunctionCommand({ FunctionName }))
    expect(Versions).toHaveLength(2)
  })

  test('is reset to Terraform’s value by the next start, which creates no version either', async () => {
    await begin({ f: { reservedConcurrency: 5 } })
    await local.client.send(new PutFunctionConcurrencyCommand({ FunctionName: 'f', ReservedConcurrentExecutions: 7 }))
    const before = local
    await local.halt()
    await begin({ f: { reservedConcurrency: 6 } }, { folder: before.folder })
    local = { ...local, stop: () => local.halt().then(before.stop, before.stop) }
    expect(await local.client.send(new GetFunctionConcurrencyCommand({ FunctionName: 'f' }))).toMatchObject({
      ReservedConcurrentExecutions: 6,
    })
    expect((await local.lambda.invoke(`${arnOf('f')}:live`, '1')).executedVersion).toBe('1')
  })

  test.each([
    [1000, 901, '[100]'],
    [101, 2, '[100]'],
    [100, 1, '[100]'],
    [10, 1, '[10]'],
  ])('in an account of %s cannot be %s, which would leave too little', async (accountConcurrency, reserved, least) => {
    await begin({ f: {} }, { accountConcurrency })
    const put = (ReservedConcurrentExecutions: number) =>
      local.client.send(new PutFunctionConcurrencyCommand({ FunctionName: 'f', ReservedConcurrentExecutions }))
    await expect(put(reserved)).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of ${least}.`,
    })
    await put(reserved - 1)
    await put(0)
    await expect(put(-1)).rejects.toMatchObject({ name: 'ValidationException' })
  })

  test('that exceeds the account’s concurrency stops the start with one sentence', async () => {
    await begin({})
    const start = lambdaWith({ f: { code: answers, reservedConcurrency: 1 } }, { accountConcurrency: 10 })
    await expect(start).rejects.toThrow(/^The functions reserve 1 of the account's 10 .* minimum value of \[10\]\.$/)
  })
})

describe('an account', () => {
  test('limits the executions of all functions together: without a reservation a burst takes them from the others', async () => {
    await begin({ flooded: { code: hangs }, due: {} }, { accountConcurrency: 3 })
    await hold('flooded', 3)
    await expect(local.call('due')).rejects.toMatchObject(beyondAccount)
  })

  test('keeps the reserved executions for a function, and the unreserved ones for the others', async () => {
    // What waits for an environment counts: a hundred workers would be many for a test.
    await begin(
      { flooded: { code: hangs }, due: { reservedConcurrency: 1 }, other: {} },
      { accountConcurrency: 101, concurrency: 1 },
    )
    for (let n = 0; n < 100; n++) local.lambda.invoke(arnOf('flooded'), `${n}`).catch(() => undefined)
    await local.logged('begun 0')
    await expect(local.call('other')).rejects.toMatchObject(beyondAccount)
    expect(await local.call('due', 1)).toMatchObject({ result: 1 })
  })
})
