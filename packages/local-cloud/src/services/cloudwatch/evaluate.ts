import type { Alarm, ComparisonOperator } from '../../core/stack-model.ts'
import type { StateValue } from './alarm.ts'

/** The settings of an alarm that decide its state. */
export type Rule = Pick<
  Alarm,
  'evaluationPeriods' | 'datapointsToAlarm' | 'threshold' | 'comparisonOperator' | 'treatMissingData'
>

/** The statistic of one period. */
export interface Datapoint {
  /** When the period began, in milliseconds since 1970. */
  atMs: number
  value: number
  sampleCount: number
}

/** The state that follows from the datapoints, and the datapoints that were evaluated. */
export interface Evaluation {
  state: StateValue
  /** The real datapoints that were evaluated, oldest first; at most as many as evaluation periods. */
  evaluated: readonly Datapoint[]
  /** How many missing datapoints were filled in as breaching or not breaching. */
  filled: number
}

/**
 * How many periods an evaluation reads. AWS documents that it retrieves more than the evaluation periods, but not how
 * many: its tables show 5 for 3. Two more for every alarm agrees with the tables.
 */
export function evaluationRange({ evaluationPeriods }: Pick<Rule, 'evaluationPeriods'>): number {
  return evaluationPeriods + 2
}

/**
 * Decides as AWS documents it under "How alarm state is evaluated when data is missing" and "Avoiding premature
 * transitions to alarm state".
 * - `range`: the datapoints of the evaluation range, oldest first; undefined if one is missing.
 *
 * Returns undefined if the alarm keeps its state.
 */
export function evaluate(rule: Rule, range: readonly (Datapoint | undefined)[]): Evaluation | undefined {
  const { evaluationPeriods: n, datapointsToAlarm: m = n, treatMissingData } = rule
  const real = range.filter((datapoint) => datapoint !== undefined)
  const evaluated = real.slice(-n)
  const missing = n - evaluated.length
  const breaching = evaluated.filter((datapoint) => breaches(rule, datapoint.value)).length

  const filled = treatMissingData === 'breaching' || treatMissingData === 'notBreaching' ? missing : 0
  const decided = (state: StateValue): Evaluation => ({ state, evaluated, filled })

  if (treatMissingData === 'breaching') return decided(breaching + filled >= m ? 'ALARM' : 'OK')
  if (breaching >= m) return decided('ALARM')
  if (treatMissingData === 'notBreaching' || missing === 0) return decided('OK')

  if (evaluated.length === 0) return treatMissingData === 'ignore' ? undefined : decided('INSUFFICIENT_DATA')
  if (breaching < evaluated.length) return decided('OK')
  if (treatMissingData === 'ignore') return undefined

  // Every datapoint breaches, but there are too few. The alarm is raised once the oldest of them is as old as the
  // datapoints to alarm: datapoints still missing after it are lost. Before that, the next one may not breach.
  const oldest = range.length - range.findIndex((datapoint) => datapoint !== undefined)
  return oldest >= m ? decided('ALARM') : undefined
}

/** Whether a value is on the wrong side of the threshold. */
export function breaches(
  { comparisonOperator, threshold }: Pick<Rule, 'comparisonOperator' | 'threshold'>,
  value: number,
) {
  const comparisons: Record<ComparisonOperator, boolean> = {
    GreaterThanOrEqualToThreshold: value >= threshold,
    GreaterThanThreshold: value > threshold,
    LessThanThreshold: value < threshold,
    LessThanOrEqualToThreshold: value <= threshold,
  }
  return comparisons[comparisonOperator]
}
