import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch'
import { SFNClient, StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn'
import { LocalCloud, type SlackPost } from '../local-cloud.ts'
import { stateMachineOf } from '../state-machine.ts'
import { stackOf } from '../synthesise.ts'

let cloud: LocalCloud
/** How many posts there were before the test. */
let before: number

beforeAll(async () => {
  cloud = await LocalCloud.start(stackOf('prod'))
})
afterAll(() => cloud?.dispose())
// To just after a full hour: the function counts failures per quarter of an hour.
beforeEach(async () => {
  const { now } = await cloud.skip(0)
  await cloud.skip(3_601 - (Math.floor(Date.parse(now) / 1000) % 3_600))
  before = (await cloud.slack()).length
})

const news = async () => (await cloud.slack()).slice(before)
const custom = ({ kind }: SlackPost) => kind === 'custom'
const alarmNamed = (name: string) => (post: SlackPost) => post.title.includes(`| confirmation-reminder-${name} |`)
const changeIn = ({ text }: SlackPost) => /\*State\*: (.*)/.exec(text)?.[1]

const countIn = ({ title }: SlackPost) => Number(/([\d,]+) runs? failed/.exec(title)?.[1]?.replaceAll(',', ''))
const thresholdAt = (count: number) => (count < 10 ? Math.min(count, 3) : 10 ** Math.floor(Math.log10(count)))

/** Starts runs that wait a day and then fail, because the reminder refuses their input. */
async function startBrokenRuns(cloud: LocalCloud, name: string, count = 1): Promise<(string | undefined)[]> {
  const states = new SFNClient(cloud.client)
  const machine = await stateMachineOf(states)
  const input = JSON.stringify({ customerId: 'ada@example.com', traceId: 'none' })
  const start = async (_: unknown, number: number) => {
    const command = new StartExecutionCommand({ stateMachineArn: machine, name: `${name}-${number}`, input })
    return (await states.send(command)).executionArn
  }
  const started = await Promise.all(Array.from({ length: count }, start))
  states.destroy()
  return started
}

test('a failed run is posted by name at once, with what to do; its alarm comes after one evaluation', async () => {
  const [arn] = await startBrokenRuns(cloud, 'single')
  await cloud.skip(86_400)
  const posts = await news()
  expect(posts.filter(alarmNamed('ExecutionsFailed'))).toEqual([])
  const [post, ...more] = posts.filter(custom)
  expect(more).toEqual([])
  expect(post).toMatchObject({ channel: 'C0EXAMPLEPROD', topic: expect.stringMatching(/:notify$/), dropped: null })
  expect(post?.title).toBe(':x: 1 run failed: ContractViolation')
  for (const part of [
    '*Run*: `single-0`',
    '*State*: `TriggerNotification`',
    '*Error*: `ContractViolation`',
    '*Cause*: `',
    `#/v2/executions/details/${arn}|Open the run in the console>`,
    `aws stepfunctions redrive-execution --execution-arn ${arn}`,
  ]) {
    expect(post?.text).toContain(part)
  }

  await cloud.skip(60)
  expect((await news()).filter(alarmNamed('ExecutionsFailed')).map(changeIn)).toEqual(['OK → ALARM'])
  await cloud.skip(1_200)
  expect((await news()).filter(alarmNamed('ExecutionsFailed')).map(changeIn)).toEqual(['OK → ALARM', 'ALARM → OK'])
})

test('a failed run is posted once, though the response to the claim of its post was lost', async () => {
  const claim = { service: 'dynamodb', action: 'UpdateItem', match: { caller: 'failures', request: 'claimedBy' } }
  await cloud.control('PUT', 'faults', [{ ...claim, kind: 'dropAfterEffect', times: 1 }])
  await startBrokenRuns(cloud, 'lost')
  await cloud.skip(86_400)
  await cloud.skip(120)
  expect((await news()).filter(custom).map(({ title }) => title)).toEqual([':x: 1 run failed: ContractViolation'])
  const [rule] = (await (await fetch(`${cloud.cloudUrl}/_local/faults`)).json()) as { injected: number }[]
  expect(rule?.injected).toBe(1)
  await cloud.control('PUT', 'faults', [])
})

test('two more that fail with the same error are named too', async () => {
  await startBrokenRuns(cloud, 'again', 3)
  await cloud.skip(86_400)
  const named = (await news()).filter(custom).map(({ text }) => /\*Run\*: `(.*)`/.exec(text)?.[1])
  expect(named.length).toBeGreaterThan(1)
  expect(['again-0', 'again-1', 'again-2']).toEqual(expect.arrayContaining(named))
})

test('a run that is stopped by hand is posted, too', async () => {
  const states = new SFNClient(cloud.client)
  const machine = await stateMachineOf(states)
  const { executionArn } = await states.send(new StartExecutionCommand({ stateMachineArn: machine, name: 'stopped' }))
  await states.send(new StopExecutionCommand({ executionArn, error: 'Mistake', cause: 'ada@example.com asked for it' }))
  states.destroy()
  await cloud.skip(60)
  const posts = await news()
  expect(posts.filter(custom).map(({ title }) => title)).toEqual([':x: 1 run aborted: Mistake'])
  expect(posts.filter(alarmNamed('ExecutionsAborted')).map(changeIn)).toEqual(['OK → ALARM'])
})

test('a burst of 1,000 failures makes at most six posts by name, with the count, and one of the alarm', async () => {
  await startBrokenRuns(cloud, 'burst', 1_000)
  await cloud.skip(86_400)
  await cloud.skip(60)
  expect((await news()).filter(alarmNamed('ExecutionsFailed')).map(changeIn)).toEqual(['OK → ALARM'])
  // By then a post that failed to be published has been retried.
  await cloud.skip(120)
  const named = (await news()).filter(custom)
  // Failures that are counted at the same moment may share a post: 101 instead of 100, or 100 instead of 10.
  const thresholds = named.map(countIn).map(thresholdAt)
  expect([1, 2, 3, 10, 100, 1_000]).toEqual(expect.arrayContaining(thresholds))
  expect(named.length).toBeLessThanOrEqual(6)
  expect(thresholds).toContain(1_000)
  for (const { text } of named) expect(text).toMatch(/\*Run\*: `burst-\d+`/)
})

test('a kill -9 between failures and posts loses none and counts none twice', async () => {
  const runs = 50
  await startBrokenRuns(cloud, 'killed', runs)
  const { length } = cloud.output
  const skipped = cloud.skip(86_400).catch(() => undefined)
  const failed = () => cloud.output.slice(length).includes('FAILED ContractViolation')
  while (!failed()) await pause(1)
  await cloud.kill()
  await skipped
  await cloud.start()

  // Interrupted work is repeated at once. A post that was being published is retried when its claim has expired.
  for (const seconds of [0, 61, 121]) await cloud.skip(seconds)
  const thresholds = (await news()).filter(custom).map(countIn).map(thresholdAt)
  expect([1, 2, 3, 10]).toEqual(expect.arrayContaining(thresholds))
  expect(thresholds).toContain(10)
  expect((await news()).filter(alarmNamed('ExecutionsFailed')).map(changeIn)).toContain('OK → ALARM')
  expect(await failuresOfLastHours()).toBe(runs)
})

/** ExecutionsFailed of the last two hours. */
async function failuresOfLastHours(): Promise<number | undefined> {
  const cloudWatch = new CloudWatchClient({ ...cloud.client, region: 'eu-west-1' })
  const now = Date.parse((await cloud.skip(0)).now)
  const states = new SFNClient(cloud.client)
  const { Datapoints = [] } = await cloudWatch.send(
    new GetMetricStatisticsCommand({
      Namespace: 'AWS/States',
      MetricName: 'ExecutionsFailed',
      Dimensions: [{ Name: 'StateMachineArn', Value: await stateMachineOf(states) }],
      StartTime: new Date(now - 7_200_000),
      EndTime: new Date(now),
      Period: 60,
      Statistics: ['Sum'],
    }),
  )
  return Datapoints.reduce((sum, { Sum = 0 }) => sum + Sum, 0)
}

test('no post contains an address, for any input or cause of a run', async () => {
  const posts = await cloud.slack()
  expect(posts.length).toBeGreaterThan(20)
  for (const { title, text } of posts) expect(`${title} ${text}`).not.toMatch(/[\w.+-]+@[\w-]+\.\w/)
})

describe('a missing grant', () => {
  type Resources = Record<string, Record<string, Record<string, string>>>
  let folder: string
  let mistaken: LocalCloud

  /** Starts a copy of a stage that lacks grants, and lets a run fail. */
  async function startMistaken(forget: (resources: Resources) => void): Promise<SlackPost[]> {
    folder = mkdtempSync(join(tmpdir(), 'mistaken-'))
    cpSync(stackOf('prod'), folder, { recursive: true })
    const file = join(folder, 'cdk.tf.json')
    const stack = JSON.parse(readFileSync(file, 'utf8')) as { resource: Resources }
    forget(stack.resource)
    writeFileSync(file, JSON.stringify(stack))
    mistaken = await LocalCloud.start(folder)
    await startBrokenRuns(mistaken, 'mistaken')
    await mistaken.skip(86_400)
    await mistaken.skip(60)
    return mistaken.slack()
  }
  afterEach(async () => {
    await mistaken?.dispose()
    rmSync(folder, { recursive: true, force: true })
  })

  const edit = (resources: Resources, address: string, change: (policy: string) => string) => {
    const [type = '', name = ''] = address.split('.')
    const resource = resources[type]?.[name]
    const changed = change(resource?.policy ?? '')
    expect(changed).not.toBe(resource?.policy)
    Object.assign(resource ?? {}, { policy: changed })
  }

  test('of topic, key and role delivers nothing, and the log says which', async () => {
    const posts = await startMistaken((resources) => {
      const other = (policy: string) => policy.replace('cloudwatch.amazonaws.com', 's3.amazonaws.com')
      edit(resources, 'aws_sns_topic_policy.notify_topic-policy', other)
      edit(resources, 'aws_kms_key.notify_us-east-1_key', other)
      edit(resources, 'aws_iam_role_policy.failures_role_policy', (policy) =>
        policy.replace('sns:Publish', 'sns:GetTopicAttributes'),
      )
    })
    expect(posts).toEqual([])
    const log = mistaken.output
    expect(log).toMatch(
      /The alarm confirmation-reminder-ExecutionsFailed posted nothing\..*policy of arn:aws:sns:eu-west-1:000000000000:notify does not let cloudwatch\.amazonaws\.com do sns:Publish/,
    )
    expect(log).toMatch(
      /The alarm confirmation-reminder-slack-\w+ posted nothing\..*key aws_kms_key\.notify_us-east-1_key does not let cloudwatch\.amazonaws\.com do kms:GenerateDataKey\*/,
    )
    const user = 'assumed-role/confirmation-reminder-prod-failures/confirmation-reminder-prod-failures'
    expect(log).toContain(
      `IAM refuses a call of sns. User: arn:aws:sts::000000000000:${user} is not authorized to perform: SNS:Publish on resource: arn:aws:sns:eu-west-1:000000000000:notify because no identity-based policy allows the SNS:Publish action`,
    )
  })

  test('of the function delivers no event, and the log says so', async () => {
    const posts = await startMistaken((resources) => {
      delete resources.aws_lambda_permission?.['failed-runs_permission']
    })
    expect(posts.filter(custom)).toEqual([])
    expect(posts.filter(alarmNamed('ExecutionsFailed')).map(changeIn)).toContain('OK → ALARM')
    expect(mistaken.output).toMatch(
      /EventBridge drops event .*failures:live does not let events\.amazonaws\.com do lambda:InvokeFunction/,
    )
  })
})
