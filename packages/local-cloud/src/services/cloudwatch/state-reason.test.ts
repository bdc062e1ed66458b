import type { Alarm } from '../../core/stack-model.ts'
import { type Datapoint, evaluate } from './evaluate.ts'
import { stateReason, stateReasonData } from './state-reason.ts'
import { alarm } from './test/alarm.ts'

const atMs = Date.parse('2026-11-23T10:00:00Z')

/** The values of the latest minutes, oldest first. */
function reason(given: Partial<Alarm>, values: (number | undefined)[]): string | undefined {
  const range = values.map((value, i): Datapoint | undefined =>
    value === undefined ? undefined : { atMs: atMs + (i - values.length + 1) * 60_000, value, sampleCount: 1 },
  )
  const evaluation = evaluate(alarm(given), range)
  return evaluation && stateReason(alarm(given), evaluation)
}

// Sentences that CloudWatch is known to write, with other numbers.
test.each<[string, Partial<Alarm>, (number | undefined)[]]>([
  [
    'Threshold Crossed: 1 out of the last 1 datapoints [1.0 (23/11/26 10:00:00)] was greater than or equal to the threshold (1.0) (minimum 1 datapoint for OK -> ALARM transition).',
    { datapointsToAlarm: 1 },
    [undefined, undefined, 1],
  ],
  [
    'Threshold Crossed: 1 datapoint [1.0 (23/11/26 10:00:00)] was greater than or equal to the threshold (1.0).',
    {},
    [undefined, undefined, 1],
  ],
  [
    'Threshold Crossed: 1 datapoint [0.0 (23/11/26 10:00:00)] was not greater than or equal to the threshold (1.0).',
    {},
    [undefined, undefined, 0],
  ],
  [
    'Threshold Crossed: 2 datapoints [99.5 (23/11/26 10:00:00), 65.25 (23/11/26 09:59:00)] were greater than the threshold (40.0).',
    { evaluationPeriods: 2, threshold: 40, comparisonOperator: 'GreaterThanThreshold' },
    [0, 0, 65.25, 99.5],
  ],
  [
    'Threshold Crossed: 3 out of the last 5 datapoints [0.0 (23/11/26 10:00:00), 0.0 (23/11/26 09:59:00), 0.0 (23/11/26 09:57:00)] were not greater than the threshold (0.0) (minimum 3 datapoints for ALARM -> OK transition).',
    { evaluationPeriods: 5, datapointsToAlarm: 3, threshold: 0, comparisonOperator: 'GreaterThanThreshold' },
    [1, 1, 1, 0, 1, 0, 0],
  ],
  [
    'Threshold Crossed: 5 out of the last 5 datapoints were less than the threshold (65.0). The most recent datapoints which crossed the threshold: [0.0 (23/11/26 10:00:00), 0.0 (23/11/26 09:59:00), 0.0 (23/11/26 09:58:00), 0.0 (23/11/26 09:57:00), 0.0 (23/11/26 09:56:00)] (minimum 5 datapoints for OK -> ALARM transition).',
    { evaluationPeriods: 5, datapointsToAlarm: 5, threshold: 65, comparisonOperator: 'LessThanThreshold' },
    [0, 0, 0, 0, 0, 0, 0],
  ],
  [
    'Threshold Crossed: 1 out of the last 20 datapoints [613.0 (23/11/26 10:00:00)] was greater than or equal to the threshold (1.0) and 19 missing datapoints were treated as [NonBreaching] (minimum 1 datapoint for OK -> ALARM transition).',
    { evaluationPeriods: 20, datapointsToAlarm: 1, treatMissingData: 'notBreaching' },
    [...new Array<undefined>(21).fill(undefined), 613],
  ],
  [
    'Threshold Crossed: no datapoints were received for 3 periods and 3 missing datapoints were treated as [NonBreaching].',
    { evaluationPeriods: 3, treatMissingData: 'notBreaching' },
    [undefined, undefined, undefined, undefined, undefined],
  ],
  [
    'Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [Breaching].',
    { treatMissingData: 'breaching' },
    [undefined, undefined, undefined],
  ],
  [
    'Threshold Crossed: 1 datapoint was received for 3 periods and 2 missing datapoints were treated as [Breaching].',
    { evaluationPeriods: 3, datapointsToAlarm: 2, treatMissingData: 'breaching' },
    [undefined, undefined, 0, undefined, undefined],
  ],
  ['Insufficient Data: 1 datapoint was unknown.', {}, [undefined, undefined, undefined]],
  [
    'Insufficient Data: 3 datapoints were unknown.',
    { evaluationPeriods: 3 },
    [undefined, undefined, undefined, undefined, undefined],
  ],
  [
    'Threshold Crossed: 1 datapoint [1.50785441792E10 (23/11/26 10:00:00)] was greater than or equal to the threshold (5.0E-4).',
    { threshold: 0.0005 },
    [undefined, undefined, 15078544179.2],
  ],
])('%s', (expected, given, values) => {
  expect(reason(given, values)).toBe(expected)
})

test('the reason data has the query, the datapoints and the threshold', () => {
  const rule = alarm({ evaluationPeriods: 2, unit: 'Count' })
  const evaluation = {
    state: 'ALARM' as const,
    filled: 0,
    evaluated: [
      { atMs: atMs - 120_000, value: 1, sampleCount: 1 },
      { atMs: atMs - 60_000, value: 4, sampleCount: 2 },
    ],
  }
  expect(JSON.parse(stateReasonData(rule, evaluation, atMs))).toEqual({
    version: '1.0',
    queryDate: '2026-11-23T10:00:00.000+0000',
    startDate: '2026-11-23T09:58:00.000+0000',
    unit: 'Count',
    statistic: 'Sum',
    period: 60,
    recentDatapoints: [1, 4],
    threshold: 1,
    evaluatedDatapoints: [
      { timestamp: '2026-11-23T09:59:00.000+0000', sampleCount: 2, value: 4 },
      { timestamp: '2026-11-23T09:58:00.000+0000', sampleCount: 1, value: 1 },
    ],
  })
})
