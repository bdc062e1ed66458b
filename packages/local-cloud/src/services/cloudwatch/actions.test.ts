import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CloudWatchClient,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  GetDashboardCommand,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListDashboardsCommand,
  ListMetricsCommand,
  type MetricDatum,
  PutMetricDataCommand,
  paginateDescribeAlarmHistory,
  paginateDescribeAlarms,
  paginateGetMetricData,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch'
import { openStore, type Store } from '../../core/store.ts'
import { type Gateway, startGateway } from '../../gateway/gateway.ts'
import { type CloudWatch, startCloudWatch } from './cloudwatch.ts'
import { alarm, topicArn } from './test/alarm.ts'
import { TestClock } from './test/clock.ts'

const names = ['api-5xx', 'run-aborted', 'run-failed', 'run-timed-out']
const dashboardArn = (name: string) => `arn:aws:cloudwatch::123456789012:dashboard/${name}`
const dimensions = [{ Name: 'Stage', Value: 'dev' }]

let folder: string
let store: Store
let clock: TestClock
let cloudWatch: CloudWatch
let gateway: Gateway
let client: CloudWatchClient

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cloudwatch-'))
  store = await openStore(folder)
  clock = new TestClock('2026-11-23T10:00:30Z')
  cloudWatch = await startCloudWatch({
    store,
    clock,
    region: 'eu-central-1',
    accountId: '123456789012',
    dashboards: ['funnel', 'others'].map((name) => ({
      name,
      arn: dashboardArn(name),
      body: `{"widgets":[],"of":"${name}…"}`,
    })),
    alarms: names.map((name) => alarm({ name, datapointsToAlarm: 1 })),
    publish: async () => {},
    log: () => {},
  })
  gateway = await startGateway({
    port: 0,
    services: { monitoring: cloudWatch },
    unsigned: (_request, response) => void response.end(),
    log: () => {},
  })
  client = new CloudWatchClient({
    endpoint: `http://127.0.0.1:${gateway.port}`,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  })
})

afterEach(async () => {
  client.destroy()
  await gateway.stop()
  await cloudWatch.stop()
  await store.close()
  await rm(folder, { recursive: true })
})

const setState = (AlarmName: string, StateValue: 'OK' | 'ALARM') =>
  client.send(
    new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: 'a drill', StateReasonData: '{"by":"hand"}' }),
  )

test('DescribeAlarms returns all members of an alarm, times included', async () => {
  await setState('run-failed', 'ALARM')
  const { MetricAlarms, CompositeAlarms } = await client.send(new DescribeAlarmsCommand({ AlarmNames: ['run-failed'] }))
  expect(CompositeAlarms).toEqual([])
  expect(MetricAlarms).toEqual([
    {
      AlarmName: 'run-failed',
      AlarmArn: 'arn:aws:cloudwatch:eu-central-1:123456789012:alarm:run-failed',
      AlarmDescription: 'A run failed.',
      AlarmConfigurationUpdatedTimestamp: new Date('2026-11-23T10:00:30Z'),
      ActionsEnabled: true,
      OKActions: [topicArn],
      AlarmActions: [topicArn],
      InsufficientDataActions: [topicArn],
      StateValue: 'ALARM',
      StateReason: 'a drill',
      StateReasonData: '{"by":"hand"}',
      StateUpdatedTimestamp: new Date('2026-11-23T10:00:30Z'),
      StateTransitionedTimestamp: new Date('2026-11-23T10:00:30Z'),
      MetricName: 'ExecutionsFailed',
      Namespace: 'AWS/States',
      Statistic: 'Sum',
      Dimensions: [
        {
          Name: 'StateMachineArn',
          Value: 'arn:aws:states:eu-central-1:123456789012:stateMachine:confirmation-reminder',
        },
      ],
      Period: 60,
      EvaluationPeriods: 1,
      DatapointsToAlarm: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'missing',
    },
  ])
})

test('DescribeAlarms filters by prefix, state and action, in pages', async () => {
  const found = async (filter: object) => {
    const all = []
    for await (const { MetricAlarms = [] } of paginateDescribeAlarms({ client, pageSize: 2 }, filter)) {
      expect(MetricAlarms.length).toBeLessThanOrEqual(2)
      all.push(...MetricAlarms.map(({ AlarmName }) => AlarmName))
    }
    return all
  }
  await setState('run-aborted', 'OK')
  expect(await found({})).toEqual(names)
  expect(await found({ AlarmNamePrefix: 'run-' })).toEqual(names.slice(1))
  expect(await found({ StateValue: 'OK' })).toEqual(['run-aborted'])
  expect(await found({ ActionPrefix: 'arn:aws:lambda' })).toEqual([])
  expect(await found({ AlarmTypes: ['CompositeAlarm'] })).toEqual([])
})

test('DescribeAlarmHistory lists changes and actions, newest first, in pages', async () => {
  await setState('run-failed', 'OK')
  clock.skip(10)
  await setState('run-failed', 'ALARM')
  const summaries: (string | undefined)[] = []
  for await (const page of paginateDescribeAlarmHistory({ client, pageSize: 2 }, { AlarmName: 'run-failed' })) {
    summaries.push(...(page.AlarmHistoryItems ?? []).map(({ HistorySummary }) => HistorySummary))
  }
  expect(summaries).toEqual([
    `Successfully executed action ${topicArn}`,
    'Alarm updated from OK to ALARM',
    `Successfully executed action ${topicArn}`,
    'Alarm updated from INSUFFICIENT_DATA to OK',
    'Alarm "run-failed" created',
  ])

  const { AlarmHistoryItems = [] } = await client.send(
    new DescribeAlarmHistoryCommand({
      StartDate: new Date('2026-11-23T10:00:31Z'),
      EndDate: new Date('2026-11-23T10:00:40Z'),
      HistoryItemType: 'StateUpdate',
      ScanBy: 'TimestampAscending',
    }),
  )
  expect(AlarmHistoryItems).toHaveLength(1)
  expect(AlarmHistoryItems[0]).toMatchObject({ AlarmName: 'run-failed', Timestamp: new Date('2026-11-23T10:00:40Z') })
  expect(JSON.parse(AlarmHistoryItems[0]?.HistoryData ?? '')).toEqual({
    version: '1.0',
    oldState: { stateValue: 'OK', stateReason: 'a drill', stateReasonData: { by: 'hand' } },
    newState: { stateValue: 'ALARM', stateReason: 'a drill', stateReasonData: { by: 'hand' } },
  })
})

test('the reading actions return what PutMetricData writes', async () => {
  const datum = { MetricName: 'Mails', Dimensions: dimensions, Unit: 'Count' as const }
  await client.send(
    new PutMetricDataCommand({
      Namespace: 'Shop',
      MetricData: [
        { ...datum, Value: 3, Timestamp: new Date('2026-11-23T09:58:10Z') },
        { ...datum, Values: [1, 10], Counts: [4, 1], Timestamp: new Date('2026-11-23T09:58:50Z') },
        { ...datum, StatisticValues: { SampleCount: 2, Sum: 8, Minimum: 2, Maximum: 6 } },
      ],
    }),
  )
  const span = { StartTime: new Date('2026-11-23T09:55:12Z'), EndTime: new Date('2026-11-23T10:05:00Z') }
  const metric = { Namespace: 'Shop', MetricName: 'Mails', Dimensions: dimensions }

  const { Metrics } = await client.send(new ListMetricsCommand({ Namespace: 'Shop', Dimensions: [{ Name: 'Stage' }] }))
  expect(Metrics).toEqual([metric])
  const absent = await client.send(new ListMetricsCommand({ Dimensions: [{ Name: 'Stage', Value: 'prod' }] }))
  expect(absent.Metrics).toEqual([])

  const { MetricDataResults } = await client.send(
    new GetMetricDataCommand({
      ...span,
      MetricDataQueries: [
        { Id: 'sum', MetricStat: { Metric: metric, Period: 60, Stat: 'Sum' } },
        { Id: 'average', Label: 'mean', MetricStat: { Metric: metric, Period: 300, Stat: 'Average' } },
        { Id: 'hidden', ReturnData: false, MetricStat: { Metric: metric, Period: 60, Stat: 'Sum' } },
      ],
    }),
  )
  const [first, second] = [new Date('2026-11-23T10:00:00Z'), new Date('2026-11-23T09:58:00Z')]
  expect(MetricDataResults).toEqual([
    { Id: 'sum', Label: 'Mails', StatusCode: 'Complete', Timestamps: [first, second], Values: [8, 17] },
    {
      Id: 'average',
      Label: 'mean',
      StatusCode: 'Complete',
      Timestamps: [first, new Date('2026-11-23T09:55:00Z')],
      Values: [4, 17 / 6],
    },
  ])

  const { Label, Datapoints } = await client.send(
    new GetMetricStatisticsCommand({
      ...metric,
      ...span,
      Period: 60,
      Statistics: ['Minimum', 'Maximum', 'SampleCount'],
    }),
  )
  expect(Label).toBe('Mails')
  expect(Datapoints).toEqual([
    { Timestamp: second, Minimum: 1, Maximum: 10, SampleCount: 6, Unit: 'Count' },
    { Timestamp: first, Minimum: 2, Maximum: 6, SampleCount: 2, Unit: 'Count' },
  ])
})

const putMails = (MetricData: object[]) =>
  client.send(new PutMetricDataCommand({ Namespace: 'Shop', MetricData: MetricData as MetricDatum[] }))
const mails = { Namespace: 'Shop', MetricName: 'Mails' }
const span = { StartTime: new Date('2026-11-23T09:00:00Z'), EndTime: new Date('2026-11-23T10:05:00Z') }
const query = (Id: string, more: object = {}) => ({
  Id,
  MetricStat: { Metric: mails, Period: 60, Stat: 'Sum' },
  ...more,
})

test('GetMetricData returns many datapoints in pages, one metric after the other', async () => {
  const at = (minute: number) => new Date(`2026-11-23T09:1${minute}:00Z`)
  await putMails([0, 1, 2].map((minute) => ({ MetricName: 'Mails', Value: minute, Timestamp: at(minute) })))
  const pages: string[] = []
  const found: Record<string, number[]> = {}
  const MetricDataQueries = [query('a'), query('b')]
  for await (const { MetricDataResults = [] } of paginateGetMetricData(
    { client },
    { ...span, MetricDataQueries, MaxDatapoints: 4, ScanBy: 'TimestampAscending' },
  )) {
    pages.push(MetricDataResults.map(({ Values, StatusCode }) => `${Values?.length} ${StatusCode}`).join(', '))
    for (const { Id = '', Values = [] } of MetricDataResults) found[Id] = [...(found[Id] ?? []), ...Values]
  }
  expect(pages).toEqual(['3 Complete, 1 PartialData', '0 Complete, 2 Complete'])
  expect(found).toEqual({ a: [0, 1, 2], b: [0, 1, 2] })
})

test('ListMetrics lists, on request, only what was measured in the last three hours', async () => {
  await putMails([
    { MetricName: 'Old', Value: 1, Timestamp: new Date('2026-11-23T06:59:00Z') },
    { MetricName: 'Old', Value: 1, Timestamp: new Date('2026-11-22T06:59:00Z') },
    { MetricName: 'New', Value: 1, Timestamp: new Date('2026-11-22T06:59:00Z') },
    { MetricName: 'New', Value: 1, Timestamp: new Date('2026-11-23T07:01:00Z') },
  ])
  const list = async (filter: object) =>
    (await client.send(new ListMetricsCommand(filter))).Metrics?.map(({ MetricName }) => MetricName)
  expect(await list({})).toEqual(['New', 'Old'])
  expect(await list({ RecentlyActive: 'PT3H' })).toEqual(['New'])
})

test('no alarm has a parent, a child or contributors', async () => {
  for (const filter of [{ ChildrenOfAlarmName: 'run-failed' }, { ParentsOfAlarmName: 'run-failed' }]) {
    const { MetricAlarms } = await client.send(new DescribeAlarmsCommand(filter))
    expect(MetricAlarms).toEqual([])
  }
  const { AlarmHistoryItems } = await client.send(new DescribeAlarmHistoryCommand({ AlarmContributorId: 'x' }))
  expect(AlarmHistoryItems).toEqual([])
})

describe('older clients, which use awsQuery', () => {
  const ask = async (action: string, members: Record<string, string>) => {
    const answer = await fetch(`http://127.0.0.1:${gateway.port}/`, {
      method: 'POST',
      headers: {
        authorization: 'AWS4-HMAC-SHA256 Credential=local/20261123/eu-central-1/monitoring/aws4_request',
        'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
      },
      body: new URLSearchParams({ Action: action, Version: '2010-08-01', ...members }),
    })
    return answer.text()
  }

  test('send numbers and times as strings', async () => {
    const datum = { 'MetricData.member.1.MetricName': 'Mails', 'MetricData.member.1.Value': '2.5' }
    const dated = { ...datum, 'MetricData.member.1.Timestamp': '2026-11-23T09:58:10Z' }
    expect(await ask('PutMetricData', { Namespace: 'Shop', ...dated })).toContain('<PutMetricDataResponse')
    const times = { StartTime: '2026-11-23T09:00:00Z', EndTime: '2026-11-23T10:05:00Z' }
    const asked = { ...mails, ...times, Period: '60', 'Statistics.member.1': 'Sum' }
    const statistics = await ask('GetMetricStatistics', asked)
    expect(statistics).toContain('<Timestamp>2026-11-23T09:58:00.000Z</Timestamp><Sum>2.5</Sum><Unit>None</Unit>')
  })

  test('read alarms in pages', async () => {
    const alarms = await ask('DescribeAlarms', { MaxRecords: '1' })
    expect(alarms).toMatch(/^<DescribeAlarmsResponse xmlns="http:\/\/monitoring.amazonaws.com\/doc\/2010-08-01\/">/)
    expect(alarms).toContain('<MetricAlarms><member><AlarmName>api-5xx</AlarmName>')
    expect(alarms).toContain('<NextToken>')
  })

  test('read a dashboard', async () => {
    expect(await ask('GetDashboard', { DashboardName: 'funnel' })).toContain('<DashboardName>funnel</DashboardName>')
    expect(await ask('GetDashboard', { DashboardName: 'none' })).toContain('<Code>ResourceNotFound</Code>')
  })

  test('receive errors in XML', async () => {
    const refused = await ask('SetAlarmState', { AlarmName: 'missing', StateValue: 'OK', StateReason: 'x' })
    expect(refused).toContain('<Code>ResourceNotFound</Code>')
  })
})

test('dashboards are as Terraform describes them', async () => {
  const body = '{"widgets":[],"of":"funnel…"}'
  const funnel = { DashboardName: 'funnel', DashboardArn: dashboardArn('funnel') }
  expect(await client.send(new GetDashboardCommand({ DashboardName: 'funnel' }))).toMatchObject({
    ...funnel,
    DashboardBody: body,
  })
  const list = async (DashboardNamePrefix?: string) =>
    (await client.send(new ListDashboardsCommand({ DashboardNamePrefix }))).DashboardEntries
  expect(await list()).toMatchObject([{ ...funnel, Size: Buffer.byteLength(body) }, { DashboardName: 'others' }])
  expect(await list('ot')).toMatchObject([{ DashboardName: 'others' }])
  await expect(client.send(new GetDashboardCommand({ DashboardName: 'none' }))).rejects.toMatchObject({
    name: 'DashboardNotFoundError',
    message: 'Dashboard none does not exist',
    $metadata: { httpStatusCode: 404 },
  })
})

test.each<[string, object, string, string]>([
  ['a value and values', { Value: 1, Values: [1, 2] }, 'InvalidParameterCombination', 'mutually exclusive'],
  ['no value', {}, 'MissingRequiredParameter', 'is required'],
  ['more counts than values', { Values: [1], Counts: [1, 2] }, 'InvalidParameterValue', 'must be of the same size'],
  ['an unknown unit', { Value: 1, Unit: 'Mails' }, 'Validation', "Value 'Mails' at 'metricData.1.member.unit'"],
  ['a time long ago', { Value: 1, Timestamp: new Date(0) }, 'InvalidParameterValue', 'within two weeks before'],
])('PutMetricData refuses %s', async (_, datum, name, message) => {
  await expect(putMails([{ MetricName: 'Mails', ...datum }])).rejects.toMatchObject({
    name: `${name}Exception`,
    message: expect.stringContaining(message),
  })
})

test.each<[string, object, string, string]>([
  ['ends before it begins', { EndTime: new Date(0) }, 'Validation', 'EndTime must be greater than StartTime'],
  ['names two alike', { MetricDataQueries: [query('a'), query('a')] }, 'Validation', 'are not unique'],
  [
    'has metric math',
    { MetricDataQueries: [{ Id: 'e1', Expression: 'm1/m2' }] },
    'InvalidParameterValue',
    'metric math',
  ],
  ['asks for nothing', { MetricDataQueries: [{ Id: 'a' }] }, 'Validation', 'MetricStat is required'],
  [
    'wants a percentile',
    { MetricDataQueries: [query('a', { MetricStat: { Metric: mails, Period: 60, Stat: 'p99' } })] },
    'Validation',
    "Value 'p99' at 'metricDataQueries.1.member.metricStat.stat'",
  ],
])('GetMetricData refuses what %s', async (_, input, name, message) => {
  const asked = { ...span, MetricDataQueries: [query('a')], ...input }
  await expect(client.send(new GetMetricDataCommand(asked))).rejects.toMatchObject({
    name: `${name}Exception`,
    message: expect.stringContaining(message),
  })
})

test.each<[string, object, string, string]>([
  ['names no statistic', { Statistics: undefined }, 'InvalidParameterCombination', 'Must specify either Statistics'],
  ['ends before it begins', { EndTime: new Date(0) }, 'InvalidParameterValue', 'StartTime must be less than'],
  ['is too much', { StartTime: new Date('2026-11-20T00:00:00Z') }, 'InvalidParameterCombination', 'exceeds the limit'],
  ['wants a percentile', { ExtendedStatistics: ['p99'] }, 'Validation', 'percentiles are not supported'],
  ['has no period of AWS', { Period: 61 }, 'Validation', "Value '61' at 'period'"],
])('GetMetricStatistics refuses what %s', async (_, input, name, message) => {
  const asked = { ...mails, ...span, Period: 60, Statistics: ['Sum' as const], ...input }
  await expect(client.send(new GetMetricStatisticsCommand(asked))).rejects.toMatchObject({
    name: `${name}Exception`,
    message: expect.stringContaining(message),
  })
})

test('errors have AWS’s names and say what is wrong', async () => {
  await expect(setState('missing', 'OK')).rejects.toMatchObject({
    name: 'ResourceNotFound',
    message: 'There is no alarm missing.',
  })
  await expect(
    client.send(new PutMetricDataCommand({ Namespace: 'AWS/States', MetricData: [] })),
  ).rejects.toMatchObject({ name: 'InvalidParameterValueException' })
  await expect(client.send(new DescribeAlarmsCommand({ MaxRecords: 101 }))).rejects.toThrow(
    "Value '101' at 'maxRecords' failed to satisfy constraint: Member must have value less than or equal to 100",
  )
  await expect(
    client.send(new SetAlarmStateCommand({ AlarmName: 'run-failed', StateValue: 'ok' as 'OK', StateReason: '' })),
  ).rejects.toThrow('Member must satisfy enum value set: [OK, ALARM, INSUFFICIENT_DATA]')
  await expect(
    client.send(new DescribeAlarmsCommand({ AlarmNames: ['run-failed'], AlarmNamePrefix: 'run' })),
  ).rejects.toThrow('AlarmNames and AlarmNamePrefix cannot both be specified.')
  const invalidToken = { name: 'InvalidNextToken', message: 'Invalid NextToken.' }
  await expect(client.send(new DescribeAlarmsCommand({ NextToken: 'made up' }))).rejects.toMatchObject(invalidToken)
  const { NextToken } = await client.send(new DescribeAlarmsCommand({ MaxRecords: 1 }))
  const ofAnotherFilter = client.send(new DescribeAlarmsCommand({ NextToken, StateValue: 'OK' }))
  await expect(ofAnotherFilter).rejects.toMatchObject(invalidToken)
  await expect(client.send(new ListMetricsCommand({ NextToken }))).rejects.toMatchObject(invalidToken)
  await expect(
    client.send(
      new SetAlarmStateCommand({ AlarmName: 'run-failed', StateValue: 'OK', StateReason: '', StateReasonData: '{' }),
    ),
  ).rejects.toMatchObject({ name: 'InvalidFormatFault' })
})
