import { type Alarm, comparisonOperators, missingDataTreatments, statistics } from '../../core/stack-model.ts'

export const stateValues = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const
export type StateValue = (typeof stateValues)[number]

/**
 * Accepts an alarm that the local cloud evaluates as AWS does.
 * @throws Error that names the alarm and the argument that is wrong or not supported
 */
export function checkAlarm(alarm: Alarm): void {
  const refuse = (argument: string, must: string) => {
    throw new Error(`The alarm ${alarm.name} cannot be evaluated: ${argument} must be ${must}.`)
  }
  const oneOf = (argument: string, value: string, supported: readonly string[]) => {
    if (!supported.includes(value)) refuse(argument, `one of ${supported.join(', ')}, not ${value}`)
  }
  oneOf('statistic', alarm.statistic, statistics)
  oneOf('comparison_operator', alarm.comparisonOperator, comparisonOperators)
  oneOf('treat_missing_data', alarm.treatMissingData, missingDataTreatments)

  const { period, evaluationPeriods: n, datapointsToAlarm: m = n, threshold } = alarm
  if (![10, 20, 30].includes(period) && !(period > 0 && period % 60 === 0)) {
    refuse('period', '10, 20, 30 or a multiple of 60 seconds')
  }
  if (!(Number.isInteger(n) && n > 0)) refuse('evaluation_periods', 'a whole number above 0')
  if (!(Number.isInteger(m) && m > 0 && m <= n)) refuse('datapoints_to_alarm', `from 1 to ${n}, the evaluation_periods`)
  if (!Number.isFinite(threshold)) refuse('threshold', 'a number')

  const actions = [...alarm.okActions, ...alarm.alarmActions, ...alarm.insufficientDataActions]
  const strange = actions.find((arn) => !/^arn:aws:sns:[^:]*:\d{12}:[^:]+$/.test(arn))
  if (strange !== undefined) refuse('every action', `the ARN of an SNS topic, not ${strange}`)
}
