import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb'
import {
  type ExecutionStatus,
  paginateGetExecutionHistory,
  paginateListExecutions,
  SFNClient,
} from '@aws-sdk/client-sfn'
import { resourceName } from '@confirmation-reminder/contracts/names'
import { deployed } from '@confirmation-reminder/simulate/design'
import { type Scenario, simulate } from '@confirmation-reminder/simulate/engine'
import { noLimits } from '@confirmation-reminder/simulate/limits'
import { feedback, work } from '@confirmation-reminder/simulate/work'
import { concurrently } from '../concurrently.ts'
import { LocalCloud, tokenIn } from '../local-cloud.ts'
import { registerAll } from '../register-all.ts'
import { stateMachineOf } from '../state-machine.ts'
import { stackOf } from '../synthesise.ts'

/*
 * What docs/scale.md says rests on what the simulation counts. Here fifty people do the same in the simulation and in the local
 * cloud, and both count the same.
 */

const day = 86_400
const hour = 3_600
const people = 50
const confirmBefore = 20
const confirmAfter = 6
/** Of the attempts to remind: Lambda does not run the first, and SES refuses the mails of others. */
const faults = { lambda: 7, ses: 12 }

/** The same scenario for the simulation. */
const scenario: Scenario = {
  seconds: day + 6 * hour,
  arrivals: (second) => (second === 0 ? people : 0),
  people: {
    confirming: [{ afterSeconds: 60, share: confirmBefore / people }],
    confirmingAfterReminder: [{ afterSeconds: 4 * hour, share: confirmAfter / (people - confirmBefore) }],
  },
  design: deployed,
  limits: noLimits,
  faults,
}

let cloud: LocalCloud
let states: SFNClient
let dynamodb: DynamoDBClient
beforeAll(async () => {
  cloud = await LocalCloud.start()
  states = new SFNClient(cloud.client)
  dynamodb = new DynamoDBClient(cloud.client)
})
afterAll(async () => {
  states?.destroy()
  dynamodb?.destroy()
  await cloud?.dispose()
})

/** Counts calls without changing them: a delay of a moment is a fault that counts how often it applied. */
const counting = (service: string, action: string, caller: string) => ({
  ...{ service, action, match: { caller }, kind: 'latency', latencyMilliseconds: 0.001, rate: 1 },
})
const rules = [
  {
    service: 'lambda',
    action: 'Invoke',
    match: { caller: 'states' },
    kind: 'error',
    error: 'TooManyRequestsException',
    times: faults.lambda,
  },
  {
    service: 'ses',
    action: 'SendRawEmail',
    match: { caller: 'reminder' },
    kind: 'error',
    error: 'Throttling',
    times: faults.ses,
  },
  counting('lambda', 'Invoke', 'states'),
  counting('ses', 'SendRawEmail', 'reminder'),
  counting('ses', 'SendRawEmail', 'register'),
  counting('states', 'StartExecution', 'register'),
]
/** How often each rule has applied, in their order. */
async function applied(): Promise<number[]> {
  const listed = (await (await fetch(`${cloud.cloudUrl}/_local/faults`)).json()) as { injected: number }[]
  return listed.map(({ injected }) => injected)
}

async function runs(statusFilter?: ExecutionStatus): Promise<string[]> {
  const input = { stateMachineArn: await stateMachineOf(states), ...(statusFilter && { statusFilter }) }
  const arns: string[] = []
  for await (const { executions = [] } of paginateListExecutions({ client: states }, input)) {
    arns.push(...executions.map(({ executionArn = '' }) => executionArn))
  }
  return arns
}

/** What Step Functions bills of a run: its start, each state that it enters, and each retry. */
async function transitionsOf(executionArn: string): Promise<{ transitions: number; retries: number }> {
  const types: string[] = []
  for await (const { events = [] } of paginateGetExecutionHistory({ client: states }, { executionArn })) {
    types.push(...events.map(({ type = '' }) => type))
  }
  const count = (pattern: RegExp) => types.filter((type) => pattern.test(type)).length
  const retries = count(/^LambdaFunctionScheduled$/) - count(/^TaskStateEntered$/)
  return { transitions: count(/^ExecutionStarted$|StateEntered$/) + retries, retries }
}

/** Every write of a customer raises the version of the item by one. */
async function writes(): Promise<number> {
  let sum = 0
  const input = { TableName: resourceName('dev', 'customers') }
  for await (const { Items = [] } of paginateScan({ client: dynamodb }, input)) {
    for (const { version } of Items) sum += Number(version?.N ?? 0)
  }
  return sum
}

/** Sums of fractions of people are a billionth more or less than whole. */
const whole = (count = 0) => Math.round(count) + 0

const tokens = async () => {
  const mails = await cloud.mails()
  return new Map(mails.map((mail) => [mail.to[0] ?? '', tokenIn(mail)]))
}
const confirmAll = async (emails: string[]) => {
  const found = await tokens()
  await concurrently(emails, 5, async (email) => {
    expect((await cloud.confirm(found.get(email) ?? '')).status).toBe(200)
  })
}

test('the simulation and the local cloud count the same', async () => {
  const emails = Array.from({ length: people }, (_, n) => `person-${n}@example.com`)
  expect((await cloud.control('PUT', 'faults', rules)).status).toBe(200)
  await registerAll(cloud, emails)
  await cloud.skip(60)
  await confirmAll(emails.slice(0, confirmBefore))
  const simulated = simulate(scenario)
  const openAt = async (second: number) => {
    expect({ second, open: (await runs('RUNNING')).length }).toEqual({
      second,
      open: whole(simulated.open[second]),
    })
  }
  await openAt(60)
  await cloud.skip(12 * hour)
  await openAt(12 * hour)
  // To the end of all retries.
  await cloud.skip(12 * hour + 4 * hour)
  await openAt(day + 4 * hour)
  await confirmAll(emails.slice(-confirmAfter))
  // The events of SES and of customers are on their way for a moment.
  await cloud.skip(hour)

  const { counts } = simulated
  const histories: { transitions: number; retries: number }[] = []
  await concurrently(await runs(), 5, async (arn) => {
    histories.push(await transitionsOf(arn))
  })
  const sum = (of: 'transitions' | 'retries') => histories.reduce((total, history) => total + history[of], 0)
  const [lambdaFaults = 0, sesFaults = 0, invoked = 0, reminderMails = 0, firstMails = 0, starts = 0] = await applied()
  const funnel = (await (await fetch(`${cloud.cloudUrl}/_local/funnel`)).json()) as Record<string, number>
  const { registered = 0, confirmedBeforeReminder = 0, confirmedAfterReminder = 0, reminded = 0 } = funnel
  const counted = {
    registrations: registered,
    started: histories.length,
    confirmedBefore: confirmedBeforeReminder,
    confirmedAfter: confirmedAfterReminder,
    reminded,
    failed: (await runs('FAILED')).length,
    open: (await runs('RUNNING')).length,
    transitions: sum('transitions'),
    retries: sum('retries'),
    attempts: invoked + lambdaFaults,
    startCalls: starts,
    sesCalls: firstMails + reminderMails + sesFaults,
    mails: (await cloud.mails()).length,
    writes: await writes(),
    events: registered + confirmedBeforeReminder + confirmedAfterReminder + reminded,
  }
  const names = Object.keys(counted) as (keyof typeof counted)[]
  expect(counted).toEqual(Object.fromEntries(names.map((name) => [name, whole(counts[name])])))
  expect(counted.retries).toBe(faults.lambda + faults.ses)
})

test('the simulation knows how Lambda polls the queue of mail events, and how long a run waits', () => {
  const { resource } = JSON.parse(readFileSync(join(stackOf('dev'), 'cdk.tf.json'), 'utf8'))
  const { batch_size, scaling_config } = resource.aws_lambda_event_source_mapping['mail-events_mapping']
  expect({ batches: scaling_config.maximum_concurrency, batchSize: batch_size }).toEqual(feedback)
  const [machine] = Object.values<{ definition: string }>(resource.aws_sfn_state_machine)
  const { States } = JSON.parse(machine?.definition ?? '{}')
  expect(States.Wait.Seconds).toBe(deployed.waitSeconds)
  expect(Object.keys(States)).toHaveLength(deployed.transitionsAtStart - 1 + deployed.transitionsPerAttempt)
  expect(work.mailEvents).toBe(2)
})
