import { DescribeExecutionCommand, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn'
import { LocalCloud, type Mail, tokenIn } from '../local-cloud.ts'
import { stateMachineOf } from '../state-machine.ts'

const day = 86_400
const hour = 3_600

let cloud: LocalCloud
let states: SFNClient
beforeAll(async () => {
  cloud = await LocalCloud.start()
  states = new SFNClient(cloud.client)
})
afterAll(async () => {
  states.destroy()
  await cloud?.dispose()
})
afterEach(() => faults())

interface Rule {
  kind: string
  service?: string
  action?: string
  [member: string]: unknown
}

async function faults(...rules: Rule[]): Promise<void> {
  const answer = await cloud.control('PUT', 'faults', rules)
  expect({ status: answer.status, said: await answer.json() }).toMatchObject({ status: 200 })
}

const injected = async () =>
  ((await (await fetch(`${cloud.cloudUrl}/_local/faults`)).json()) as { injected: number }[]).map(
    ({ injected }) => injected,
  )

/** Registers as a client does that retries: after a minute where the answer has no Retry-After. */
async function register(email: string): Promise<void> {
  for (;;) {
    const answer = await cloud.register(email)
    if (answer.status === 202) return
    expect(answer.status).toBeGreaterThanOrEqual(500)
    await cloud.skip(Number(answer.headers.get('retry-after') ?? 60))
  }
}

/** A day, and the hours for the retries and the wait for evidence. */
const remind = () => cloud.skip(day + 8 * hour)

const isReminder = ({ headers }: Mail) => 'List-Unsubscribe' in headers
const reminders = async (email: string) => (await cloud.mails(email)).filter(isReminder)
const confirmations = async (email: string) => (await cloud.mails(email)).filter((mail) => !isReminder(mail))

async function run(email: string): Promise<{ status?: string; error?: string; outcome?: string }> {
  const [mail] = (await cloud.mails(email)) as [Mail]
  const stateMachineArn = await stateMachineOf(states)
  const { executions = [] } = await states.send(new ListExecutionsCommand({ stateMachineArn, maxResults: 1000 }))
  const customerId = tokenIn(mail).split('.')[0] ?? ''
  const found = executions.filter(({ name }) => name?.startsWith(`${customerId}_`))
  expect(found).toHaveLength(1)
  const { status, error, output } = await states.send(
    new DescribeExecutionCommand({ executionArn: found[0]?.executionArn }),
  )
  return { ...(status && { status }), ...(error && { error }), ...(JSON.parse(output ?? '{}') as object) }
}

const byReminder = { match: { caller: 'reminder' } }
const byRegister = { match: { caller: 'register' } }
const byStates = { match: { caller: 'states' } }
const boundaries = (...calls: [string, string][]) =>
  calls.flatMap(([service, action]) =>
    ['beforeEffect', 'afterEffect'].map((when) => [when, `${service}:${action}`, { service, action, when }] as const),
  )

describe('a reminder whose function dies', () => {
  test.each(boundaries(['dynamodb', 'GetItem'], ['dynamodb', 'PutItem'], ['ses', 'SendRawEmail']))(
    '%s of %s comes, once',
    async (when, call, boundary) => {
      const email = `dies-${when}-${call.replace(':', '-')}@example.com`
      await register(email)
      await faults({ ...boundary, ...byReminder, kind: 'crashCaller', times: 1 })
      await remind()
      expect(await injected()).toEqual([1])
      expect(await reminders(email)).toHaveLength(1)
      expect(await run(email)).toMatchObject({
        status: 'SUCCEEDED',
        outcome: expect.stringMatching(/^(s|alreadyS)ent$/),
      })
    },
  )
})

describe('a registration whose function dies', () => {
  test.each(
    boundaries(
      ['dynamodb', 'UpdateItem'],
      ['dynamodb', 'PutItem'],
      ['states', 'StartExecution'],
      ['ses', 'SendRawEmail'],
    ),
  )('%s of %s is acknowledged when it is sent again, and reminds once', async (when, call, boundary) => {
    const email = `breaks-${when}-${call.replace(':', '-')}@example.com`
    await faults({ ...boundary, ...byRegister, kind: 'crashCaller', times: 1 })
    await register(email)
    expect(await injected()).toEqual([1])
    expect((await confirmations(email)).length).toBeGreaterThanOrEqual(1)
    await remind()
    expect(await reminders(email)).toHaveLength(1)
  })
})

test.each<[string, Rule]>([
  [
    'SES takes it and the answer is lost',
    { service: 'ses', action: 'SendRawEmail', kind: 'dropAfterEffect', ...byReminder },
  ],
  [
    'its function is invoked and the answer is lost',
    { service: 'lambda', action: 'Invoke', kind: 'dropAfterEffect', ...byStates },
  ],
  ['its function is invoked twice at once', { service: 'lambda', action: 'Invoke', kind: 'duplicate', ...byStates }],
  [
    'it is recorded and the answer is lost',
    { service: 'dynamodb', action: 'PutItem', kind: 'dropAfterEffect', ...byReminder },
  ],
])('a reminder comes once where %s', async (what, rule) => {
  const email = `${what.replaceAll(' ', '-')}@example.com`
  await register(email)
  await faults({ ...rule, times: 1 })
  await remind()
  expect(await injected()).toEqual([1])
  expect(await reminders(email)).toHaveLength(1)
  expect(await run(email)).toMatchObject({ status: 'SUCCEEDED' })
})

describe('evidence', () => {
  const event = { service: 'ses', action: 'Event' }
  const dies = (request: string) => ({
    ...{ service: 'ses', action: 'SendRawEmail', kind: 'crashCaller' },
    match: { caller: 'reminder', request },
  })

  test.each<[string, Rule]>([
    ['five minutes late', { ...event, kind: 'delay', delaySeconds: 300, rate: 1 }],
    ['twice', { ...event, kind: 'duplicate', rate: 1 }],
    ['in the wrong order', { ...event, kind: 'reorder', rate: 1, match: { eventType: 'Send' } }],
    ['in half', { ...event, kind: 'lose', rate: 1, match: { eventType: 'Send' } }],
    ['to a queue that refuses it twice', { service: 'sns', action: 'Deliver', kind: 'error', error: 'E', times: 2 }],
  ])('that comes %s settles the claim of a reminder whose function died', async (how, rule) => {
    const email = `${how.replaceAll(' ', '-')}@example.com`
    await register(email)
    await cloud.skip(10)
    await faults(rule, { ...dies(email), times: 1 })
    await remind()
    expect((await injected()).every((count) => count > 0)).toBe(true)
    expect(await reminders(email)).toHaveLength(1)
    expect(await run(email)).toEqual({ status: 'SUCCEEDED', outcome: 'alreadySent' })
  })

  test('that never comes makes a mail look unsent: it is sent again after six hours', async () => {
    const email = 'no-evidence@example.com'
    await register(email)
    await cloud.skip(10)
    await faults({ ...event, kind: 'lose', rate: 1 }, { ...dies(email), times: 1 })
    await cloud.skip(day)
    await cloud.skip(6 * hour)
    expect(await reminders(email)).toHaveLength(1)
    // Two readings of the queue, half an hour apart.
    await cloud.skip(hour)
    expect(await reminders(email)).toHaveLength(2)
    expect(await run(email)).toEqual({ status: 'SUCCEEDED', outcome: 'sent' })
  })

  test('that never comes, for every attempt, fails the run with SendInDoubt, and a post in Slack reports it', async () => {
    const email = 'in-doubt@example.com'
    await register(email)
    await cloud.skip(10)
    await faults({ ...event, kind: 'lose', rate: 1 }, { ...dies(email), times: 3 })
    await cloud.skip(day + 22 * hour)
    expect(await run(email)).toMatchObject({ status: 'FAILED', error: 'SendInDoubt' })
    expect(
      (await cloud.slack()).filter(({ title, dropped }) => title.includes('SendInDoubt') && !dropped),
    ).toHaveLength(1)
    await cloud.skip(2 * day)
    expect(await reminders(email)).toHaveLength(3)
  })
})

describe('an address that refuses mail', () => {
  test.each(['bounce', 'complaint', 'suppressionlist'])(
    'by a %s gets no further mail, and its run succeeds',
    async (kind) => {
      const email = `${kind}+journey@simulator.amazonses.com`
      await register(email)
      await cloud.skip(60)
      await register(email)
      await remind()
      expect(await cloud.mails(email)).toHaveLength(1)
      expect(await run(email)).toEqual({ status: 'SUCCEEDED', outcome: 'undeliverable' })
    },
  )
})

test('an unanswered registration is deleted from the table within two days after it expired', async () => {
  const email = 'forgotten@example.com'
  await register(email)
  const [mail] = (await cloud.mails(email)) as [Mail]
  const customerId = tokenIn(mail).split('.')[0] ?? ''
  expect(await rows(customerId)).toBe(1)
  await cloud.skip(10 * day)
  await cloud.skip(12 * hour)
  expect(await rows(customerId)).toBe(0)
})

/** How many rows of a customer there are. */
async function rows(customerId: string): Promise<number> {
  const answer = await fetch(cloud.cloudUrl, {
    method: 'POST',
    headers: {
      authorization: 'AWS4-HMAC-SHA256 Credential=any/20260101/eu-west-1/dynamodb/aws4_request',
      'x-amz-target': 'DynamoDB_20120810.GetItem',
      'content-type': 'application/x-amz-json-1.0',
    },
    body: JSON.stringify({
      TableName: 'confirmation-reminder-dev-customers',
      Key: { customerId: { S: customerId } },
      ConsistentRead: true,
    }),
  })
  expect(answer.status).toBe(200)
  return ((await answer.json()) as { Item?: object }).Item ? 1 : 0
}
