import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { LocalCloud } from '../local-cloud.ts'
import { stackOf } from '../synthesise.ts'

let cloud: LocalCloud

beforeAll(async () => {
  cloud = await LocalCloud.start(stackOf('prod'))
  // The alarms are new: each changes to OK for the first time.
  await cloud.skip(120)
})
afterAll(() => cloud?.dispose())

const injectFault = (rule: object) =>
  cloud.control('PUT', 'faults', { seed: 1, rules: [{ rate: 1, kind: 'error', ...rule }] })
/** The alarms that went off after a number of posts, by the end of their names. */
const alarms = async (before: number) =>
  (await cloud.slack())
    .slice(before)
    .flatMap(({ title, text }) =>
      text.includes('→ ALARM') ? (/\| confirmation-reminder-(\S+) \|/.exec(title)?.[1] ?? []) : [],
    )

const register = (email: string) => cloud.register(`${email}@example.com`)

test.each<[string, string, number, object]>([
  ['api-5xx', 'SES refuses a mail', 503, { service: 'ses', action: 'SendRawEmail', error: 'Throttling' }],
  [
    'runs-Refused',
    'no run can start',
    503,
    { service: 'states', action: 'StartExecution', error: 'ThrottlingException' },
  ],
  [
    'register-Throttles',
    'Lambda throttles',
    503,
    { service: 'lambda', action: 'Invoke', error: 'TooManyRequestsException' },
  ],
  [
    'register-Errors',
    'a function dies',
    500,
    { service: 'dynamodb', action: 'PutItem', kind: 'crashCaller', when: 'beforeEffect' },
  ],
])('%s goes off when %s', async (alarm, _, status, rule) => {
  const { length } = await cloud.slack()
  await injectFault(rule)
  expect((await register(alarm)).status).toBe(status)
  await cloud.skip(60)
  expect(await alarms(length)).toContain(alarm)
})

test('mail-EventsUndelivered goes off when the queue of mail events is missing', async () => {
  const { length } = await cloud.slack()
  await injectFault({ service: 'sns', action: 'Deliver', error: 'QueueDoesNotExist' })
  expect((await register('undelivered')).status).toBe(202)
  await cloud.skip(60)
  await cloud.skip(60)
  expect(await alarms(length)).toEqual(['mail-EventsUndelivered'])
})

test('mail-Rejected goes off, though the response to the write that records the rejection was lost', async () => {
  const [table, sqs] = [new DynamoDBClient(cloud.client), new SQSClient(cloud.client)]
  await cloud.control('PUT', 'faults', [])
  expect((await register('rejected')).status).toBe(202)
  await cloud.skip(60)
  const { length } = await cloud.slack()
  const { Items = [] } = await table.send(new ScanCommand({ TableName: 'confirmation-reminder-prod-customers' }))
  const item = Items.find(({ email }) => email?.S === 'rejected@example.com')
  const tags = { customer: [item?.customerId?.S], claim: [item?.mails?.L?.[0]?.M?.id?.S] }
  const MessageBody = JSON.stringify({ eventType: 'Reject', mail: { timestamp: new Date().toISOString(), tags } })
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'confirmation-reminder-prod-mail-events' }))
  const write = { service: 'dynamodb', action: 'PutItem', match: { caller: 'feedback' } }
  await cloud.control('PUT', 'faults', [{ ...write, kind: 'dropAfterEffect', times: 1 }])
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }))
  await cloud.skip(60)
  await cloud.skip(60)
  expect(await alarms(length)).toEqual(['mail-Rejected'])
  const [rule] = (await (await fetch(`${cloud.cloudUrl}/_local/faults`)).json()) as { injected: number }[]
  expect(rule?.injected).toBe(1)
  table.destroy()
  sqs.destroy()
})

test('mail-BounceRate and mail-ComplaintRate go off where mails bounce and people complain', async () => {
  const { length } = await cloud.slack()
  await cloud.control('PUT', 'faults', [])
  for (const fate of ['bounce', 'complaint']) {
    expect((await cloud.register(`${fate}@simulator.amazonses.com`)).status).toBe(202)
  }
  await cloud.skip(60)
  expect((await alarms(length)).sort()).toEqual(['mail-BounceRate', 'mail-ComplaintRate'])
})
