import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch'
import {
  GetFunctionConcurrencyCommand,
  LambdaClient,
  PublishVersionCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
} from '@aws-sdk/client-lambda'
import { GetExecutionHistoryCommand, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn'
import { resourceName } from '@confirmation-reminder/contracts/names'
import { strToU8, zipSync } from 'fflate'
import { LocalCloud } from '../local-cloud.ts'
import { stateMachineOf } from '../state-machine.ts'
import { stackOf } from '../synthesise.ts'

// The smallest account in which five can be reserved, and a flood that exceeds it.
const accountConcurrency = 105
const reserved = 5
const flood = 110

const FunctionName = resourceName('dev', 'register')
const email = 'ada@example.com'

let cloud: LocalCloud
let stack: string
afterEach(async () => {
  await cloud?.dispose()
  rmSync(stack, { recursive: true, force: true })
})

/** Starts the stack of dev with an hour's timeout for register, and with or without a reservation. */
async function begin(reservation: { reserved_concurrent_executions?: number }): Promise<void> {
  stack = mkdtempSync(join(tmpdir(), 'confirmation-reminder-stack-'))
  cpSync(stackOf('dev'), stack, { recursive: true })
  const file = join(stack, 'cdk.tf.json')
  const json = JSON.parse(readFileSync(file, 'utf8'))
  Object.assign(json.resource.aws_lambda_function.register_function, { timeout: 3600, ...reservation })
  writeFileSync(file, JSON.stringify(json))
  cloud = await LocalCloud.start(stack, { options: ['--account-concurrency', String(accountConcurrency)] })
}

/** By then the function feedback has received SES's events: from now on only the functions of the flood run. */
const untilMailed = () => cloud.skip(60)

/** From now on, registrations get no answer. */
async function shipHangingCode(): Promise<void> {
  const lambda = new LambdaClient(cloud.client)
  const ZipFile = zipSync({ 'handler.js': strToU8('exports.handler = () => new Promise(() => {})') })
  await lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile }))
  const { Version } = await lambda.send(new PublishVersionCommand({ FunctionName }))
  await lambda.send(new UpdateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: Version }))
}

/** Sends a flood of registrations. Resolves when this many were refused; the others hang until the end. */
async function floodUntilRefused(count: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const statuses: number[] = []
    for (let n = 0; n < flood; n++) {
      cloud.register(`flood${n}@example.com`).then(
        ({ status }) => {
          if (statuses.push(status) === count) resolve()
        },
        // A hanging request fails when the local cloud ends.
        () => undefined,
      )
    }
  })
}

/** The history of the one registration's run. */
async function history(): Promise<string> {
  const states = new SFNClient(cloud.client)
  const stateMachineArn = await stateMachineOf(states)
  const { executions } = await states.send(new ListExecutionsCommand({ stateMachineArn }))
  const { executionArn } = executions?.[0] ?? {}
  const { events = [] } = await states.send(new GetExecutionHistoryCommand({ executionArn }))
  return JSON.stringify(events)
}

async function throttled(): Promise<number | undefined> {
  const { now } = (await (await fetch(`${cloud.cloudUrl}/_local/clock`)).json()) as { now: string }
  const statistics = await new CloudWatchClient(cloud.client).send(
    new GetMetricStatisticsCommand({
      Namespace: 'AWS/Lambda',
      MetricName: 'Throttles',
      Dimensions: [{ Name: 'FunctionName', Value: FunctionName }],
      StartTime: new Date(Date.parse(now) - 3_600_000),
      EndTime: new Date(Date.parse(now) + 60_000),
      Period: 7200,
      Statistics: ['Sum'],
    }),
  )
  return statistics.Datapoints?.[0]?.Sum
}

test('without a reservation a flood of registrations delays a reminder that is due', async () => {
  await begin({})
  expect((await cloud.register(email)).status).toBe(202)
  await untilMailed()
  await shipHangingCode()
  await floodUntilRefused(flood - accountConcurrency)
  await cloud.skipDays(1)
  expect(await cloud.mails(email)).toHaveLength(1)
  expect(await history()).toContain('Lambda.TooManyRequestsException')
})

test('with a reservation Lambda refuses the flood, and the reminder goes out at its first attempt', async () => {
  await begin({ reserved_concurrent_executions: reserved })
  const lambda = new LambdaClient(cloud.client)
  expect(await lambda.send(new GetFunctionConcurrencyCommand({ FunctionName }))).toMatchObject({
    ReservedConcurrentExecutions: reserved,
  })
  expect((await cloud.register(email)).status).toBe(202)
  await untilMailed()
  await shipHangingCode()
  await floodUntilRefused(flood - reserved)
  expect((await cloud.register('late@example.com')).status).toBe(503)
  expect(await throttled()).toBe(flood - reserved + 1)
  await cloud.skipDays(1)
  expect((await cloud.mails(email)).map(({ subject }) => subject)).toEqual([
    'Please confirm your email address for Example dev',
    'Reminder: please confirm your email address for Example dev',
  ])
  expect(await history()).not.toContain('LambdaFunctionFailed')
  expect(await history()).not.toContain('TooManyRequests')
})
