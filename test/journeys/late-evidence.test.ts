import { DescribeExecutionCommand, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn'
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  SetQueueAttributesCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs'
import { LocalCloud, type Mail, tokenIn } from '../local-cloud.ts'
import { stateMachineOf } from '../state-machine.ts'

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
beforeAll(async () => {
  cloud = await LocalCloud.start()
  connect()
})
afterAll(async () => {
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

/** The ten people of a test. */
let emails: string[] = []
let tests = 0
beforeEach(async () => {
  tests += 1
  emails = Array.from({ length: 10 }, (_, n) => `ada-${tests}-${n}@example.com`)
  await faults()
})
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

/** The runs of the ten. */
async function runs(): Promise<{ status: string | undefined; outcome?: string }[]> {
  const stateMachineArn = await stateMachineOf(states)
  const executionArn = stateMachineArn?.replace(':stateMachine:', ':execution:')
  const { executions = [] } = await states.send(new ListExecutionsCommand({ stateMachineArn, maxResults: 1000 }))
  return await Promise.all(
    emails.map(async (email) => {
      const [mail] = (await cloud.mails(email)) as [Mail]
      const run = executions.find(({ name }) => name?.startsWith(`${tokenIn(mail).split('.')[0]}_`))
      const described = await states.send(
        new DescribeExecutionCommand({ executionArn: `${executionArn}:${run?.name}` }),
      )
      return { status: described.status, ...(JSON.parse(described.output ?? '{}') as object) }
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
  (await cloud.slack()).filter(
    ({ title, dropped }) => title.startsWith(':rotating_light:') && title.includes(`-${id} |`) && !dropped,
  ).length

const reminding = { service: 'ses', action: 'SendRawEmail', match: { caller: 'reminder' }, times: 5 }
const answersLost = { ...reminding, kind: 'dropAfterEffect' }
const functionsDie = { ...reminding, kind: 'crashCaller', when: 'afterEffect' }
const tableRefuses = (error: string) =>
  ['GetItem', 'PutItem'].map((action) => ({
    ...{ service: 'dynamodb', action, kind: 'error', error, rate: 1 },
    match: { caller: 'feedback' },
  }))
const feedbackThrottled = {
  ...{ service: 'lambda', action: 'Invoke', kind: 'error', error: 'TooManyRequestsException', rate: 1 },
  match: { caller: 'sqs' },
}
const eventsLate = (delaySeconds: number) => ({ service: 'ses', action: 'Event', kind: 'delay', delaySeconds, rate: 1 })

test.each<[string, object, object[], number]>([
  [
    'answers lost, and feedback’s table throttles for ten minutes',
    answersLost,
    tableRefuses('ProvisionedThroughputExceededException'),
    10 * minute,
  ],
  [
    'functions dead, and feedback’s table refuses for ten minutes',
    functionsDie,
    tableRefuses('AccessDeniedException'),
    10 * minute,
  ],
  ['answers lost, and SES’s events 20 minutes late', answersLost, [eventsLate(20 * minute)], 20 * minute],
  ['answers lost, and SES’s events five hours late', answersLost, [eventsLate(5 * hour)], 5 * hour],
  ['answers lost, and feedback throttled for 30 minutes', answersLost, [feedbackThrottled], 30 * minute],
])('ten customers get one reminder each: %s', async (_, lost, late, seconds) => {
  await registered()
  const before = await alarms('runs-AwaitEvidence')
  await faults(lost, ...late)
  await cloud.skip(day - minute)
  await cloud.skip(seconds)
  expect(await injected()).toEqual([5, ...late.map(() => expect.any(Number))])
  expect((await injected())[1]).toBeGreaterThan(0)
  await faults()
  await cloud.skip(8 * hour)
  expect(await reminders()).toEqual(once)
  expect(await outcomes()).toEqual({ sent: 5, alreadySent: 5 })
  // A run that had to wait for longer than usual is reported, once for all of them.
  expect((await alarms('runs-AwaitEvidence')) - before).toBe(seconds > 15 * minute ? 1 : 0)
  expect(await alarms('ExecutionsFailed')).toBe(0)
})

test('runs wait for as long as feedback is throttled, Slack receives that once, and what was not sent is sent', async () => {
  await registered()
  // Of five reminders the answers are lost, and three others were never sent.
  const neverSent = { ...reminding, kind: 'crashCaller', when: 'beforeEffect', times: 3 }
  await faults(answersLost, neverSent, feedbackThrottled)
  const [waiting, late] = [await alarms('runs-AwaitEvidence'), await alarms('mail-EventsLate')]
  const throttled = await alarms('feedback-Throttles')
  await cloud.skip(day - minute)
  for (let hours = 1; hours <= 12; hours++) await cloud.skip(hour)
  expect((await reminders()).filter((count) => count === 0)).toHaveLength(3)
  expect(await outcomes()).toEqual({ sent: 2, RUNNING: 8 })
  // Lambda receives each event three times in six minutes: from then on it counts no longer in the age of the oldest one.
  expect([await alarms('runs-AwaitEvidence'), await alarms('mail-EventsLate')]).toEqual([waiting + 1, late])
  expect(await alarms('feedback-Throttles')).toBe(throttled + 1)
  await faults()
  // Two readings of the empty queues, half an hour apart; more, if the events of the others are on their way then.
  await cloud.skip(5 * hour)
  expect(await reminders()).toEqual(once)
  expect(await outcomes()).toEqual({ sent: 5, alreadySent: 5 })
  expect([await alarms('runs-AwaitEvidence'), await alarms('mail-EventsLate')]).toEqual([waiting + 1, late])
})

test('Slack receives once that events wait which feedback has not received three times', async () => {
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'confirmation-reminder-dev-mail-events' }))
  const hideFor = (seconds: number) =>
    sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout: String(seconds) } }))
  const late = await alarms('mail-EventsLate')
  await hideFor(hour)
  await faults(feedbackThrottled)
  await registered()
  await cloud.skip(14 * minute - 30)
  expect(await alarms('mail-EventsLate')).toBe(late)
  await cloud.skip(3 * minute)
  expect(await alarms('mail-EventsLate')).toBe(late + 1)
  await faults()
  await hideFor(3 * minute)
  await cloud.skip(day)
  expect(await alarms('mail-EventsLate')).toBe(late + 1)
  expect(await reminders()).toEqual(once)
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
  const waiting = await alarms('runs-AwaitEvidence')
  await cloud.skip(day - minute)
  await cloud.skip(hour)
  await faults()
  const { ApproximateNumberOfMessages } = (await sqs.send(read)).Attributes ?? {}
  expect(Number(ApproximateNumberOfMessages)).toBeGreaterThan(0)
  await cloud.skip(12 * hour)
  expect(await outcomes()).toEqual({ sent: 5, RUNNING: 5 })
  expect([await alarms('mail-EventsDead'), await alarms('runs-AwaitEvidence')]).toEqual([1, waiting + 1])
  const DestinationArn = QueueArn?.replace(/-dead$/, '')
  await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: QueueArn, DestinationArn }))
  await cloud.skip(2 * hour)
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
