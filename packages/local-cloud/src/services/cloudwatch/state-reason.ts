import type { Alarm, ComparisonOperator } from '../../core/stack-model.ts'
import { breaches, type Datapoint, type Evaluation } from './evaluate.ts'

const operatorWords: Record<ComparisonOperator, string> = {
  GreaterThanOrEqualToThreshold: 'greater than or equal to',
  GreaterThanThreshold: 'greater than',
  LessThanThreshold: 'less than',
  LessThanOrEqualToThreshold: 'less than or equal to',
}

// From this number of datapoints on, AWS lists the most recent ones in a second sentence.
const manyDatapoints = 5

/** Why an alarm is in its state, in the words of CloudWatch. */
export function stateReason(alarm: Alarm, { state, evaluated, filled }: Evaluation): string {
  const { evaluationPeriods: n, datapointsToAlarm: m } = alarm
  if (state === 'INSUFFICIENT_DATA') return `Insufficient Data: ${was(n, 'datapoint')} unknown.`

  const treatedAs = alarm.treatMissingData === 'breaching' ? 'Breaching' : 'NonBreaching'
  const missing = filled > 0 ? ` and ${was(filled, 'missing datapoint')} treated as [${treatedAs}]` : ''
  const crossing = evaluated.filter(({ value }) => breaches(alarm, value) === (state === 'ALARM')).reverse()
  if (crossing.length === 0) {
    const received = evaluated.length === 0 ? 'no datapoints were' : was(evaluated.length, 'datapoint')
    return `Threshold Crossed: ${received} received for ${counted(n, 'period')}${missing}.`
  }

  const count =
    m === undefined ? counted(crossing.length, 'datapoint') : `${crossing.length} out of the last ${n} datapoints`
  const verb = crossing.length === 1 ? 'was' : 'were'
  const not = state === 'OK' ? 'not ' : ''
  const comparison = `${verb} ${not}${operatorWords[alarm.comparisonOperator]} the threshold (${decimal(alarm.threshold)})`
  const list = `[${crossing.slice(0, manyDatapoints).map(dated).join(', ')}]`
  const sentence =
    crossing.length < manyDatapoints
      ? `${count} ${list} ${comparison}`
      : `${count} ${comparison}. The most recent datapoints which crossed the threshold: ${list}`
  return `Threshold Crossed: ${sentence}${missing}${m === undefined ? '' : transition(state, n, m)}.`
}

/** The same for programs: `StateReasonData`, a JSON text. */
export function stateReasonData(alarm: Alarm, { evaluated }: Evaluation, atMs: number): string {
  const [oldest] = evaluated
  const { evaluationPeriods: n, period } = alarm
  const unknown = Array.from({ length: n }, (_, i) => ({ timestamp: awsTime(atMs - (i + 1) * period * 1000) }))
  return JSON.stringify({
    version: '1.0',
    queryDate: awsTime(atMs),
    ...(oldest && { startDate: awsTime(oldest.atMs) }),
    ...(alarm.unit !== undefined && { unit: alarm.unit }),
    statistic: alarm.statistic,
    period,
    recentDatapoints: evaluated.map(({ value }) => value),
    threshold: alarm.threshold,
    evaluatedDatapoints: oldest
      ? evaluated.map(({ atMs, sampleCount, value }) => ({ timestamp: awsTime(atMs), sampleCount, value })).reverse()
      : unknown,
  })
}

/** A time as CloudWatch writes it into messages and reasons: `2026-11-23T10:00:00.000+0000`. */
export function awsTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '+0000')
}

function transition(state: 'OK' | 'ALARM', n: number, m: number): string {
  const [minimum, change] = state === 'ALARM' ? [m, 'OK -> ALARM'] : [n - m + 1, 'ALARM -> OK']
  return ` (minimum ${counted(minimum, 'datapoint')} for ${change} transition)`
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

function was(count: number, noun: string): string {
  return `${counted(count, noun)} ${count === 1 ? 'was' : 'were'}`
}

/** `1.0 (23/11/26 10:00:00)` */
function dated({ value, atMs }: Datapoint): string {
  const [year = '', month = '', day = '', time = ''] = new Date(atMs).toISOString().split(/[-T.]/)
  return `${decimal(value)} (${day}/${month}/${year.slice(2)} ${time})`
}

/** A number as Java writes it: CloudWatch says `1.0`, and `1.5E10` from ten million on and below a thousandth. */
function decimal(value: number): string {
  const size = Math.abs(value)
  if (size !== 0 && (size >= 1e7 || size < 1e-3)) {
    const [mantissa = '', exponent = ''] = value.toExponential().split('e')
    return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}E${exponent.replace('+', '')}`
  }
  return Number.isInteger(value) ? `${value}.0` : String(value)
}
