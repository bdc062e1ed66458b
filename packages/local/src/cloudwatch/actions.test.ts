import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CloudWatchClient,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  PutMetricDataCommand,
  paginateDescribeAlarmHistory,
  paginateDescribeAlarms,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch'
import { type Gateway, startGateway } from '../gateway/gateway.ts'
import { openStore, type Store } from '../store.ts'
import { alarm, topicArn } from './alarm-fixture.ts'
import { ClockFixture } from './clock-fixture.ts'
import { type CloudWatch, startCloudWatch } from './cloudwatch.ts'

const names = ['api-5xx', 'run-aborted', 'run-failed', 'run-timed-out']
const dimensions = [{ Name: 'Stage', Value: 'dev' }]

let folder: string
let store: Store
let clock: ClockFixture
let cloudWatch: CloudWatch
let gateway: Gateway
let client: CloudWatchClient

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cloudwatch-'))
  store = await openStore(folder)
  clock = new ClockFixture('2026-11-23T10:00:30Z')
  cloudWatch = await startCloudWatch({
    store,
    clock,
    region: 'eu-central-1',
    accountId: '123456789012',
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

test('DescribeAlarms tells an alarm whole, times included', async () => {
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

test('DescribeAlarmHistory tells changes and actions, newest first, in pages', async () => {
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

test('what PutMetricData writes, the reading actions give back', async () => {
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

test('refusals have AWS’s names and say what is wrong', async () => {
  await expect(setState('nobody', 'OK')).rejects.toMatchObject({
    name: 'ResourceNotFound',
    message: 'There is no alarm nobody.',
  })
  await expect(
    client.send(new PutMetricDataCommand({ Namespace: 'AWS/States', MetricData: [] })),
  ).rejects.toMatchObject({ name: 'InvalidParameterValueException' })
  await expect(
    client.send(
      new PutMetricDataCommand({
        Namespace: 'Shop',
        MetricData: [{ MetricName: 'Mails', Value: 1, Timestamp: new Date(0) }],
      }),
    ),
  ).rejects.toThrow('MetricData.member.1.Timestamp must be within two weeks before and two hours after now.')
  await expect(
    client.send(
      new GetMetricDataCommand({
        StartTime: new Date(0),
        EndTime: new Date(),
        MetricDataQueries: [{ Id: 'e1', Expression: 'm1/m2' }],
      }),
    ),
  ).rejects.toThrow('The local cloud does not support metric math: e1 is m1/m2.')
  await expect(client.send(new DescribeAlarmsCommand({ NextToken: 'made up' }))).rejects.toMatchObject({
    name: 'InvalidNextToken',
  })
  await expect(
    client.send(
      new SetAlarmStateCommand({ AlarmName: 'run-failed', StateValue: 'OK', StateReason: '', StateReasonData: '{' }),
    ),
  ).rejects.toMatchObject({ name: 'InvalidFormatFault' })
})
