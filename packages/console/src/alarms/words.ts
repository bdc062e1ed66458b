import type { AlarmDetail, AlarmRow, AlarmRule, AlarmValue } from '../api.ts'
import { duration, plural } from '../app/relative.ts'

const comparisons: Readonly<Record<AlarmRule['comparisonOperator'], string>> = {
  GreaterThanOrEqualToThreshold: 'at least',
  GreaterThanThreshold: 'more than',
  LessThanThreshold: 'less than',
  LessThanOrEqualToThreshold: 'at most',
}

const statistics: Readonly<Record<AlarmRule['statistic'], string>> = {
  SampleCount: 'number of samples',
  Average: 'average',
  Sum: 'sum',
  Minimum: 'minimum',
  Maximum: 'maximum',
}

/** What the states are called, and how they look. */
export const alarmValues: Readonly<Record<AlarmValue, { label: string; tone: 'good' | 'bad' | 'quiet' }>> = {
  OK: { label: 'OK', tone: 'good' },
  ALARM: { label: 'In alarm', tone: 'bad' },
  INSUFFICIENT_DATA: { label: 'No data', tone: 'quiet' },
}

/** The metric of a rule, as in `sum of Errors`. */
export const metricOf = ({ statistic, metricName }: AlarmRule) => `${statistics[statistic]} of ${metricName}`

/** When a rule makes an alarm, in a sentence. */
export function ruleSentence(rule: AlarmRule): string {
  const { comparisonOperator, threshold, period, evaluationPeriods: n, datapointsToAlarm: m = n } = rule
  const each = `the ${metricOf(rule)} is ${comparisons[comparisonOperator]} ${threshold}`
  const length = duration(period).replace(/^1 /, 'a ')
  if (n === 1) return `In alarm when ${each} within ${article(length)}.`
  const parts = period === 60 ? 'minutes' : `periods of ${article(length)} each`
  const which = m === n ? `in all of the last ${n} ${parts}` : `in ${m} of the last ${n} ${parts}`
  return `In alarm when ${each} ${which}.`
}

const article = (length: string) => (length === 'a hour' ? 'an hour' : length)

const missingWords: Readonly<Record<AlarmRule['treatMissingData'], string>> = {
  notBreaching: 'A period without data counts as fine.',
  breaching: 'A period without data counts as a breach: silence is what this alarm is about.',
  missing: 'Without any data, its state is "no data".',
  ignore: 'A period without data changes nothing: the last measurement still holds.',
}

/** What the rule makes of periods without data. */
export const missingSentence = ({ treatMissingData }: AlarmRule) => missingWords[treatMissingData]

/** Whether an alarm is loud or quiet now, and why, for people who do not know CloudWatch. */
export function whyLoudOrQuiet(alarm: AlarmRow): { loud: boolean; sentences: string[] } {
  const { state, rule, posts, isNew } = alarm
  const posted = postsSentence(posts)
  if (state === 'ALARM') {
    const again = posts.includes('OK')
      ? 'It posted when it went into alarm, and posts once more when it is over.'
      : posted
    return { loud: true, sentences: [ruleMet(rule), posts.includes('ALARM') ? again : posted] }
  }
  if (state === 'OK') return { loud: false, sentences: [fine(rule), posted] }
  if (isNew) {
    const first =
      rule.treatMissingData === 'ignore'
        ? 'Nothing has been measured yet, and this alarm waits for the first measurement.'
        : 'It is new: the first evaluation comes within a minute.'
    return { loud: false, sentences: [first, posted] }
  }
  return { loud: false, sentences: ['Nothing was measured in the periods that it looks at.', posted] }
}

function ruleMet(rule: AlarmRule): string {
  const isSilence = rule.treatMissingData === 'breaching' && rule.comparisonOperator.startsWith('Less')
  if (isSilence)
    return `There was too little of ${rule.metricName} for ${duration(rule.period * rule.evaluationPeriods)}.`
  const { evaluationPeriods: n, datapointsToAlarm: m = n } = rule
  return n === 1
    ? 'The last period reached the threshold.'
    : `${plural(m, 'period')} or more of the last ${n} reached the threshold.`
}

function fine(rule: AlarmRule): string {
  if (rule.treatMissingData === 'breaching') return `${rule.metricName} was counted often enough.`
  if (rule.treatMissingData === 'notBreaching')
    return 'Too few periods reached the threshold, and periods without data count as fine.'
  return 'What was measured last has not reached the threshold.'
}

/** Which changes the alarm posts. */
function postsSentence(posts: readonly AlarmValue[]): string {
  if (posts.length === 0) return 'Its changes post nothing: its actions are switched off.'
  const names = posts.map((value) => `"${alarmValues[value].label}"`)
  const list = names.length === 1 ? names[0] : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
  return `It posts to Slack when it changes to ${list}, once each time.`
}

/**
 * When an alarm that only counts what happened is over, if nothing more happens; undefined for other alarms. CloudWatch
 * looks past missing periods, so that a breach counts for two periods longer than the rule says.
 */
export function overAt({
  state,
  rule,
  datapoints,
}: Pick<AlarmDetail, 'state' | 'rule' | 'datapoints'>): string | undefined {
  if (state !== 'ALARM' || rule.treatMissingData !== 'notBreaching') return undefined
  const { evaluationPeriods: n, datapointsToAlarm: m = n, period } = rule
  const decisive = datapoints.filter(({ breaches }) => breaches).at(-m)
  return decisive && new Date(Date.parse(decisive.at) + (n + 2) * period * 1000).toISOString()
}

/** The command that puts an alarm into ALARM until the next evaluation: a drill, which posts. */
export function drillCommand({ name, region }: Pick<AlarmRow, 'name' | 'region'>): string {
  return `aws cloudwatch set-alarm-state --region ${region} --alarm-name ${name} --state-value ALARM --state-reason 'a drill'`
}
