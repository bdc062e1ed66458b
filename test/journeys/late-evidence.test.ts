import {
  DescribeExecutionCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  SFNClient,
} from '@aws-sdk/client-sfn'
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  SetQueueAttributesCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs'
import { LocalCloud, type Mail } from '../local-cloud.ts'

/*
 * Late evidence is not missing evidence: of ten reminders SES accepts all, and the answers of five are lost; then the events
 * that would show which were sent come late.
 */

const minute = 60
const hour = 3_600
const day = 86_400

let cloud: LocalCloud
let states: SFNClient
let sqs: SQSClient
const connect = () => {
  states?.destroy()
  sqs?.destroy()
  states = new SFNClient(cloud.client)
  sqs = new SQSClient(cloud.client)
}
beforeEach(async () => {
  cloud = await LocalCloud.start()
  connect()
})
afterEach(async () => {
  states.destroy()
  sqs.destroy()
  await cloud?.dispose()
})

async function faults(...rules: object[]): Promise<void> {
  const answer = await cloud.control('PUT', 'faults', rules)
  expect({ status: answer.status, said: await answer.json() }).toMatchObject({ status: 200 })
}
const injected = async () =>
  ((await (await fetch(`${cloud.cloudUrl}/_local/faults`)).json()) as { injected: number }[]).map(
    (rule) => rule.injected,
  )

const emails = Array.from({ length: 10 }, (_, n) => `ada-${n}@example.com`)
const isReminder = ({ headers }: Mail) => 'List-Unsubscribe' in headers
/** How many reminders each of the ten got. */
const reminders = async () =>
  Promise.all(emails.map(async (email) => (await cloud.mails(email)).filter(isReminder).length))
const once = Array(10).fill(1)

/** Ten people register; the events of their first mails are recorded. */
async function registered(): Promise<void> {
  for (const email of emails) expect((await cloud.register(email)).status).toBe(202)
  await cloud.skip(minute)
}

async function runs(): Promise<{ status: string | undefined; outcome?: string }[]> {
  const { stateMachines: [machine] = [] } = await states.send(new ListStateMachinesCommand({}))
  const { executions = [] } = await states.send(
    new ListExecutionsCommand({ stateMachineArn: machine?.stateMachineArn }),
  )
  return await Promise.all(
    executions.map(async ({ executionArn }) => {
      const { status, output } = await states.send(new DescribeExecutionCommand({ executionArn }))
      return { status, ...(JSON.parse(output ?? '{}') as object) }
    }),
  )
}
/** How many runs have which outcome. */
async function outcomes(): Promise<Record<string, number>> {
  const found: Record<string, number> = {}
  for (const { status, outcome = status ?? '' } of await runs()) found[outcome] = (found[outcome] ?? 0) + 1
  return found
}
/** How often Slack received that an alarm went off. */
const alarms = async (id: string) =>
  (await cloud.slack()).filter(({ title, dropped }) => title.includes('ALARM') && title.includes(id) && !dropped).length

const reminding = { service: 'ses', action: 'SendRawEmail', match: { caller: 'reminder' }, times: 5 }
const answersLost = { ...reminding, kind: 'dropAfterEffect' }
const functionsDie = { ...reminding, kind: 'crashCaller', when: 'afterEffect' }
const recording = (action: string) => ({
  ...{ service: 'dynamodb', action, kind: 'error', error: 'ProvisionedThroughputExceededException', rate: 1 },
  match: { caller: 'feedback' },
})
const tableRefuses = [recording('GetItem'), recording('PutItem')]
const feedbackThrottled = {
  ...{ service: 'lambda', action: 'Invoke', kind: 'error', error: 'TooManyRequestsException', rate: 1 },
  match: { caller: 'sqs' },
}
const eventsLate = (delaySeconds: number, rate: number) => ({
  ...{ service: 'ses', action: 'Event', kind: 'delay', delaySeconds, rate },
})

test.each<[string, object, object[], number]>([
  ['answers lost, and feedback’s table refuses for ten minutes', answersLost, tableRefuses, 10 * minute],
  ['functions dead, and feedback’s table refuses for ten minutes', functionsDie, tableRefuses, 10 * minute],
  ['answers lost, and SES’s events 20 minutes late', answersLost, [eventsLate(20 * minute, 1)], 20 * minute],
  ['answers lost, and half of SES’s events five hours late', answersLost, [eventsLate(5 * hour, 0.5)], 5 * hour],
  ['answers lost, and feedback throttled for 30 minutes', answersLost, [feedbackThrottled], 30 * minute],
])('ten customers get one reminder each: %s', async (_, lost, late, seconds) => {
  await registered()
  await faults(lost, ...late)
  await cloud.skip(day - minute)
  await cloud.skip(seconds)
  expect(await injected()).toEqual([5, ...late.map(() => expect.any(Number))])
  expect((await injected())[1]).toBeGreaterThan(0)
  await faults()
  await cloud.skip(8 * hour)
  expect(await reminders()).toEqual(once)
  expect(await outcomes()).toEqual({ sent: 5, alreadySent: 5 })
  expect(await alarms('runs-AwaitEvidence')).toBeLessThanOrEqual(1)
  expect(await alarms('ExecutionsFailed')).toBe(0)
})

test('runs wait for as long as feedback is throttled, Slack receives that once, and what was not sent is sent', async () => {
  await registered()
  // Of five reminders the answers are lost, and three others were never sent.
  const neverSent = { ...reminding, kind: 'crashCaller', when: 'beforeEffect', times: 3 }
  await faults(answersLost, neverSent, feedbackThrottled)
  await cloud.skip(day - minute)
  for (let hours = 1; hours <= 12; hours++) await cloud.skip(hour)
  expect((await reminders()).filter((count) => count === 0)).toHaveLength(3)
  expect(await outcomes()).toEqual({ sent: 2, RUNNING: 8 })
  expect([await alarms('runs-AwaitEvidence'), await alarms('mail-EventsLate')]).toEqual([1, 1])
  await faults()
  await cloud.skip(hour)
  expect(await reminders()).toEqual(once)
  expect(await outcomes()).toEqual({ sent: 5, alreadySent: 5 })
  expect([await alarms('runs-AwaitEvidence'), await alarms('mail-EventsLate')]).toEqual([1, 1])
})

test('runs wait while events are among the dead letters, and continue once these are moved back', async () => {
  await registered()
  const name = 'confirmation-reminder-dev-mail-events'
  const urlOf = async (QueueName: string) => (await sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl
  const read = new GetQueueAttributesCommand({ QueueUrl: await urlOf(`${name}-dead`), AttributeNames: ['All'] })
  const { QueueArn } = (await sqs.send(read)).Attributes ?? {}
  // As after two days, but sooner.
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: QueueArn, maxReceiveCount: 3 })
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl: await urlOf(name), Attributes: { RedrivePolicy } }))
  await faults(answersLost, feedbackThrottled)
  await cloud.skip(day - minute)
  await cloud.skip(hour)
  await faults()
  const { ApproximateNumberOfMessages } = (await sqs.send(read)).Attributes ?? {}
  expect(Number(ApproximateNumberOfMessages)).toBeGreaterThan(0)
  await cloud.skip(12 * hour)
  expect(await outcomes()).toEqual({ sent: 5, RUNNING: 5 })
  expect([await alarms('mail-EventsDead'), await alarms('runs-AwaitEvidence')]).toEqual([1, 1])
  await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: QueueArn }))
  await cloud.skip(hour)
  expect(await reminders()).toEqual(once)
  expect(await outcomes()).toEqual({ sent: 5, alreadySent: 5 })
})

test('evidence in the queue outlives a kill -9', async () => {
  await registered()
  await faults(answersLost, feedbackThrottled)
  await cloud.skip(day - minute)
  await cloud.skip(minute)
  await cloud.kill()
  await cloud.start()
  connect()
  await faults()
  await cloud.skip(8 * hour)
  expect(await reminders()).toEqual(once)
  expect(await outcomes()).toEqual({ sent: 5, alreadySent: 5 })
})
