/** How CloudWatch makes a state of a metric. Fields and values are CloudWatch's. */
export interface Rule {
  statistic: 'Sum' | 'Average' | 'Maximum'
  comparisonOperator: 'GreaterThanOrEqualToThreshold' | 'LessThanThreshold'
  threshold: number
  /** Seconds. */
  period: number
  evaluationPeriods: number
  /** How many of these periods must breach. Left out: all of them. */
  datapointsToAlarm?: number
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
 * One is too many, none is well; several failures within a quarter of an hour are one alarm with one end. Periods of a
 * minute, because CloudWatch evaluates every minute: longer periods would begin elsewhere each time, so that failures and
 * successes which were in one period are in two a minute later. As CloudWatch looks past missing periods, an alarm that has
 * ended would go off again a few minutes after the last invocation.
 */
export const any: Rule = {
  ...everyChange,
  evaluationPeriods: 15,
  datapointsToAlarm: 1,
  treatMissingData: 'notBreaching',
}

/**
 * A few heal by themselves, such as the five attempts of a run that begins to wait for evidence; six failing minutes of half an hour
 * do not. What is retried for hours is tried at least once in each five minutes, so that the alarm goes off within half an hour
 * and stays on, even for a single message or run.
 */
export const lasting: Rule = { ...any, evaluationPeriods: 30, datapointsToAlarm: 6 }

/** The metric has reached a level. Where nothing new is measured, what was measured last still holds. */
export function level(statistic: 'Average' | 'Maximum', threshold: number): Rule {
  return { ...everyChange, statistic, threshold, period: 300, treatMissingData: 'ignore' }
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
