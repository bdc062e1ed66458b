import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  RedriveExecutionCommand,
  SFNClient,
} from '@aws-sdk/client-sfn'
import { LocalCloud } from '../local-cloud.ts'
import { registerAll } from '../register-all.ts'
import { stateMachineOf } from '../state-machine.ts'

let cloud: LocalCloud
let states: SFNClient
let stateMachineArn: string | undefined

beforeAll(async () => {
  cloud = await LocalCloud.start()
  states = new SFNClient(cloud.client)
  stateMachineArn = await stateMachineOf(states)
})
afterAll(async () => {
  states?.destroy()
  await cloud?.dispose()
})

const sesFails = async (error: string, times: number) => {
  const rule = { service: 'ses', action: 'SendRawEmail', kind: 'error', error, times }
  expect((await cloud.control('PUT', 'faults', [rule])).status).toBe(200)
}
const endFaults = () => cloud.control('PUT', 'faults', [])

const mailsTo = async (email: string) => (await cloud.mails(email)).map(({ subject }) => subject)
const both = [
  'Please confirm your email address for Example dev',
  'Reminder: please confirm your email address for Example dev',
]

/** The ARNs of the runs that failed and were not redriven. */
async function failedRuns(): Promise<(string | undefined)[]> {
  const { executions = [] } = await states.send(new ListExecutionsCommand({ stateMachineArn, statusFilter: 'FAILED' }))
  return executions.filter(({ redriveCount }) => redriveCount === 0).map(({ executionArn }) => executionArn)
}

test('a redrive sends a reminder once that SES had refused', async () => {
  const email = 'ada@example.com'
  await cloud.register(email)
  await sesFails('MessageRejected', 1)
  await cloud.skipDays(1)
  expect(await mailsTo(email)).toEqual(both.slice(0, 1))
  const [executionArn, ...others] = await failedRuns()
  expect(others).toEqual([])
  expect(await states.send(new DescribeExecutionCommand({ executionArn }))).toMatchObject({
    status: 'FAILED',
    error: 'MailRefused',
    redriveStatus: 'REDRIVABLE',
  })

  await endFaults()
  await cloud.skipDays(3)
  const { redriveDate } = await states.send(new RedriveExecutionCommand({ executionArn }))
  await cloud.skip(0)
  expect(await states.send(new DescribeExecutionCommand({ executionArn }))).toMatchObject({
    status: 'SUCCEEDED',
    output: '{"outcome":"sent"}',
    redriveCount: 1,
    redriveDate,
  })
  expect(await mailsTo(email)).toEqual(both)
  const { events = [] } = await states.send(new GetExecutionHistoryCommand({ executionArn }))
  expect(events.map(({ type }) => type)).toEqual([
    ...['ExecutionStarted', 'WaitStateEntered', 'WaitStateExited', 'TaskStateEntered'],
    ...['LambdaFunctionScheduled', 'LambdaFunctionStarted', 'LambdaFunctionFailed', 'ExecutionFailed'],
    ...['ExecutionRedriven', 'LambdaFunctionScheduled', 'LambdaFunctionStarted', 'LambdaFunctionSucceeded'],
    ...['TaskStateExited', 'ExecutionSucceeded'],
  ])
})

test('kill -9 while redriven runs are under way: each reminder is sent, once', async () => {
  const customers = Array.from({ length: 20 }, (_, n) => `customer-${n}@example.com`)
  await registerAll(cloud, customers)
  await sesFails('MessageRejected', customers.length)
  await cloud.skipDays(1)
  const runs = await failedRuns()
  expect(runs).toHaveLength(customers.length)

  // No mail can go out before the kill: it finds the runs between the redrive and a retry.
  await sesFails('Throttling', 1_000_000)
  await Promise.all(runs.map((executionArn) => states.send(new RedriveExecutionCommand({ executionArn }))))
  await cloud.kill()
  await cloud.start()
  await cloud.control('PUT', 'faults', [])
  states = new SFNClient(cloud.client)
  // First the interrupted tasks run again. They would time out if the clock skipped over them.
  await cloud.skip(0)
  // Then far enough for a claim that was interrupted: six hours without an event, and two readings of the queues.
  for (let hour = 0; hour < 12; hour++) await cloud.skip(3600)

  const ends = await Promise.all(
    runs.map((executionArn) => states.send(new DescribeExecutionCommand({ executionArn }))),
  )
  expect(new Set(ends.map(({ status, redriveCount }) => `${status} ${redriveCount}`))).toEqual(new Set(['SUCCEEDED 1']))
  for (const email of customers) expect(await mailsTo(email)).toEqual(both)
})
