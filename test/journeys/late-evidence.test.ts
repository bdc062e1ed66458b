import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  SetQueueAttributesCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs'
import { LocalCloud, type Mail, tokenIn } from '../local-cloud.ts'
import {
  alarms,
  answersLost,
  eventsLate,
  feedbackThrottled,
  functionsDie,
  injected,
  neverSent,
  outcomes,
  reminded,
  remindersTo,
  setFaults,
  tableRefuses,
} from '../lost-evidence.ts'

/*
 * Late evidence is not missing evidence: of ten reminders SES accepts all, and the answers of five are lost; then the events
 * that would show which were sent come late.
 */

const minute = 60
const hour = 3_600
const day = 86_400

let cloud: LocalCloud
let sqs: SQSClient
const connect = () => {
  sqs?.destroy()
  sqs = new SQSClient(cloud.client)
}
beforeAll(async () => {
  cloud = await LocalCloud.start()
  connect()
})
afterAll(async () => {
  sqs?.destroy()
  await cloud?.dispose()
})

const faults = (...rules: object[]) => setFaults(cloud, ...rules)

/** The ten people of a test. */
let emails: string[] = []
let tests = 0
beforeEach(async () => {
  tests += 1
  emails = Array.from({ length: 10 }, (_, n) => `ada-${tests}-${n}@example.com`)
  await faults()
})
/** How many reminders each of the ten got. */
const reminders = () => remindersTo(cloud, emails)
const once = Array(10).fill(1)

/** Ten people register; the events of their first mails are recorded. */
async function registered(): Promise<void> {
  for (const email of emails) expect((await cloud.register(email)).status).toBe(202)
  await cloud.skip(minute)
}

/** How many runs of the ten have which outcome. */
async function outcomesOfTheTen(): Promise<Record<string, number>> {
  const mails = await Promise.all(emails.map((email) => cloud.mails(email)))
  const customers = mails.map(([mail]) => tokenIn(mail as Mail).split('.')[0])
  return await outcomes(cloud, (name) => customers.some((customer) => name.startsWith(`${customer}_`)))
}
const alarmsOf = (id: string) => alarms(cloud, id)

test.each<[string, object, object[], number]>([
  [
    'answers lost, and feedback’s table throttles for ten minutes',
    answersLost(5),
    tableRefuses('ProvisionedThroughputExceededException'),
    10 * minute,
  ],
  [
    'functions dead, and feedback’s table refuses for ten minutes',
    functionsDie(5),
    tableRefuses('AccessDeniedException'),
    10 * minute,
  ],
  ['answers lost, and SES’s events 20 minutes late', answersLost(5), [eventsLate(20 * minute)], 20 * minute],
  ['answers lost, and SES’s events five hours late', answersLost(5), [eventsLate(5 * hour)], 5 * hour],
  ['answers lost, and feedback throttled for 30 minutes', answersLost(5), [feedbackThrottled], 30 * minute],
])('ten customers get one reminder each: %s', async (_, lost, late, seconds) => {
  await registered()
  const before = await alarmsOf('runs-AwaitEvidence')
  await faults(lost, ...late)
  await cloud.skip(day - minute)
  await cloud.skip(seconds)
  expect(await injected(cloud)).toEqual([5, ...late.map(() => expect.any(Number))])
  expect((await injected(cloud))[1]).toBeGreaterThan(0)
  await faults()
  await cloud.skip(8 * hour)
  expect(await reminders()).toEqual(once)
  expect(reminded(await outcomesOfTheTen(), 5)).toEqual({ all: 10, others: {}, enoughByEvidence: true })
  // A run that had to wait for longer than usual is reported, once for all of them.
  expect((await alarmsOf('runs-AwaitEvidence')) - before).toBe(seconds > 15 * minute ? 1 : 0)
  expect(await alarmsOf('ExecutionsFailed')).toBe(0)
})

test('runs wait for as long as feedback is throttled, Slack receives that once, and what was not sent is sent', async () => {
  await registered()
  // Of five reminders the answers are lost, and three others were never sent.
  await faults(answersLost(5), neverSent(3), feedbackThrottled)
  const [waiting, late] = [await alarmsOf('runs-AwaitEvidence'), await alarmsOf('mail-EventsLate')]
  const throttled = await alarmsOf('feedback-Throttles')
  await cloud.skip(day - minute)
  for (let hours = 1; hours <= 12; hours++) await cloud.skip(hour)
  expect((await reminders()).filter((count) => count === 0)).toHaveLength(3)
  expect(await outcomesOfTheTen()).toEqual({ sent: 2, RUNNING: 8 })
  // Lambda receives each event three times in six minutes: from then on it counts no longer in the age of the oldest one.
  expect([await alarmsOf('runs-AwaitEvidence'), await alarmsOf('mail-EventsLate')]).toEqual([waiting + 1, late])
  expect(await alarmsOf('feedback-Throttles')).toBe(throttled + 1)
  await faults()
  // Two readings of the empty queues, half an hour apart; more, if the events of the others are being recorded then.
  await cloud.skip(5 * hour)
  expect(await reminders()).toEqual(once)
  expect(reminded(await outcomesOfTheTen(), 5)).toEqual({ all: 10, others: {}, enoughByEvidence: true })
  // An alarm that has ended does not go off again.
  expect(await alarmsOf('feedback-Throttles')).toBe(throttled + 1)
  expect([await alarmsOf('runs-AwaitEvidence'), await alarmsOf('mail-EventsLate')]).toEqual([waiting + 1, late])
})

test('one reading of the queues that fails does not begin the six hours again', async () => {
  await registered()
  await faults(neverSent(1))
  await cloud.skip(day - minute)
  await cloud.skip(3 * hour)
  // Of one attempt, with all retries of its client.
  await faults({ service: 'sqs', action: 'GetQueueAttributes', kind: 'error', error: 'ServiceUnavailable', times: 9 })
  await cloud.skip(hour)
  expect(await injected(cloud)).toEqual([9])
  expect((await reminders()).filter((count) => count === 0)).toHaveLength(1)
  await cloud.skip(3 * hour)
  expect(await reminders()).toEqual(once)
})

test('Slack receives once that events wait which feedback has not received three times', async () => {
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'confirmation-reminder-dev-mail-events' }))
  const hideFor = (seconds: number) =>
    sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout: String(seconds) } }))
  const late = await alarmsOf('mail-EventsLate')
  await hideFor(hour)
  await faults(feedbackThrottled)
  await registered()
  await cloud.skip(14 * minute - 30)
  expect(await alarmsOf('mail-EventsLate')).toBe(late)
  await cloud.skip(3 * minute)
  expect(await alarmsOf('mail-EventsLate')).toBe(late + 1)
  await faults()
  await hideFor(3 * minute)
  await cloud.skip(day)
  expect(await alarmsOf('mail-EventsLate')).toBe(late + 1)
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
  await faults(answersLost(5), feedbackThrottled)
  const waiting = await alarmsOf('runs-AwaitEvidence')
  await cloud.skip(day - minute)
  await cloud.skip(hour)
  await faults()
  const { ApproximateNumberOfMessages } = (await sqs.send(read)).Attributes ?? {}
  expect(Number(ApproximateNumberOfMessages)).toBeGreaterThan(0)
  await cloud.skip(12 * hour)
  expect(await outcomesOfTheTen()).toEqual({ sent: 5, RUNNING: 5 })
  expect([await alarmsOf('mail-EventsDead'), await alarmsOf('runs-AwaitEvidence')]).toEqual([1, waiting + 1])
  const DestinationArn = QueueArn?.replace(/-dead$/, '')
  await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: QueueArn, DestinationArn }))
  await cloud.skip(2 * hour)
  expect(await reminders()).toEqual(once)
  expect(reminded(await outcomesOfTheTen(), 5)).toEqual({ all: 10, others: {}, enoughByEvidence: true })
})

test('evidence in the queue outlives a kill -9', async () => {
  await registered()
  await faults(answersLost(5), feedbackThrottled)
  await cloud.skip(day - minute)
  await cloud.skip(minute)
  await cloud.kill()
  await cloud.start()
  connect()
  await faults()
  await cloud.skip(8 * hour)
  expect(await reminders()).toEqual(once)
  expect(reminded(await outcomesOfTheTen(), 5)).toEqual({ all: 10, others: {}, enoughByEvidence: true })
})
