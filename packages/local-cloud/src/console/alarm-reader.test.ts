import type { StatisticSet } from '../core/metrics.ts'
import type { Alarm } from '../core/stack-model.ts'
import { AlarmReader, type AlarmRegion, type WatchedAlarm } from './alarm-reader.ts'

const begin = Date.UTC(2026, 10, 27, 10)
const topic = 'arn:aws:sns:eu-west-1:000000000000:notify'

function watched(name: string, value: WatchedAlarm['state']['value'], more: Partial<Alarm> = {}): WatchedAlarm {
  return {
    alarm: {
      ...{ name, arn: `arn:aws:cloudwatch:eu-west-1:000000000000:alarm:${name}`, namespace: 'AWS/Lambda' },
      ...{ metricName: 'Errors', dimensions: {}, statistic: 'Sum', period: 60, evaluationPeriods: 15 },
      ...{ datapointsToAlarm: 1, threshold: 1, comparisonOperator: 'GreaterThanOrEqualToThreshold' },
      ...{ treatMissingData: 'notBreaching', actionsEnabled: true },
      ...{ okActions: [topic], alarmActions: [topic], insufficientDataActions: [] },
      ...more,
    } as Alarm,
    state: { value, reason: 'because', reasonData: '{}', transitionedMs: begin, actionsEnabled: true },
  }
}

/** A Region whose metric was 2 in the first minute and 0 in the last before the next evaluation. */
function regionWith(region: string, alarms: WatchedAlarm[]) {
  const read: unknown[] = []
  const history = Array.from({ length: 5000 }, (_, n) => ({
    ...{ alarmName: n % 1000 === 0 ? 'seldom' : 'often', atMs: begin - n, type: 'StateUpdate' as const },
    summary: `change ${n}`,
  }))
  const set = (sum: number): StatisticSet => ({ sampleCount: 1, sum, minimum: sum, maximum: sum })
  let looked = 0
  const fake: AlarmRegion = {
    region,
    list: () => alarms,
    history: async function* () {
      for (const item of history) {
        looked += 1
        yield [looked, item] as [unknown, typeof item]
      }
    },
    read: async (_, range) => {
      read.push(range)
      return [
        { atMs: range.fromMs, ...set(2) },
        { atMs: range.toMs - range.periodMs, ...set(0) },
      ]
    },
    judge: ({ threshold }, { sum }) => ({ value: sum, breaches: sum >= threshold }),
    nextEvaluationMs: () => begin,
  }
  return { fake, read, looked: () => looked }
}

test('all alarms are listed, those in ALARM first', () => {
  const [home, other] = [
    regionWith('eu-west-1', [watched('b', 'OK'), watched('c', 'ALARM')]),
    regionWith('us-east-1', [watched('a', 'INSUFFICIENT_DATA', { actionsEnabled: false })]),
  ]
  const rows = new AlarmReader([home.fake, other.fake]).list()
  expect(rows.map(({ name, region, state }) => [name, region, state])).toEqual([
    ['c', 'eu-west-1', 'ALARM'],
    ['a', 'us-east-1', 'INSUFFICIENT_DATA'],
    ['b', 'eu-west-1', 'OK'],
  ])
  expect(rows[0]).toMatchObject({ posts: ['OK', 'ALARM'], isNew: false, since: '2026-11-27T10:00:00.000Z' })
  expect(rows[0]?.rule).toMatchObject({ metricName: 'Errors', evaluationPeriods: 15, datapointsToAlarm: 1 })
})

test('an alarm whose actions are switched off posts nothing, and one that was never evaluated is new', () => {
  const silent = watched('a', 'INSUFFICIENT_DATA')
  Object.assign(silent.state, { actionsEnabled: false, reasonData: '' })
  expect(new AlarmReader([regionWith('x', [silent]).fake]).list()).toMatchObject([{ posts: [], isNew: true }])
})

test('the chart has twice the periods of an evaluation, and ends with the next one', async () => {
  const { fake, read } = regionWith('eu-west-1', [watched('a', 'ALARM')])
  const detail = await new AlarmReader([fake]).detail('a')
  expect(read).toEqual([{ fromMs: begin - 30 * 60_000, toMs: begin, periodMs: 60_000, unit: undefined }])
  expect(detail.datapoints).toEqual([
    { at: '2026-11-27T09:30:00.000Z', value: 2, breaches: true },
    { at: '2026-11-27T09:59:00.000Z', value: 0, breaches: false },
  ])
  expect([detail.from, detail.to]).toEqual(['2026-11-27T09:30:00.000Z', '2026-11-27T10:00:00.000Z'])
})

test('no chart looks back further than CloudWatch keeps its periods', async () => {
  const { fake, read } = regionWith('eu-west-1', [watched('a', 'OK', { period: 25_200, evaluationPeriods: 24 })])
  await new AlarmReader([fake]).detail('a')
  expect(begin - Number((read as { fromMs: number }[])[0]?.fromMs)).toBeLessThanOrEqual(15 * 24 * 3600 * 1000)
})

test('of a history that is mostly about others, a part is read', async () => {
  const { fake, looked } = regionWith('eu-west-1', [watched('seldom', 'OK'), watched('often', 'OK')])
  const reader = new AlarmReader([fake])
  expect((await reader.detail('often')).history).toHaveLength(20)
  expect((await reader.detail('seldom')).history.map(({ summary }) => summary)).toEqual(['change 0', 'change 1000'])
  expect(looked()).toBeLessThan(3000)
})

test('an alarm that is not there is refused', async () => {
  await expect(new AlarmReader([]).detail('none')).rejects.toThrow('There is no alarm none.')
})
