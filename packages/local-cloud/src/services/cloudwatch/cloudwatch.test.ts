import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Alarm } from '../../core/stack-model.ts'
import { openStore, type Store } from '../../core/store.ts'
import { type CloudWatch, startCloudWatch } from './cloudwatch.ts'
import { alarm, topicArn } from './test/alarm.ts'
import { TestClock } from './test/clock.ts'

const failed = { namespace: 'AWS/States', name: 'ExecutionsFailed', dimensions: alarm().dimensions, value: 1 }
const quiet = alarm({ treatMissingData: 'notBreaching' })

let folder: string
let store: Store
let clock: TestClock
let cloudWatch: CloudWatch
let posts: string[]
let log: string[]
let publish: (topicArn: string, message: { subject: string; message: string }) => Promise<void>

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cloudwatch-'))
  store = await openStore(folder)
  clock = new TestClock('2026-11-23T10:00:00Z')
  posts = []
  log = []
  publish = async (topic, { subject, message }) => {
    expect(topic).toBe(topicArn)
    const { NewStateValue, OldStateValue, StateChangeTime } = JSON.parse(message) as Record<string, string>
    expect(subject).toContain(`${NewStateValue}: "`)
    posts.push(`${StateChangeTime?.slice(11, 16)} ${OldStateValue} -> ${NewStateValue}`)
  }
})

afterEach(async () => {
  await cloudWatch.stop()
  await store.close()
  await rm(folder, { recursive: true })
})

async function start(...alarms: Alarm[]) {
  cloudWatch = await startCloudWatch({
    store,
    clock,
    dashboards: [],
    alarms,
    region: 'eu-central-1',
    accountId: '123456789012',
    publish: (topic, message) => publish(topic, message),
    log: (line) => void log.push(line),
  })
  await cloudWatch.settled()
}

async function restart(...alarms: Alarm[]) {
  await cloudWatch.stop()
  await store.close()
  store = await openStore(folder)
  await start(...alarms)
}

async function skip(seconds: number) {
  clock.skip(seconds)
  await cloudWatch.settled()
}

function call(action: string, input: object): Promise<unknown> {
  const found = cloudWatch.actions[action]
  if (!found) throw new Error(`no ${action}`)
  return found(input as never)
}

test('a new alarm publishes nothing before its first transition', async () => {
  await start(quiet)
  expect(posts).toEqual([])
  await skip(60)
  expect(posts).toEqual(['10:01 INSUFFICIENT_DATA -> OK'])
})

test('an alarm that never had data, and treats it as missing, publishes nothing', async () => {
  await start(alarm())
  await skip(24 * 3600)
  expect(posts).toEqual([])
})

test('a skipped day publishes what each of its minutes would have published, in the order of time over all alarms', async () => {
  await start(quiet, alarm({ name: 'article' }))
  await cloudWatch.metrics.record([
    { ...failed, atMs: clock.now() + 3600_000 },
    { ...failed, atMs: clock.now() + 7200_000 },
  ])
  await skip(24 * 3600)
  expect(posts).toEqual([
    '10:01 INSUFFICIENT_DATA -> OK',
    '11:01 OK -> ALARM',
    '11:01 INSUFFICIENT_DATA -> ALARM',
    '11:04 ALARM -> OK',
    '11:04 ALARM -> INSUFFICIENT_DATA',
    '12:01 OK -> ALARM',
    '12:01 INSUFFICIENT_DATA -> ALARM',
    '12:04 ALARM -> OK',
    '12:04 ALARM -> INSUFFICIENT_DATA',
  ])
})

test('each state has its own actions, and disabled actions have none', async () => {
  await start(
    alarm({ okActions: [], treatMissingData: 'notBreaching' }),
    alarm({ name: 'silent', actionsEnabled: false }),
  )
  await cloudWatch.metrics.record([failed])
  await skip(600)
  expect(posts).toEqual(['10:01 INSUFFICIENT_DATA -> ALARM'])
  await call('EnableAlarmActions', { AlarmNames: ['silent'] })
  await call('DisableAlarmActions', { AlarmNames: ['ExecutionsFailed'] })
  await cloudWatch.metrics.record([failed])
  await skip(60)
  expect(posts.slice(1)).toEqual(['10:11 INSUFFICIENT_DATA -> ALARM'])
})

test('SetAlarmState runs the actions once, and the next evaluation overrides the state', async () => {
  await start(quiet)
  await skip(90)
  const byHand = { AlarmName: 'ExecutionsFailed', StateValue: 'ALARM', StateReason: 'a drill' }
  await call('SetAlarmState', byHand)
  await call('SetAlarmState', byHand)
  expect(posts.slice(1)).toEqual(['10:01 OK -> ALARM'])
  await skip(60)
  expect(posts.slice(2)).toEqual(['10:02 ALARM -> OK'])
})

test('a restart neither repeats nor loses a notification', async () => {
  await start(quiet)
  await cloudWatch.metrics.record([failed])
  await skip(60)
  await restart(quiet)
  expect(posts).toEqual(['10:01 INSUFFICIENT_DATA -> ALARM'])
  // What passed while the local cloud did not run is made up for.
  await cloudWatch.stop()
  clock.skip(3600)
  await restart(quiet)
  expect(posts.slice(1)).toEqual(['10:04 ALARM -> OK'])
})

test('a change that was written and not published is published after the restart', async () => {
  const delivers = publish
  let reached = () => {}
  const publishing = new Promise<void>((resolve) => {
    reached = resolve
  })
  publish = () => {
    reached()
    return new Promise(() => {})
  }
  await start(quiet)
  clock.skip(60)
  await publishing
  await store.close()

  publish = delivers
  store = await openStore(folder)
  await start(quiet)
  expect(posts).toEqual(['10:01 INSUFFICIENT_DATA -> OK'])
  await skip(3600)
  expect(posts).toHaveLength(1)
})

test('a refused notification is in the log and in the history, and is not retried', async () => {
  const cause = new Error('The policy of the key lacks a grant.')
  publish = () => Promise.reject(new Error('no authorization to access the SNS topic encryption key.', { cause }))
  await start(quiet)
  await skip(3600)
  expect(log).toEqual([
    expect.stringMatching(
      /Received error: "no authorization to access the SNS topic encryption key\." The policy of the key lacks a grant\.$/,
    ),
  ])
  expect(await call('DescribeAlarmHistory', { HistoryItemType: 'Action' })).toMatchObject({
    AlarmHistoryItems: [
      {
        HistorySummary: `Failed to execute action ${topicArn}. Received error: "no authorization to access the SNS topic encryption key."`,
      },
    ],
  })
})

test('a changed alarm keeps its state, a removed one loses it', async () => {
  await start(quiet)
  await skip(60)
  await restart({ ...quiet, threshold: 2 })
  expect(await call('DescribeAlarms', {})).toMatchObject({ MetricAlarms: [{ StateValue: 'OK', Threshold: 2 }] })
  await restart()
  await restart(quiet)
  expect(await call('DescribeAlarms', {})).toMatchObject({ MetricAlarms: [{ StateValue: 'INSUFFICIENT_DATA' }] })
})

test('an alarm that cannot be evaluated stops the start, and the error names it', async () => {
  await start()
  await expect(start(alarm({ evaluationPeriods: 2, datapointsToAlarm: 3 }))).rejects.toThrow(
    'The alarm ExecutionsFailed cannot be evaluated: datapoints_to_alarm must be from 1 to 2, the evaluation_periods.',
  )
  const lambda = 'arn:aws:lambda:eu-central-1:123456789012:function:x'
  await expect(start(alarm({ alarmActions: [lambda] }))).rejects.toThrow(
    `every action must be the ARN of an SNS topic, not ${lambda}`,
  )
})
