import { AwsError } from '../../core/aws-error.ts'
import { openStore } from '../../core/store.ts'
import { answers, day, machineArn, openStates, statesOfEachTest, throws, waiting } from './test/open-states.ts'
import { taskMachine } from './test/simulate.ts'

const open = statesOfEachTest()

const reminding = {
  StartAt: 'Wait',
  States: { Wait: { Type: 'Wait', Seconds: day, Next: 'Work' }, ...(taskMachine() as { States: object }).States },
}
const executionArn = `${machineArn.replace('stateMachine', 'execution')}:`

test('a run waits for a day, invokes its task and ends', async () => {
  const { changes, start, describe, types, skip } = await open({
    definition: reminding,
    invoke: answers({ outcome: 'sent' }),
  })
  const run = await start('one', { customerId: 'c' })
  await skip(day - 60)
  expect(await types(run)).toEqual(['ExecutionStarted', 'WaitStateEntered'])
  expect(await describe(run)).toMatchObject({ status: 'RUNNING', redriveStatus: 'NOT_REDRIVABLE' })
  await skip(60)
  expect(await describe(run)).toEqual({
    executionArn: run,
    stateMachineArn: machineArn,
    name: 'one',
    status: 'SUCCEEDED',
    startDate: expect.any(Number),
    stopDate: expect.any(Number),
    input: '{"customerId":"c"}',
    inputDetails: { included: true },
    output: '{"outcome":"sent"}',
    outputDetails: { included: true },
    redriveCount: 0,
    redriveStatus: 'NOT_REDRIVABLE',
    redriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
  })
  expect(changes.map(({ run: { name, status }, open }) => [name, status, open])).toEqual([
    ['one', 'RUNNING', 1],
    ['one', 'SUCCEEDED', 0],
  ])
})

test('a run that starts and ends in one step is two changes', async () => {
  const { changes, start } = await open({ definition: { StartAt: 'Done', States: { Done: { Type: 'Succeed' } } } })
  await start('one', { customerId: 'c' })
  expect(changes.map(({ run: { status, output }, open }) => [status, output, open])).toEqual([
    ['RUNNING', undefined, 1],
    ['SUCCEEDED', '{"customerId":"c"}', 0],
  ])
})

test('the next process knows how many runs are open, also of a data folder from before that was stored', async () => {
  const killed = await open({ definition: waiting })
  for (const _ of [1, 2, 3]) await killed.start()
  const stored = killed.store.sublevel<string, unknown>('states', { valueEncoding: 'json' })
  expect(await stored.get('open')).toBe(3)
  await killed.close()
  const next = await open({ definition: waiting, folder: killed.folder })
  await next.start()
  expect(next.changes).toMatchObject([{ open: 4 }])
  await next.store.sublevel<string, unknown>('states', { valueEncoding: 'json' }).del('open')
  await next.close()
  const updated = await open({ definition: waiting, folder: killed.folder })
  await updated.start()
  expect(updated.changes).toMatchObject([{ open: 5 }])
})

test("the clock may skip far beyond the wait: the delay does not count towards the machine's timeout", async () => {
  const { start, describe, skip } = await open({ definition: { ...reminding, TimeoutSeconds: day + 60 } })
  const run = await start()
  await skip(30 * day)
  expect(await describe(run)).toMatchObject({ status: 'SUCCEEDED' })
})

test("a wait longer than the machine's timeout times out", async () => {
  const { start, describe, skip, lines } = await open({ definition: { ...waiting, TimeoutSeconds: 3600 } })
  const run = await start('slow')
  await skip(3599)
  expect(await describe(run)).toMatchObject({ status: 'RUNNING' })
  await skip(2 * day)
  const described = await describe(run)
  expect(described).toMatchObject({ status: 'TIMED_OUT', redriveStatus: 'REDRIVABLE' })
  expect(described).not.toHaveProperty('error')
  expect(lines).toEqual([`states: ${run} TIMED_OUT States.Timeout`])
})

describe('StartExecution', () => {
  test('with the name and input of an open run is the same run', async () => {
    const { call } = await open({ definition: waiting })
    const request = { stateMachineArn: machineArn, name: 'one', input: '{"a":1}' }
    const first = await call('StartExecution', request)
    expect(first).toEqual({ executionArn: `${executionArn}one`, startDate: expect.any(Number) })
    expect(await call('StartExecution', request)).toEqual(first)
    await expect(call('StartExecution', { ...request, input: '{"a": 1}' })).rejects.toMatchObject({
      code: 'ExecutionAlreadyExists',
      message: `Execution Already Exists: '${executionArn}one'`,
    })
  })

  test('fifty times at once, starts one run', async () => {
    const { call } = await open({ definition: waiting })
    const request = { stateMachineArn: machineArn, name: 'one', input: '{}' }
    const answers = await Promise.all(Array.from({ length: 50 }, () => call('StartExecution', request)))
    expect(new Set(answers.map(({ startDate }) => startDate)).size).toBe(1)
    expect((await call('ListExecutions', { stateMachineArn: machineArn })).executions).toHaveLength(1)
  })

  test('refuses the name of a run that has ended for 90 days, and then accepts it', async () => {
    const { call, start, describe, types, skip } = await open({ definition: waiting })
    const run = await start('one', { first: true })
    await skip(day)
    await expect(start('one', { first: true })).rejects.toMatchObject({ code: 'ExecutionAlreadyExists' })
    await skip(90 * day - 60)
    await expect(start('one')).rejects.toMatchObject({ code: 'ExecutionAlreadyExists' })
    await skip(60)
    await start('one', { second: true })
    expect(await describe(run)).toMatchObject({ status: 'RUNNING', input: '{"second":true}' })
    expect(await types(run)).toEqual(['ExecutionStarted', 'WaitStateEntered'])
    expect((await call('ListExecutions', { stateMachineArn: machineArn })).executions).toHaveLength(1)
  })

  test('gives a run without a name a UUID, and without an input an empty object', async () => {
    const { call, describe } = await open({ definition: waiting })
    const { executionArn: run } = await call('StartExecution', { stateMachineArn: machineArn })
    expect(run).toMatch(/:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    expect(await describe(run)).toMatchObject({ input: '{}' })
  })

  test.each([
    'a b',
    'a/b',
    'a:b',
    'a*',
    'a?',
    '<a',
    'a"',
    'a\\',
    'a#',
    'a%',
    'a~',
    '$a',
    'a&',
    'a,b',
    'a;',
    'a\u0007',
    'a\u0085',
    '',
  ])('refuses the name %j', async (name) => {
    const { start } = await open({ definition: waiting })
    await expect(start(name)).rejects.toMatchObject({ code: 'InvalidName', message: `Invalid Name: '${name}'` })
  })

  test('accepts a name of 80 characters, of any script, and refuses a longer one', async () => {
    const { start } = await open({ definition: waiting })
    expect(await start('ö'.repeat(80))).toBe(executionArn + 'ö'.repeat(80))
    await expect(start('x'.repeat(81))).rejects.toMatchObject({ code: 'ValidationException' })
  })

  test('accepts an input of 262,144 bytes of JSON, and refuses longer input and other text', async () => {
    const { call } = await open({ definition: waiting })
    const begin = (input: string) => call('StartExecution', { stateMachineArn: machineArn, input })
    await begin(`"${'x'.repeat(262_142)}"`)
    await expect(begin(`"${'x'.repeat(262_143)}"`)).rejects.toMatchObject({ code: 'ValidationException' })
    await expect(begin(`"${'ö'.repeat(262_000)}"`)).rejects.toMatchObject({ code: 'ValidationException' })
    await expect(begin('{')).rejects.toMatchObject({ code: 'InvalidExecutionInput' })
  })

  test("refuses a machine that does not exist, and an ARN that is not a machine's", async () => {
    const { call } = await open({ definition: waiting })
    await expect(call('StartExecution', { stateMachineArn: `${machineArn}2` })).rejects.toMatchObject({
      code: 'StateMachineDoesNotExist',
    })
    await expect(call('StartExecution', { stateMachineArn: 'reminder' })).rejects.toMatchObject({ code: 'InvalidArn' })
    await expect(call('StartExecution', {})).rejects.toMatchObject({ code: 'ValidationException' })
    // AWS looks at the sizes before it looks for the machine.
    const long = call('StartExecution', { stateMachineArn: `${machineArn}2`, name: 'x'.repeat(81) })
    await expect(long).rejects.toMatchObject({ code: 'ValidationException' })
  })
})

describe('tasks', () => {
  test("receive the payload, and the function's payload names their error", async () => {
    const calls: unknown[] = []
    const { start, describe, states } = await open({
      definition: taskMachine(),
      invoke: (arn, payload) => {
        calls.push([arn, payload])
        return throws('MailRefused')(arn, payload)
      },
    })
    const run = await start('one', { a: 1 })
    await states.settled()
    expect(calls).toEqual([['arn:aws:lambda:eu-central-1:123456789012:function:work', '{"a":1}']])
    expect(await describe(run)).toMatchObject({
      status: 'FAILED',
      error: 'MailRefused',
      cause: '{"errorType":"MailRefused","errorMessage":"said the function"}',
    })
  })

  test.each([
    [
      'Lambda.TooManyRequestsException',
      new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429),
      'Status Code: 429',
    ],
    ['Lambda.ResourceNotFoundException', new AwsError('ResourceNotFoundException', 'No such one', 404), 'No such one'],
    ['Lambda.SdkClientException', new Error('socket hang up'), 'socket hang up'],
  ])('that Lambda refuses fail with %s', async (error, refusal, cause) => {
    const { start, describe, states } = await open({
      definition: taskMachine(),
      invoke: () => Promise.reject(refusal),
    })
    const run = await start()
    await states.settled()
    expect(await describe(run)).toMatchObject({ status: 'FAILED', error, cause: expect.stringContaining(cause) })
  })

  test('without an error type in their payload fail with Lambda.Unknown', async () => {
    const { start, describe, states } = await open({
      definition: taskMachine(),
      invoke: async () => ({ payload: '{}', functionError: 'Unhandled', logTail: '', executedVersion: '1' }),
    })
    const run = await start()
    await states.settled()
    expect(await describe(run)).toMatchObject({ error: 'Lambda.Unknown' })
  })

  test('are retried when the clock has reached their backoff, not before', async () => {
    let attempts = 0
    const { start, describe, types, skip, states } = await open({
      definition: taskMachine({ Retry: [{ ErrorEquals: ['Sorry'], IntervalSeconds: 100, MaxAttempts: 2 }] }),
      invoke: (arn, payload) => {
        attempts += 1
        return (attempts < 3 ? throws('Sorry') : answers('done'))(arn, payload)
      },
    })
    const run = await start()
    await states.settled()
    expect(attempts).toBe(1)
    await skip(99)
    expect(attempts).toBe(1)
    await skip(1)
    expect(attempts).toBe(2)
    await skip(190)
    expect(attempts).toBe(2)
    await skip(10)
    expect(await describe(run)).toMatchObject({ status: 'SUCCEEDED', output: '"done"' })
    expect((await types(run)).filter((type) => type === 'LambdaFunctionFailed')).toHaveLength(2)
  })

  test('time out on the clock, and a later answer is ignored', async () => {
    const late: (() => void)[] = []
    const { start, describe, clock, states, types } = await open({
      definition: taskMachine({ TimeoutSeconds: 60 }),
      invoke: (arn, payload) => new Promise((resolve) => late.push(() => resolve(answers('late')(arn, payload)))),
    })
    const run = await start()
    while (late.length === 0) await new Promise(setImmediate)
    clock.moveTo(60_000)
    while ((await describe(run)).status === 'RUNNING') await new Promise(setImmediate)
    expect(await describe(run)).toMatchObject({ status: 'FAILED', error: 'States.Timeout' })
    for (const answer of late) answer()
    await states.settled()
    expect((await types(run)).slice(-2)).toEqual(['LambdaFunctionTimedOut', 'ExecutionFailed'])
  })

  test('run at most fifty at a time, and all of them run', async () => {
    let running = 0
    let most = 0
    let letThemGo = () => {}
    const fiftyRun = new Promise<void>((resolve) => {
      letThemGo = resolve
    })
    const { start, skip, call } = await open({
      definition: reminding,
      invoke: async (arn, payload) => {
        running += 1
        most = Math.max(most, running)
        if (running === 50) letThemGo()
        await fiftyRun
        running -= 1
        return answers(null)(arn, payload)
      },
    })
    await Promise.all(Array.from({ length: 500 }, (_, index) => start(`run-${index}`)))
    await skip(day)
    const { executions } = await call('ListExecutions', {
      stateMachineArn: machineArn,
      statusFilter: 'SUCCEEDED',
      maxResults: 1000,
    })
    expect(executions).toHaveLength(500)
    expect(most).toBe(50)
  })
})

describe('StopExecution', () => {
  test('aborts a run, with error and cause, once', async () => {
    const { start, call, describe, types, skip } = await open({ definition: waiting })
    const run = await start('one')
    const { stopDate } = await call('StopExecution', { executionArn: run, error: 'Enough', cause: 'of it' })
    expect(await describe(run)).toMatchObject({ status: 'ABORTED', error: 'Enough', cause: 'of it', stopDate })
    expect(await call('StopExecution', { executionArn: run, error: 'Again' })).toEqual({ stopDate })
    await skip(2 * day)
    expect(await types(run)).toEqual(['ExecutionStarted', 'WaitStateEntered', 'ExecutionAborted'])
    const { events } = await call('GetExecutionHistory', { executionArn: run, reverseOrder: true, maxResults: 1 })
    expect(events).toEqual([
      {
        id: 3,
        previousEventId: 0,
        timestamp: stopDate,
        type: 'ExecutionAborted',
        executionAbortedEventDetails: { error: 'Enough', cause: 'of it' },
      },
    ])
  })

  test('refuses a run that does not exist', async () => {
    const { call } = await open({ definition: waiting })
    await expect(call('StopExecution', { executionArn: `${executionArn}none` })).rejects.toMatchObject({
      code: 'ExecutionDoesNotExist',
    })
    await expect(call('StopExecution', { executionArn: machineArn })).rejects.toMatchObject({ code: 'InvalidArn' })
  })
})

describe('runs that have ended', () => {
  test('are deleted after 90 days, with their histories, and open runs are not', async () => {
    const hundredDays = { StartAt: 'Wait', States: { Wait: { Type: 'Wait', Seconds: 100 * day, End: true } } }
    const { start, call, describe, skip } = await open({ definition: hundredDays })
    const ended = await start('ended')
    const runs = await start('open')
    await call('StopExecution', { executionArn: ended })
    await skip(90 * day - 60)
    expect(await describe(ended)).toMatchObject({ status: 'ABORTED' })
    await skip(120)
    for (const action of ['DescribeExecution', 'GetExecutionHistory', 'StopExecution', 'RedriveExecution']) {
      await expect(call(action, { executionArn: ended })).rejects.toMatchObject({ code: 'ExecutionDoesNotExist' })
    }
    const { executions } = await call('ListExecutions', { stateMachineArn: machineArn })
    expect(executions).toMatchObject([{ executionArn: runs, status: 'RUNNING' }])
  })

  test('are kept for another 90 days after a redrive', async () => {
    const { start, call, describe, skip } = await open({ definition: waiting })
    const run = await start('one')
    await call('StopExecution', { executionArn: run })
    await skip(10 * day)
    await call('RedriveExecution', { executionArn: run })
    await skip(day)
    await skip(89 * day)
    expect(await describe(run)).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 })
    await skip(2 * day)
    await expect(describe(run)).rejects.toMatchObject({ code: 'ExecutionDoesNotExist' })
  })

  test('leave nothing in the store, even if there are many, and even if no process ran when they expired', async () => {
    const before = await openStates({ definition: waiting })
    await Promise.all(Array.from({ length: 500 }, (_, index) => before.start(`run-${index}`)))
    await before.skip(day)
    await before.close()
    const offsetMs = before.clock.offsetMs + 91 * day * 1000
    const after = await openStates({ definition: waiting, folder: before.folder, offsetMs })
    await after.states.settled()
    await after.close()
    const store = await openStore(before.folder)
    const kept = await store.sublevel<string, unknown>('states', { valueEncoding: 'json' }).keys().all()
    await store.close()
    expect(kept.map((key) => key.split('/')[0])).toEqual(['definition', 'machine', 'open', 'revision'])
  })
})

describe('lists', () => {
  test('show runs newest first, by status, page by page', async () => {
    const { start, call, clock } = await open({ definition: waiting })
    for (let index = 0; index < 25; index++) {
      const run = await start(`run-${index}`)
      if (index % 5 === 0) await call('StopExecution', { executionArn: run })
      clock.moveTo(clock.offsetMs + 1000)
    }
    const pages = async (filter: object) => {
      const names: string[][] = []
      let nextToken: string | undefined
      do {
        const page = await call('ListExecutions', { stateMachineArn: machineArn, maxResults: 10, nextToken, ...filter })
        names.push(page.executions.map(({ name }: { name: string }) => Number(name.slice(4))))
        nextToken = page.nextToken
      } while (nextToken)
      return names
    }
    const all = Array.from({ length: 25 }, (_, index) => 24 - index)
    expect(await pages({})).toEqual([all.slice(0, 10), all.slice(10, 20), all.slice(20)])
    expect(await pages({ statusFilter: 'ABORTED' })).toEqual([[20, 15, 10, 5, 0]])
    expect((await pages({ statusFilter: 'RUNNING' })).flat()).toEqual(all.filter((index) => index % 5 !== 0))
    expect(await pages({ statusFilter: 'FAILED' })).toEqual([[]])
    expect((await call('ListExecutions', { stateMachineArn: machineArn, maxResults: 1 })).executions).toEqual([
      {
        executionArn: `${executionArn}run-24`,
        stateMachineArn: machineArn,
        name: 'run-24',
        status: 'RUNNING',
        startDate: expect.any(Number),
        redriveCount: 0,
      },
    ])
  })

  test('refuse a token of another list', async () => {
    const { start, call } = await open({ definition: waiting })
    const run = await start('one')
    await start('two')
    const { nextToken } = await call('ListExecutions', { stateMachineArn: machineArn, maxResults: 1 })
    for (const request of [{ nextToken: 'nonsense' }, { nextToken, statusFilter: 'RUNNING' }]) {
      const list = call('ListExecutions', { stateMachineArn: machineArn, ...request })
      await expect(list).rejects.toMatchObject({ code: 'InvalidToken' })
    }
    const history = call('GetExecutionHistory', { executionArn: run, nextToken })
    await expect(history).rejects.toMatchObject({ code: 'InvalidToken' })
    await expect(call('ListExecutions', { stateMachineArn: machineArn, maxResults: 1001 })).rejects.toMatchObject({
      code: 'ValidationException',
    })
  })

  test('show a history from both ends, page by page, with or without its data', async () => {
    const { start, call, skip } = await open({ definition: reminding })
    const run = await start('one', { secret: true })
    await skip(day)
    const ids = async (request: object) => {
      const found: number[][] = []
      let nextToken: string | undefined
      do {
        const page = await call('GetExecutionHistory', { executionArn: run, maxResults: 4, nextToken, ...request })
        found.push(page.events.map(({ id }: { id: number }) => id))
        nextToken = page.nextToken
      } while (nextToken)
      return found
    }
    expect(await ids({})).toEqual([[1, 2, 3, 4], [5, 6, 7, 8], [9]])
    expect(await ids({ reverseOrder: true })).toEqual([[9, 8, 7, 6], [5, 4, 3, 2], [1]])
    const bare = await call('GetExecutionHistory', { executionArn: run, includeExecutionData: false })
    expect(JSON.stringify(bare)).not.toContain('secret')
    expect(bare.events[0].executionStartedEventDetails).toEqual({ roleArn: 'arn:aws:iam::123456789012:role/reminder' })
    expect(bare.events.at(-1).executionSucceededEventDetails).toEqual({})
  })

  test('have times in seconds, with milliseconds as decimals', async () => {
    const { call, start, clock } = await open({ definition: waiting })
    const run = await start()
    const { events } = await call('GetExecutionHistory', { executionArn: run })
    expect(Math.abs(events[0].timestamp - clock.now() / 1000)).toBeLessThan(60)
    expect(Number.isInteger(events[0].timestamp * 1000)).toBe(true)
  })

  test('show the machine, and the definition that a run began with', async () => {
    const { call, start, folder, close } = await open({ definition: waiting })
    const run = await start()
    const before = await call('DescribeStateMachine', { stateMachineArn: machineArn })
    expect(before).toMatchObject({
      name: 'reminder',
      status: 'ACTIVE',
      type: 'STANDARD',
      definition: JSON.stringify(waiting),
      loggingConfiguration: { level: 'OFF', includeExecutionData: false },
      tracingConfiguration: { enabled: false },
    })
    for (const [action, input] of [
      ['DescribeStateMachine', { stateMachineArn: machineArn }],
      ['DescribeStateMachineForExecution', { executionArn: run }],
    ] as const) {
      expect(await call(action, { ...input, includedData: 'METADATA_ONLY' })).toEqual({
        ...(await call(action, input)),
        definition: '{}',
      })
    }
    expect((await call('ListStateMachines', {})).stateMachines).toEqual([
      { stateMachineArn: machineArn, name: 'reminder', type: 'STANDARD', creationDate: before.creationDate },
    ])
    await close()
    const later = await open({ definition: reminding, folder })
    expect(await later.call('DescribeStateMachine', { stateMachineArn: machineArn })).toMatchObject({
      definition: JSON.stringify(reminding),
      creationDate: before.creationDate,
    })
    expect(await later.call('DescribeStateMachineForExecution', { executionArn: run })).toMatchObject({
      definition: JSON.stringify(waiting),
    })
    await later.skip(day)
    expect(await later.types(run)).toEqual([
      'ExecutionStarted',
      'WaitStateEntered',
      'WaitStateExited',
      'ExecutionSucceeded',
    ])
  })
})

test('a run shows the logging, the tracing and the update of the revision that it began with', async () => {
  const logGroupArn = 'arn:aws:logs:eu-central-1:123456789012:log-group:/aws/vendedlogs/states/reminder:*'
  const first = await open({
    definition: waiting,
    configuration: { tracing: true, logging: { level: 'ERROR', includeExecutionData: true, logGroupArn } },
  })
  const run = await first.start('first')
  const began = await first.call('DescribeStateMachineForExecution', { executionArn: run })
  const described = await first.call('DescribeStateMachine', { stateMachineArn: machineArn })
  expect(began).toEqual({
    stateMachineArn: machineArn,
    name: 'reminder',
    definition: JSON.stringify(waiting),
    roleArn: 'arn:aws:iam::123456789012:role/reminder',
    updateDate: described.creationDate,
    loggingConfiguration: {
      level: 'ERROR',
      includeExecutionData: true,
      destinations: [{ cloudWatchLogsLogGroup: { logGroupArn } }],
    },
    tracingConfiguration: { enabled: true },
    encryptionConfiguration: { type: 'AWS_OWNED_KEY' },
  })
  expect(described).not.toHaveProperty('revisionId')
  await first.close()

  // Nothing but the logging and the tracing changes.
  const second = await open({ definition: waiting, folder: first.folder, offsetMs: 1000 })
  expect(await second.call('DescribeStateMachineForExecution', { executionArn: run })).toEqual(began)
  const { revisionId } = await second.call('DescribeStateMachine', { stateMachineArn: machineArn })
  const later = await second.start('second')
  expect(await second.call('DescribeStateMachineForExecution', { executionArn: later })).toMatchObject({
    revisionId,
    loggingConfiguration: { level: 'OFF', includeExecutionData: false },
    tracingConfiguration: { enabled: false },
  })
  expect(revisionId).toMatch(/^[0-9a-f-]{36}$/)
  await second.close()
  const third = await open({ definition: waiting, folder: first.folder, offsetMs: 2000 })
  expect(await third.call('DescribeStateMachine', { stateMachineArn: machineArn })).toMatchObject({ revisionId })
})

test('a run of a data folder that holds no revisions shows the machine as it is now', async () => {
  const first = await open({ definition: waiting })
  const run = await first.start('old')
  await first.close()
  const store = await openStore(first.folder)
  const rows = store.sublevel<string, Record<string, unknown>>('states', { valueEncoding: 'json' })
  const { revisionMs, ...before } = (await rows.get(`run/${run}`)) ?? {}
  expect(revisionMs).toEqual(expect.any(Number))
  await rows.put(`run/${run}`, before)
  for (const key of await rows.keys({ gte: 'revision/', lt: 'revision0' }).all()) await rows.del(key)
  await store.close()
  const second = await open({ definition: waiting, folder: first.folder, offsetMs: 1000 })
  const { creationDate } = await second.call('DescribeStateMachine', { stateMachineArn: machineArn })
  expect(await second.call('DescribeStateMachineForExecution', { executionArn: run })).toMatchObject({
    definition: JSON.stringify(waiting),
    updateDate: creationDate,
    tracingConfiguration: { enabled: false },
  })
  await second.skip(day)
  expect(await second.describe(run)).toMatchObject({ status: 'SUCCEEDED' })
})

test('a definition that cannot run stops the start', async () => {
  await expect(openStates({ definition: taskMachine({ Next: 'Nowhere' }) })).rejects.toThrow(
    'The definition of state machine reminder cannot run here',
  )
})
