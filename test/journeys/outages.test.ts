import { join } from 'node:path'
import { GetAliasCommand, LambdaClient, UpdateAliasCommand, UpdateFunctionCodeCommand } from '@aws-sdk/client-lambda'
import {
  DescribeExecutionCommand,
  ListExecutionsCommand,
  RedriveExecutionCommand,
  SFNClient,
} from '@aws-sdk/client-sfn'
import { errorNames } from '@confirmation-reminder/contracts/errors'
import { type Outage, outages } from '@confirmation-reminder/contracts/outages'
import { ClassicLevel } from 'classic-level'
import { strToU8, zipSync } from 'fflate'
import { LocalCloud, type Mail, tokenIn } from '../local-cloud.ts'
import { stateMachineOf } from '../state-machine.ts'

/*
 * Every outage of the table, for its time and for longer. One customer's reminder falls due when it begins, and the others' as long
 * before its end as runs survive it.
 */

const minute = 60
const hour = 3_600
const day = 86_400

let cloud: LocalCloud
let states: SFNClient
let lambda: LambdaClient
const connect = () => {
  states?.destroy()
  lambda?.destroy()
  states = new SFNClient(cloud.client)
  lambda = new LambdaClient(cloud.client)
}
beforeAll(async () => {
  cloud = await LocalCloud.start()
  connect()
})
afterAll(async () => {
  states.destroy()
  lambda.destroy()
  await cloud?.dispose()
})

async function faults(...rules: object[]): Promise<void> {
  const answer = await cloud.control('PUT', 'faults', rules)
  expect({ status: answer.status, said: await answer.json() }).toMatchObject({ status: 200 })
}
const isReminder = ({ headers }: Mail) => 'List-Unsubscribe' in headers
/** How many reminders each of these people got. */
const reminders = (emails: string[]) =>
  Promise.all(emails.map(async (email) => (await cloud.mails(email)).filter(isReminder).length))

/** A person registers. Returns the ARN of their run. */
async function registered(email: string): Promise<string> {
  expect((await cloud.register(email)).status).toBe(202)
  const [mail] = (await cloud.mails(email)) as [Mail]
  const [customerId] = tokenIn(mail).split('.')
  const stateMachineArn = await stateMachineOf(states)
  const { executions = [] } = await states.send(new ListExecutionsCommand({ stateMachineArn, maxResults: 1000 }))
  return executions.find(({ name }) => name?.startsWith(`${customerId}_`))?.executionArn ?? ''
}
const described = async (executionArn: string) => {
  const { status, error } = await states.send(new DescribeExecutionCommand({ executionArn }))
  return { status, error }
}
const redrive = (executionArn: string) => states.send(new RedriveExecutionCommand({ executionArn }))

const now = async () => {
  const { now } = (await (await fetch(`${cloud.cloudUrl}/_local/clock`)).json()) as { now: string }
  return Date.parse(now)
}
/** The titles of what Slack received since a moment. */
const postsSince = async (sinceMs: number) =>
  (await cloud.slack()).filter(({ at, dropped }) => Date.parse(at) >= sinceMs && !dropped).map(({ title }) => title)
const alarm = (id: string) => expect.stringMatching(new RegExp(`^:rotating_light:.*-${id} \\|`))

const everyCall = { kind: 'error', rate: 1 }
const invoking = (error: string) => ({
  ...{ ...everyCall, service: 'lambda', action: 'Invoke', error },
  match: { caller: 'states' },
})
const reading = (error: string | undefined) => ({
  ...{ ...everyCall, service: 'dynamodb', action: 'GetItem', error },
  match: { caller: 'reminder' },
})
const sending = (error: string | undefined, message?: string) => ({
  ...{ ...everyCall, service: 'ses', action: 'SendRawEmail', error },
  ...{ match: { caller: 'reminder' }, ...(message && { message }) },
})
const calls = {
  lambda: ['Invoke'],
  dynamodb: ['GetItem', 'PutItem', 'UpdateItem'],
  ses: ['SendRawEmail'],
  sns: ['Publish', 'Deliver'],
  sqs: ['GetQueueAttributes', 'ReceiveMessage', 'SendMessage', 'DeleteMessage'],
  states: ['StartExecution'],
}
const everything = Object.entries(calls).flatMap(([service, actions]) =>
  actions.map((action) => ({
    ...{ ...everyCall, service, action },
    error: service === 'lambda' ? 'ServiceException' : 'InternalFailure',
  })),
)
const inbox = 'For more information, please check the inbox of the email address associated with your AWS account.'

/** Ships a build of `reminder`, and returns what rolls it back. */
async function release(code: string): Promise<() => Promise<unknown>> {
  const FunctionName = 'confirmation-reminder-dev-reminder'
  const live = { FunctionName, Name: 'live' }
  const before = await lambda.send(new GetAliasCommand(live))
  const ZipFile = zipSync({ 'handler.js': strToU8(code) })
  const { Version } = await lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile, Publish: true }))
  const to = (FunctionVersion: string | undefined) => lambda.send(new UpdateAliasCommand({ ...live, FunctionVersion }))
  await to(Version)
  return () => to(before.FunctionVersion)
}

interface Staged {
  /** Makes it begin. Returns what ends it, if that is not the end of all faults. */
  begin: () => Promise<unknown>
  /** How long it lasts: until the run that met all of it has failed, and an hour more, for which that run is redriven. */
  lasts: number
  /** How long after its end the last reminder may come. Left out: an hour, which is longer than any pause between attempts. */
  thenWithin?: number
}
// 264 delays of two minutes in the mean, and six standard deviations, are 10.5 hours.
const ofPart = 12 * hour

const staged: Record<keyof typeof outages, Staged> = {
  lambdaThrottles: { begin: () => faults(invoking('TooManyRequestsException')), lasts: ofPart },
  lambdaAway: { begin: () => faults(invoking('ServiceException')), lasts: ofPart },
  functionUnusable: { begin: () => faults(invoking('ResourceNotFoundException')), lasts: ofPart },
  functionDies: {
    begin: () => faults({ ...reading(undefined), kind: 'crashCaller', when: 'beforeEffect' }),
    lasts: ofPart,
  },
  brokenRelease: {
    begin: () => release('exports.handler = async () => { throw new Error("broken") }'),
    lasts: ofPart,
  },
  tableThrottles: { begin: () => faults(reading('ProvisionedThroughputExceededException')), lasts: ofPart },
  tableRefuses: { begin: () => faults(reading('AccessDeniedException')), lasts: ofPart },
  sendingRateReached: { begin: () => faults(sending('Throttling')), lasts: 5 * hour },
  sesFails: { begin: () => faults(sending('ServiceUnavailable')), lasts: 22 * hour, thenWithin: 8 * hour },
  sendingPaused: {
    begin: () => faults(sending('MessageRejected', `Sending paused for this account. ${inbox}`)),
    lasts: 14 * hour,
  },
  sendingMisconfigured: { begin: () => faults(sending('AccessDenied')), lasts: 14 * hour },
  dailyQuotaUsedUp: { begin: () => faults(sending('Throttling', 'Daily message quota exceeded.')), lasts: 26 * hour },
  evidenceAway: {
    begin: () =>
      faults(
        // Two were sent, and one was not.
        { ...sending(undefined), kind: 'dropAfterEffect', rate: undefined, times: 2 },
        { ...sending(undefined), kind: 'crashCaller', when: 'beforeEffect', rate: undefined, times: 1 },
        { ...everyCall, service: 'sqs', action: 'GetQueueAttributes', error: 'ServiceUnavailable' },
        { ...invoking('TooManyRequestsException'), match: { caller: 'sqs' } },
      ),
    lasts: 26 * hour,
    thenWithin: 8 * hour,
  },
  regionAway: { begin: () => faults(...everything), lasts: ofPart },
}

const rows = Object.entries<Outage>(outages) as [keyof typeof outages, Outage][]

test.each(rows)(
  '%s: a run that meets it for its time ends in one mail, and one that met it for longer is redriven',
  async (name, { survived, alarm: id, failsAs }) => {
    const { begin, lasts, thenWithin = hour } = staged[name]
    const emails = ['longer', 'shorter', 'unsent'].map((who) => `${name}-${who}@example.com`.toLowerCase())
    // A reminder that was never sent has its fate only where the evidence is missing.
    if (name !== 'evidenceAway') emails.pop()
    const [longer = '', ...others] = emails
    const failing = await registered(longer)
    await cloud.skip(lasts - survived)
    const due = (await now()) + day * 1000
    const surviving = []
    for (const email of others) surviving.push(await registered(email))
    await cloud.skip(day - (lasts - survived) - minute)
    const began = await now()
    const rollBack = await begin()
    await cloud.skip(20 * minute)
    const isRegion = name === 'regionAway'
    if (!isRegion) expect(await postsSince(began)).toContainEqual(alarm(id))

    await cloud.skip(lasts - hour - 20 * minute)
    expect(await described(failing)).toEqual({ status: 'FAILED', error: failsAs })
    const failed = `:x: 1 run failed: ${failsAs}`
    if (!isRegion) expect(await postsSince(began)).toContain(failed)
    // What is in doubt fails again for a day. Any other run waits again, also if it is redriven while the outage lasts.
    const isInDoubt = failsAs === errorNames.sendInDoubt
    if (!isInDoubt) await redrive(failing)
    const ends = due + survived * 1000
    await cloud.skip(Math.max(0, (ends - (await now())) / 1000 - minute))
    if (!isInDoubt) expect(await described(failing)).toEqual({ status: 'RUNNING', error: undefined })
    for (const run of surviving) expect(await described(run)).toEqual({ status: 'RUNNING', error: undefined })
    await faults()
    if (rollBack) await (rollBack as () => Promise<unknown>)()

    await cloud.skip(thenWithin)
    if (isInDoubt) {
      await cloud.skip(day)
      await redrive(failing)
      // After a gap, the queues are read for six hours again.
      await cloud.skip(8 * hour)
    }
    for (const run of [failing, ...surviving])
      expect(await described(run)).toEqual({ status: 'SUCCEEDED', error: undefined })
    expect(await reminders(emails)).toEqual(emails.map(() => 1))
    expect(await postsSince(began)).toContainEqual(alarm(id))
    expect((await postsSince(began)).filter((title) => title.startsWith(':x:'))).toEqual([failed])
  },
  1_800_000,
)

/** No process runs for so long: the time of the local cloud goes on, and everything that fell due meanwhile is late at once. */
async function downFor(seconds: number): Promise<void> {
  await cloud.kill()
  const store = new ClassicLevel(join(cloud.data, 'store'))
  const clock = store.sublevel<string, number>('clock', { valueEncoding: 'json' })
  await clock.put('offsetMs', ((await clock.get('offsetMs')) ?? 0) + seconds * 1000)
  await store.close()
  await cloud.start()
  connect()
  await faults()
}

test.each<[string, (seconds: number) => Promise<void>]>([
  [
    'every service refuses',
    async (seconds) => {
      await faults(...everything)
      await cloud.skip(seconds)
      await faults()
    },
  ],
  ['Step Functions itself is away: the process is killed, and starts when the time has passed', downFor],
])(
  'for the time of an outage %s, and reminders of which the outcome was unknown are sent once too',
  async (way, away) => {
    const emails = ['sent', 'unsent', 'due'].map((who) => `${who}-${way.slice(0, 5).trim()}@example.com`.toLowerCase())
    const [sent = '', unsent = '', due = ''] = emails
    const runs = [await registered(sent), await registered(unsent)]
    await cloud.skip(hour)
    runs.push(await registered(due))
    const once = { ...sending(undefined), rate: undefined, times: 1 }
    await faults(
      { ...once, kind: 'dropAfterEffect', match: { caller: 'reminder', request: sent } },
      { ...once, kind: 'crashCaller', when: 'beforeEffect', match: { caller: 'reminder', request: unsent } },
    )
    const began = await now()
    await cloud.skip(day - hour + minute)
    const injected = (await fetch(`${cloud.cloudUrl}/_local/faults`)).json()
    expect(await injected).toMatchObject([{ injected: 1 }, { injected: 1 }])
    await away(outages.regionAway.survived)
    await cloud.skip(8 * hour)
    for (const run of runs) expect(await described(run)).toEqual({ status: 'SUCCEEDED', error: undefined })
    expect(await reminders(emails)).toEqual([1, 1, 1])
    expect((await postsSince(began)).filter((title) => title.startsWith(':x:'))).toEqual([])
  },
)
