import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  SFNClient,
} from '@aws-sdk/client-sfn'
import { LocalCloud, linkIn, type Mail, tokenIn } from '../local-cloud.ts'
import { registerUntilAccepted } from '../register-all.ts'
import { stateMachineOf } from '../state-machine.ts'

let cloud: LocalCloud
let states: SFNClient

beforeAll(async () => {
  cloud = await LocalCloud.start()
  states = new SFNClient(cloud.client)
})
afterAll(() => cloud?.dispose())

const register = (email: string, more: object = {}) => registerUntilAccepted(cloud, email, more)
const subjects = (mails: Mail[]) => mails.map(({ subject }) => subject)

async function runs() {
  const stateMachineArn = await stateMachineOf(states)
  const { executions } = await states.send(new ListExecutionsCommand({ stateMachineArn }))
  return executions ?? []
}

const runOf = async (customerId: string) => (await runs()).find(({ name }) => name?.startsWith(`${customerId}_`))

async function outcomeOf(customerId: string): Promise<unknown> {
  const run = await runOf(customerId)
  const { status, output } = await states.send(new DescribeExecutionCommand({ executionArn: run?.executionArn }))
  return { status, ...JSON.parse(output ?? '{}') }
}

const customerOf = (mail: Mail) => tokenIn(mail).split('.')[0] ?? ''

test('a customer who does not confirm gets exactly one reminder, however many days pass', async () => {
  const answer = await register('ada@example.com')
  expect(answer.status).toBe(202)
  expect(await answer.json()).toEqual({ status: 'pending' })
  expect(await cloud.mails('ada@example.com')).toHaveLength(1)

  await cloud.skip(86_000)
  expect(await cloud.mails('ada@example.com')).toHaveLength(1)
  await cloud.skip(1_000)
  const mails = await cloud.mails('ada@example.com')
  expect(new Set(subjects(mails)).size).toBe(2)
  expect(await outcomeOf(customerOf(mails[0] as Mail))).toEqual({ status: 'SUCCEEDED', outcome: 'sent' })

  await cloud.skipDays(30)
  expect(await cloud.mails('ada@example.com')).toHaveLength(2)
})

test('a customer who confirms gets no reminder', async () => {
  await register('bob@example.com')
  const [mail] = (await cloud.mails('bob@example.com')) as [Mail]
  expect((await cloud.confirm(tokenIn(mail))).status).toBe(200)
  await cloud.skipDays(1)
  expect(await cloud.mails('bob@example.com')).toHaveLength(1)
  expect(await outcomeOf(customerOf(mail))).toEqual({ status: 'SUCCEEDED', outcome: 'alreadyConfirmed' })
})

test('the links of both mails lead to the page that confirms, and opening it changes nothing', async () => {
  await register('cleo@example.com', { locale: 'de' })
  await cloud.skipDays(1)
  const [first, reminder] = (await cloud.mails('cleo@example.com')) as [Mail, Mail]
  expect(tokenIn(first)).not.toBe(tokenIn(reminder))
  for (const mail of [first, reminder]) {
    expect(linkIn(mail).origin).toBe(cloud.apiUrl)
    for (const method of ['HEAD', 'GET']) {
      const page = await fetch(linkIn(mail), { method })
      expect(page.status).toBe(200)
      expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
      expect(page.headers.get('referrer-policy')).toBe('no-referrer')
    }
  }
  const page = await (await fetch(linkIn(reminder))).text()
  expect(page).toContain('lang="de"')
  expect(page).toMatch(/<form[^>]+method="post"/i)
  // No visit has confirmed. The token of the reminder still does, and that of the first mail does so idempotently.
  expect((await cloud.confirm(tokenIn(reminder))).status).toBe(200)
  expect((await cloud.confirm(tokenIn(first))).status).toBe(200)
  expect((await cloud.confirm(tokenIn(first))).status).toBe(200)
})

test('registering again sends the mail again after a minute, and starts no second run', async () => {
  const before = (await runs()).length
  await register('dora@example.com')
  await register('dora@example.com')
  expect(await cloud.mails('dora@example.com')).toHaveLength(1)
  await cloud.skip(61)
  await register('dora@EXAMPLE.com')
  expect(await cloud.mails('dora@example.com')).toHaveLength(2)
  expect(await runs()).toHaveLength(before + 1)
  for (let again = 0; again < 6; again++) {
    await cloud.skip(61)
    expect((await register('dora@example.com')).status).toBe(202)
  }
  expect(await cloud.mails('dora@example.com')).toHaveLength(5)
})

test('a confirmed address gets the same answer, and at most one mail a day that says so', async () => {
  const first = await register('emil@example.com')
  const [mail] = (await cloud.mails('emil@example.com')) as [Mail]
  await cloud.confirm(tokenIn(mail))
  await cloud.skip(61)
  const known = await register('emil@example.com')
  const visible = async (answer: Response) => ({
    status: answer.status,
    body: await answer.text(),
    headers: [...answer.headers.keys()].sort(),
  })
  expect(await visible(known)).toEqual(await visible(first))
  await cloud.skip(61)
  await register('emil@example.com')
  expect(await cloud.mails('emil@example.com')).toHaveLength(2)
  expect(await outcomeOf(customerOf(mail))).toEqual({ status: 'RUNNING' })
})

test('fifty simultaneous registrations of one address make one customer, one run, one mail', async () => {
  const before = (await runs()).length
  await Promise.all(Array.from({ length: 50 }, () => register('fay@example.com')))
  expect(await cloud.mails('fay@example.com')).toHaveLength(1)
  expect(await runs()).toHaveLength(before + 1)
})

test('a registration that is not confirmed expires: its links say so, and the address can register again', async () => {
  await register('gus@example.com')
  const [first] = (await cloud.mails('gus@example.com')) as [Mail]
  // On the day after it expired the row still exists; a month later DynamoDB has deleted it.
  for (const days of [9, 30]) {
    await cloud.skipDays(days)
    expect((await fetch(linkIn(first))).status).toBe(410)
    expect((await cloud.confirm(tokenIn(first))).status).toBe(410)
  }
  const before = (await runs()).length
  expect((await register('gus@example.com')).status).toBe(202)
  expect(await runs()).toHaveLength(before + 1)
  const renewed = (await cloud.mails('gus@example.com')).at(-1) as Mail
  expect((await cloud.confirm(tokenIn(renewed))).status).toBe(200)
})

test('during a long skip the reminder goes out on its day, not when the skip ends', async () => {
  await register('ina@example.com')
  await cloud.skipDays(9)
  const [first, reminder] = (await cloud.mails('ina@example.com')) as [Mail, Mail]
  // To the hour, rounded: the day counts from the start of the run, seconds before the first mail on a slow machine.
  const afterSeconds = (Date.parse(reminder.at) - Date.parse(first.at)) / 1000
  expect(Math.round(afterSeconds / 3_600)).toBe(24)
  expect((await fetch(linkIn(reminder))).status).toBe(410)
})

test('SES throttles once: the workflow retries, and one reminder arrives', async () => {
  await register('hal@example.com')
  await cloud.control('PUT', 'faults', [
    {
      service: 'ses',
      action: 'SendRawEmail',
      kind: 'error',
      error: 'Throttling',
      message: 'Maximum sending rate exceeded.',
      times: 1,
    },
  ])
  await cloud.skip(86_400 + 3_600)
  expect(await cloud.mails('hal@example.com')).toHaveLength(2)
  const [mail] = (await cloud.mails('hal@example.com')) as [Mail]
  expect(await outcomeOf(customerOf(mail))).toEqual({ status: 'SUCCEEDED', outcome: 'sent' })
  const { events = [] } = await states.send(
    new GetExecutionHistoryCommand({ executionArn: (await runOf(customerOf(mail)))?.executionArn }),
  )
  const failures = events.flatMap(({ lambdaFunctionFailedEventDetails: failed }) => failed?.error ?? [])
  expect(failures).toEqual(['MailThrottled'])
})

test('no log line contains an address or a token', async () => {
  const mails = await cloud.mails()
  const tokens = mails.flatMap(({ text }) => /token=([\w.-]+)/.exec(text)?.[1] ?? [])
  expect(tokens.length).toBeGreaterThan(10)
  const log = cloud.output.slice(cloud.output.indexOf('ready\n'))
  expect(log).toContain('"customerId"')
  for (const secret of [...tokens.map((token) => token.split('.')[1]), ...mails.flatMap(({ to }) => to)]) {
    expect(log).not.toContain(secret)
  }
})
