import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { GetExecutionHistoryCommand, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn'
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  PurgeQueueCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { LocalCloud } from '../local-cloud.ts'
import {
  alarms,
  answersLost,
  feedbackThrottled,
  isReminder,
  neverSent,
  outcomes,
  reminded,
  remindersTo,
  setFaults,
} from '../lost-evidence.ts'
import { startOf } from '../programs.ts'
import { registerAll } from '../register-all.ts'
import { stateMachineOf } from '../state-machine.ts'
import synthesise, { stackOf } from '../synthesise.ts'

/*
 * Outages of `feedback` that last longer than SES's events may be late. Of six reminders, the answers of three are lost and
 * two are never sent. Each test has a cloud of its own.
 */

const hour = 3_600
const day = 24 * hour

const emails = Array.from({ length: 6 }, (_, n) => `ada-${n}@example.com`)
const once6 = Array(6).fill(1)
/** One reminder is sent and recorded; three were sent, and their record is late; two were not sent. */
const lost = [answersLost(3), neverSent(2)]

let cloud: LocalCloud
const folders: string[] = []
afterEach(async () => {
  await cloud?.dispose()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

const newFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'evidence-'))
  folders.push(folder)
  return folder
}

interface StateMachine {
  States: Record<string, { Retry?: { ErrorEquals: string[]; MaxDelaySeconds?: number }[] }>
}
interface Stack {
  resource: {
    aws_sfn_state_machine: Record<string, { definition: string }>
    aws_lambda_function: { register_function: { environment: { variables: Record<string, string> } } }
  }
}

/** A copy of the stack dev with a change. */
function changedStack(change: (stack: Stack) => void): string {
  const folder = newFolder()
  cpSync(stackOf('dev'), folder, { recursive: true })
  const file = join(folder, 'cdk.tf.json')
  const stack = JSON.parse(readFileSync(file, 'utf8')) as Stack
  change(stack)
  writeFileSync(file, JSON.stringify(stack))
  return folder
}

/** Starts a cloud in which the six have registered, and the events of their first mails are recorded. */
async function startRegistered(stack = stackOf('dev')): Promise<void> {
  cloud = await LocalCloud.start(stack)
  await registerAll(cloud, emails)
  await cloud.skip(60)
}

/** Skips hour by hour, as far as retries of a busy machine need. */
async function skipHours(hours: number): Promise<void> {
  for (let skipped = 0; skipped < hours; skipped++) await cloud.skip(hour)
}

/** Runs `npm run redrive`. */
async function redrive(...options: string[]): Promise<{ code: number; printed: string }> {
  const program = [...startOf('redrive'), '--stage', 'local', '--per-second', '20', ...options]
  const child = spawn(process.execPath, program, { env: { ...process.env, AWS_ENDPOINT_URL: cloud.cloudUrl } })
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { code: code as number, printed: stdout + stderr }
}

/** The titles of the posts about failed runs. */
const failedRuns = async () =>
  (await cloud.slack()).filter(({ kind }) => kind === 'custom').map(({ title }) => title.replace(/^:x: /, ''))

/** The alarms that went off, by their ids. */
async function alarmsOn(): Promise<string[]> {
  const posts = (await cloud.slack()).filter(({ title }) => title.startsWith(':rotating_light:'))
  return [...new Set(posts.map(({ title }) => / \| confirmation-reminder-(\S+) \| /.exec(title)?.[1] ?? title))].sort()
}

test('while feedback is away for nine hours, no silence counts: each customer gets one reminder', async () => {
  await startRegistered()
  await setFaults(cloud, ...lost, feedbackThrottled)
  await cloud.skip(day - 60)
  await skipHours(9)
  expect(await remindersTo(cloud, emails)).toEqual(expect.arrayContaining([0, 0, 1, 1, 1, 1]))
  expect(await outcomes(cloud)).toEqual({ sent: 1, RUNNING: 5 })
  await setFaults(cloud)
  await skipHours(3)
  expect(await remindersTo(cloud, emails)).toEqual(once6)
  expect(reminded(await outcomes(cloud), 3)).toEqual({ all: 6, others: {}, enoughByEvidence: true })
})

test('runs that wait and fell due in different minutes set off the alarms that lead to runs-AwaitEvidence, and no others', async () => {
  cloud = await LocalCloud.start(stackOf('dev'))
  const crowd = Array.from({ length: 8 }, (_, n) => `ada-${n}@example.com`)
  for (const email of crowd) {
    await registerAll(cloud, [email])
    await cloud.skip(hour / crowd.length)
  }
  await setFaults(cloud, answersLost(crowd.length), feedbackThrottled)
  await cloud.skip(day - hour)
  await skipHours(2)
  expect(await outcomes(cloud)).toEqual({ RUNNING: crowd.length })
  const runbook = readFileSync(join(__dirname, '../../docs/runbook.md'), 'utf8')
  const leadThere = ['reminder-Errors', 'runs-CallsFail']
  for (const id of leadThere) {
    const [, section = ''] = new RegExp(`^### ${id}\n([\\s\\S]*?)\n### `, 'm').exec(runbook) ?? []
    expect([id, section]).toEqual([id, expect.stringContaining('(#runs-awaitevidence)')])
  }
  expect(await alarmsOn()).toEqual(['feedback-Throttles', ...leadThere, 'runs-AwaitEvidence'].sort())
  await setFaults(cloud)
  await skipHours(2)
  expect(await remindersTo(cloud, crowd)).toEqual(Array(crowd.length).fill(1))
})

test('after an outage of 30 hours the failed runs are redriven, and each customer gets one reminder', async () => {
  await startRegistered()
  await setFaults(cloud, ...lost, feedbackThrottled)
  await cloud.skip(day - 60)
  await skipHours(30)
  expect(await outcomes(cloud)).toEqual({ sent: 1, EvidencePending: 5 })
  expect(await failedRuns()).toContain('1 run failed: EvidencePending')
  expect(await alarms(cloud, 'runs-AwaitEvidence')).toBe(1)
  await setFaults(cloud)
  // Every event is recorded within the timeout of the queue.
  await skipHours(1)
  expect(await redrive('--since', '2d', '--error', 'EvidencePending')).toMatchObject({ code: 0 })
  await skipHours(1)
  expect(await outcomes(cloud)).toEqual({ sent: 1, alreadySent: 3, RUNNING: 2 })
  // For two reminders nothing has been read for more than an hour, so that the six hours begin again.
  await skipHours(8)
  expect(await remindersTo(cloud, emails)).toEqual(once6)
  expect(reminded(await outcomes(cloud), 3)).toEqual({ all: 6, others: {}, enoughByEvidence: true })
  expect(await redrive('--since', '5d')).toMatchObject({ code: 0, printed: expect.stringContaining('No run') })
})

test('a registration that lapses while its run waits for evidence gets no second reminder, and its run ends', async () => {
  await startRegistered(
    changedStack(({ resource }) => {
      const { variables } = resource.aws_lambda_function.register_function.environment
      expect(variables).toHaveProperty('REGISTRATION_LIFETIME_SECONDS')
      variables.REGISTRATION_LIFETIME_SECONDS = String(day + 12 * hour)
    }),
  )
  await setFaults(cloud, ...lost, feedbackThrottled)
  await cloud.skip(day - 60)
  const before = (await remindersTo(cloud, emails)).sort()
  expect(before).toEqual([0, 0, 1, 1, 1, 1])
  await skipHours(14)
  const { sent, ...rest } = await outcomes(cloud)
  expect(sent).toBe(1)
  // DynamoDB deletes what has lapsed at some time of its own.
  const { expired = 0, gone = 0, ...others } = rest
  expect(expired + gone).toBe(5)
  expect(others).toEqual({})
  await setFaults(cloud)
  await skipHours(8)
  expect((await remindersTo(cloud, emails)).sort()).toEqual(before)
  expect(await failedRuns()).toEqual([])
})

test('one event that cannot be recorded delays only reminders of unknown outcome, until a person sets it aside', async () => {
  await startRegistered()
  const sqs = new SQSClient(cloud.client)
  const urlOf = async (end: string) => {
    const QueueName = `confirmation-reminder-dev-mail-events${end}`
    return (await sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl
  }
  const [queue, deadLetters] = [await urlOf(''), await urlOf('-dead')]
  await sqs.send(new SendMessageCommand({ QueueUrl: queue, MessageBody: '{"eventType":"Send"}' }))
  await setFaults(cloud, ...lost)
  await cloud.skip(day - 60)
  await skipHours(2)
  // Evidence arrives beside it, so that only what was never sent waits.
  expect(await outcomes(cloud)).toEqual({ sent: 1, alreadySent: 3, RUNNING: 2 })
  expect([await alarms(cloud, 'feedback-Errors'), await alarms(cloud, 'runs-AwaitEvidence')]).toEqual([1, 1])
  await skipHours(23)
  expect(await outcomes(cloud)).toEqual({ sent: 1, alreadySent: 3, EvidencePending: 2 })
  expect(await alarms(cloud, 'feedback-Errors')).toBe(1)

  // As the runbook says: it becomes a dead letter at once, and is deleted there.
  const read = new GetQueueAttributesCommand({ QueueUrl: queue, AttributeNames: ['RedrivePolicy'] })
  const policy = JSON.parse((await sqs.send(read)).Attributes?.RedrivePolicy ?? '{}') as object
  const RedrivePolicy = JSON.stringify({ ...policy, maxReceiveCount: 5 })
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl: queue, Attributes: { RedrivePolicy } }))
  await cloud.skip(600)
  expect(await alarms(cloud, 'mail-EventsDead')).toBe(1)
  await sqs.send(new PurgeQueueCommand({ QueueUrl: deadLetters }))
  sqs.destroy()
  expect(await redrive('--since', '2d', '--error', 'EvidencePending')).toMatchObject({ code: 0 })
  await skipHours(8)
  expect(reminded(await outcomes(cloud), 3)).toEqual({ all: 6, others: {}, enoughByEvidence: true })
  expect(await remindersTo(cloud, emails)).toEqual(once6)
})

/** Skips to the next moment that Berlin's clocks show this hour. */
async function skipToHour(hourOfDay: number): Promise<void> {
  const { now } = await cloud.skip(0)
  const passed = minuteInBerlin(now)
  const minutes = (hourOfDay * 60 - passed + 24 * 60) % (24 * 60)
  await cloud.skip(minutes * 60)
}
function minuteInBerlin(moment: string): number {
  const options = { timeZone: 'Europe/Berlin', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
  const [hours = 0, minutes = 0] = new Intl.DateTimeFormat('en-GB', options)
    .format(new Date(moment))
    .split(':')
    .map(Number)
  return hours * 60 + minutes
}

/** How many open runs wait in a state: for their turn, or to repeat the task. */
async function waitingIn(state: 'WaitForTurn' | 'TriggerNotification'): Promise<number> {
  const states = new SFNClient(cloud.client)
  const stateMachineArn = await stateMachineOf(states)
  const { executions = [] } = await states.send(new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING' }))
  const waiting = await Promise.all(
    executions.map(async ({ executionArn }) => {
      const { events = [] } = await states.send(new GetExecutionHistoryCommand({ executionArn, reverseOrder: true }))
      return events.find(({ stateEnteredEventDetails }) => stateEnteredEventDetails)?.stateEnteredEventDetails?.name
    }),
  )
  states.destroy()
  return waiting.filter((name) => name === state).length
}

test('silence that is proven at night sends the reminder in the morning, after one night', async () => {
  cloud = await LocalCloud.start(stackOf('prod'))
  await skipToHour(17)
  await registerAll(cloud, emails)
  await cloud.skip(60)
  await setFaults(cloud, neverSent(6))
  // Due at 17:00, and spread over an hour. Six hours later it is night, also where clocks have changed since.
  await cloud.skip(day + hour)
  await setFaults(cloud)
  expect(await remindersTo(cloud, emails)).toEqual(Array(6).fill(0))
  await skipToHour(3)
  expect(await waitingIn('WaitForTurn')).toBe(6)
  expect(await remindersTo(cloud, emails)).toEqual(Array(6).fill(0))
  await skipToHour(10)
  expect(await remindersTo(cloud, emails)).toEqual(once6)
  expect(await outcomes(cloud)).toEqual({ sent: 6 })
  for (const { at } of (await cloud.mails()).filter(isReminder)) {
    expect(minuteInBerlin(at)).toBeGreaterThanOrEqual(8 * 60)
    expect(minuteInBerlin(at)).toBeLessThan(10 * 60)
  }
})

test('events that come at night are waited for: no reminder goes out twice, and the others go out by day', async () => {
  cloud = await LocalCloud.start(stackOf('prod'))
  await skipToHour(17)
  await registerAll(cloud, emails)
  await cloud.skip(60)
  await setFaults(cloud, ...lost, feedbackThrottled)
  await cloud.skip(day + hour)
  await skipToHour(3)
  expect(await waitingIn('TriggerNotification')).toBe(5)
  await setFaults(cloud)
  await skipToHour(10)
  expect(await remindersTo(cloud, emails)).toEqual(once6)
  expect(reminded(await outcomes(cloud), 3)).toEqual({ all: 6, others: {}, enoughByEvidence: true })
  for (const { at } of (await cloud.mails()).filter(isReminder)) {
    expect(minuteInBerlin(at)).toBeGreaterThanOrEqual(8 * 60)
    expect(minuteInBerlin(at)).toBeLessThan(21 * 60)
  }
})

test('an outage in the second of three reminders: each customer gets each reminder once', async () => {
  const outdir = newFolder()
  await synthesise(outdir, 'src/test/three-reminders.ts')
  await startRegistered(stackOf('dev', outdir))
  await cloud.skip(day)
  expect(await remindersTo(cloud, emails)).toEqual(once6)
  await setFaults(cloud, ...lost, feedbackThrottled)
  await cloud.skip(day)
  await skipHours(9)
  expect((await remindersTo(cloud, emails)).sort()).toEqual([1, 1, 2, 2, 2, 2])
  await setFaults(cloud)
  await skipHours(3)
  expect(await remindersTo(cloud, emails)).toEqual(Array(6).fill(2))
  // Late reminders delay the next one.
  await cloud.skip(day)
  expect(await remindersTo(cloud, emails)).toEqual(Array(6).fill(3))
  expect(await outcomes(cloud)).toEqual({ sent: 6 })
  for (const email of emails) {
    const subjects = (await cloud.mails(email)).filter(isReminder).map(({ subject }) => subject)
    expect(new Set(subjects).size).toBe(3)
  }
})

test('a run of the release before waits for evidence at an upgrade, and is redriven as docs/deploy.md says', async () => {
  const before = changedStack(({ resource }) => {
    const [machine] = Object.values(resource.aws_sfn_state_machine) as [{ definition: string }]
    const definition = JSON.parse(machine.definition) as StateMachine
    const retriers = Object.values(definition.States).flatMap(({ Retry = [] }) => Retry)
    const untilEvidence = retriers.find(({ ErrorEquals }) => ErrorEquals.includes('EvidencePending'))
    expect(untilEvidence).toBeDefined()
    // As it was before events had a queue.
    delete untilEvidence?.MaxDelaySeconds
    Object.assign(untilEvidence ?? {}, { IntervalSeconds: 60, MaxAttempts: 48, BackoffRate: 1 })
    machine.definition = JSON.stringify(definition)
  })
  await startRegistered(before)
  await setFaults(cloud, ...lost)
  await cloud.skip(day - 60)
  // The apply: new runs get the new definition, and those that wait keep theirs.
  await cloud.terminate()
  const { data } = cloud
  cloud = await LocalCloud.start(stackOf('dev'), { data })
  await setFaults(cloud)
  await skipHours(1)
  // What was sent is known within a minute. What was not sent would have to wait for longer than these runs can.
  expect(await outcomes(cloud)).toEqual({ sent: 1, alreadySent: 3, EvidencePending: 2 })
  for (let times = 0; times < 7; times++) {
    await redrive('--since', '1h', '--error', 'EvidencePending')
    await cloud.skip(55 * 60)
  }
  expect(reminded(await outcomes(cloud), 3)).toEqual({ all: 6, others: {}, enoughByEvidence: true })
  expect(await remindersTo(cloud, emails)).toEqual(once6)
})
