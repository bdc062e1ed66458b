import type { AlarmRow, AlarmRule } from '../api.ts'
import { drillCommand, missingSentence, overAt, ruleSentence, whyLoudOrQuiet } from './words.ts'

const article: AlarmRule = {
  namespace: 'AWS/States',
  metricName: 'ExecutionsFailed',
  dimensions: {},
  statistic: 'Sum',
  comparisonOperator: 'GreaterThanOrEqualToThreshold',
  threshold: 1,
  period: 60,
  evaluationPeriods: 1,
  treatMissingData: 'missing',
}
const any: AlarmRule = { ...article, evaluationPeriods: 15, datapointsToAlarm: 1, treatMissingData: 'notBreaching' }
const level: AlarmRule = {
  ...article,
  statistic: 'Average',
  metricName: 'Reputation.BounceRate',
  threshold: 0.05,
  period: 300,
  treatMissingData: 'ignore',
}
const silence: AlarmRule = {
  ...article,
  comparisonOperator: 'LessThanThreshold',
  period: 3600,
  evaluationPeriods: 24,
  treatMissingData: 'breaching',
}

const row = (rule: AlarmRule, state: AlarmRow['state'], more: Partial<AlarmRow> = {}): AlarmRow => ({
  ...{ name: 'a', region: 'eu-west-1', since: '2026-11-27T00:00:00.000Z', reason: '', isNew: false },
  ...{ rule, state, posts: ['OK', 'ALARM', 'INSUFFICIENT_DATA'] },
  ...more,
})

test.each([
  [article, 'In alarm when the sum of ExecutionsFailed is at least 1 within a minute.'],
  [any, 'In alarm when the sum of ExecutionsFailed is at least 1 in 1 of the last 15 minutes.'],
  [level, 'In alarm when the average of Reputation.BounceRate is at least 0.05 within 5 minutes.'],
  [silence, 'In alarm when the sum of ExecutionsFailed is less than 1 in all of the last 24 periods of an hour each.'],
])('a rule is a sentence', (rule, sentence) => {
  expect(ruleSentence(rule)).toBe(sentence)
  expect(missingSentence(rule)).toMatch(/\.$/)
})

test.each<[AlarmRow, boolean, string]>([
  [
    row(any, 'ALARM'),
    true,
    '1 period or more of the last 15 reached the threshold. It posted when it went into alarm, and posts once more when it is over.',
  ],
  [
    row(silence, 'ALARM', { posts: ['ALARM'] }),
    true,
    'There was too little of ExecutionsFailed for 1 day. It posts to Slack when it changes to "In alarm", once each time.',
  ],
  [
    row(any, 'OK'),
    false,
    'Too few periods reached the threshold, and periods without data count as fine. It posts to Slack when it changes to "OK", "In alarm" and "No data", once each time.',
  ],
  [
    row(level, 'INSUFFICIENT_DATA', { isNew: true, posts: [] }),
    false,
    'Nothing has been measured yet, and this alarm waits for the first measurement. Its changes post nothing: its actions are switched off.',
  ],
  [
    row(any, 'INSUFFICIENT_DATA', { isNew: true, posts: [] }),
    false,
    'It is new: the first evaluation comes within a minute. Its changes post nothing: its actions are switched off.',
  ],
  [
    row(article, 'INSUFFICIENT_DATA', { posts: ['OK'] }),
    false,
    'Nothing was measured in the periods that it looks at. It posts to Slack when it changes to "OK", once each time.',
  ],
])('an alarm says why it is loud or quiet', (alarm, loud, text) => {
  const { loud: isLoud, sentences } = whyLoudOrQuiet(alarm)
  expect([isLoud, sentences.join(' ')]).toEqual([loud, text])
})

test('an alarm that counts is over when its last breach is no longer looked at', () => {
  const at = (minute: number) => new Date(Date.UTC(2026, 10, 27, 10, minute)).toISOString()
  const datapoints = [0, 3, 5].map((minute) => ({ at: at(minute), value: minute, breaches: minute > 0 }))
  expect(overAt({ state: 'ALARM', rule: any, datapoints })).toBe(at(22))
  expect(overAt({ state: 'ALARM', rule: { ...any, datapointsToAlarm: 2 }, datapoints })).toBe(at(20))
  expect(overAt({ state: 'ALARM', rule: any, datapoints: [] })).toBeUndefined()
  expect(overAt({ state: 'OK', rule: any, datapoints })).toBeUndefined()
  expect(overAt({ state: 'ALARM', rule: level, datapoints })).toBeUndefined()
})

test('the command for a drill names the alarm and its Region', () => {
  expect(drillCommand({ name: 'a-b', region: 'us-east-1' })).toContain('--region us-east-1 --alarm-name a-b ')
})
