/** How CloudWatch makes a state of a metric. Fields and values are CloudWatch's. */
export interface Rule {
  statistic: 'Sum' | 'Average' | 'Maximum'
  comparisonOperator: 'GreaterThanOrEqualToThreshold' | 'LessThanThreshold'
  threshold: number
  /** Seconds. */
  period: number
  evaluationPeriods: number
  treatMissingData: 'missing' | 'notBreaching' | 'breaching' | 'ignore'
}

/** The article's values, to the letter: every success is news, and so is every minute in which nothing happened. */
export const everyChange: Rule = {
  statistic: 'Sum',
  comparisonOperator: 'GreaterThanOrEqualToThreshold',
  threshold: 1,
  period: 60,
  evaluationPeriods: 1,
  treatMissingData: 'missing',
}

/**
 * One is too many, none is well. CloudWatch evaluates every minute for any period, so a period of five minutes alarms as
 * soon as one of one minute; and several failures within it are one alarm with one end.
 */
export const any: Rule = { ...everyChange, period: 300, treatMissingData: 'notBreaching' }

/** A few heal by themselves; a quarter of an hour with at least one in every five minutes does not. */
export const lasting: Rule = { ...any, evaluationPeriods: 3 }

/** The metric has reached a level. Where nothing new is measured, what was measured last still holds. */
export function level(statistic: 'Average' | 'Maximum', threshold: number): Rule {
  return { ...any, statistic, threshold, treatMissingData: 'ignore' }
}

/**
 * Nothing was counted for so many seconds, at most seven days. In up to 24 periods, because CloudWatch remembers a datum
 * for two periods longer than it should: in one long period that would be three times as long.
 */
export function nothingWithin(seconds: number): Rule {
  const period = Math.ceil(seconds / 24 / 60) * 60
  return {
    statistic: 'Sum',
    comparisonOperator: 'LessThanThreshold',
    threshold: 1,
    period,
    evaluationPeriods: Math.ceil(seconds / period),
    treatMissingData: 'breaching',
  }
}
