import { CloudWatchClient, GetDashboardCommand, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch'
import { LocalCloud, tokenIn } from '../local-cloud.ts'

let cloud: LocalCloud
let cloudWatch: CloudWatchClient

beforeAll(async () => {
  cloud = await LocalCloud.start()
  cloudWatch = new CloudWatchClient(cloud.client)
})
afterAll(() => cloud?.dispose())

const funnel = async () => (await fetch(`${cloud.cloudUrl}/_local/funnel`)).json()
const token = async (email: string) => tokenIn((await cloud.mails(email)).at(-1) ?? { text: '' })

const nothing = {
  registered: 0,
  confirmedBeforeReminder: 0,
  reminded: 0,
  confirmedAfterReminder: 0,
  withdrawn: 0,
  undeliverable: 0,
  lapsed: 0,
  botsRefused: 0,
  proofsMissing: 0,
  shareOfReminder: null,
}
const everything = {
  registered: 8,
  confirmedBeforeReminder: 2,
  // All but those who answered on the first day, and the address that bounced.
  reminded: 4,
  confirmedAfterReminder: 1,
  withdrawn: 2,
  undeliverable: 1,
  lapsed: 3,
  botsRefused: 2,
  proofsMissing: 0,
  shareOfReminder: 1 / 3,
}

test('registrations that end in each way are counted once, in the one line that each invocation writes at its end', async () => {
  expect(await funnel()).toEqual(nothing)
  const bounces = 'bounce+funnel@simulator.amazonses.com'
  const people = ['quick', 'quicker', 'late', 'regrets', 'regrets-late', 'forgets', 'forgets-too'].map(
    (name) => `${name}@example.com`,
  )
  const [quick = '', quicker = '', late = '', regrets = '', regretsLate = ''] = people
  for (const email of [...people, bounces]) expect((await cloud.register(email)).status).toBe(202)
  // Someone who registers twice is registered once.
  await cloud.register(quick)
  for (const email of ['bot@example.com', quick]) await cloud.register(email, { homepage: 'https://spam.example' })
  await cloud.skip(60)
  for (const email of [quick, quicker, quick]) expect((await cloud.confirm(await token(email))).status).toBe(200)
  await cloud.withdraw(await token(regrets))
  await cloud.skipDays(1)
  await cloud.confirm(await token(late))
  await cloud.withdraw(await token(regretsLate))
  // Past the end of the registrations, and further than CloudWatch keeps minutes.
  await cloud.skipDays(30)
  expect(await funnel()).toEqual(everything)
  const counting = cloud.output.split('\n').filter((line) => line.includes('"_aws"'))
  expect(counting.length).toBeGreaterThan(0)
  for (const line of counting) expect(line).toContain('"message":"ends"')
})

test('the local cloud keeps the counts when it is killed', async () => {
  await cloud.kill()
  await cloud.start()
  cloudWatch = new CloudWatchClient(cloud.client)
  expect(await funnel()).toEqual(everything)
})

test('the dashboard of the stage shows metrics that have these counts', async () => {
  const { DashboardBody = '' } = await cloudWatch.send(
    new GetDashboardCommand({ DashboardName: 'confirmation-reminder' }),
  )
  const { widgets } = JSON.parse(DashboardBody) as {
    widgets: { properties: { title: string; metrics: [string, string, object][] } }[]
  }
  const registrations = widgets.find(({ properties }) => properties.title === 'Registrations')?.properties.metrics ?? []
  const { shareOfReminder: _, ...counts } = everything
  const { now } = (await (await fetch(`${cloud.cloudUrl}/_local/clock`)).json()) as { now: string }
  const sums = registrations.map(async ([Namespace, MetricName]) => {
    const { Datapoints = [] } = await cloudWatch.send(
      new GetMetricStatisticsCommand({
        ...{ Namespace, MetricName, Statistics: ['Sum'], Period: 86_400 },
        StartTime: new Date(Date.parse(now) - 40 * 86_400_000),
        EndTime: new Date(now),
      }),
    )
    return Datapoints.reduce((sum, { Sum = 0 }) => sum + Sum, 0)
  })
  expect(await Promise.all(sums)).toEqual(Object.values(counts))
})
