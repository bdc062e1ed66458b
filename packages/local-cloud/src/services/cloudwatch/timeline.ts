import type { StatisticSet } from '../../core/metrics.ts'
import type { Alarm } from '../../core/stack-model.ts'
import type { StateValue } from './alarm.ts'
import { type Datapoint, type Evaluation, evaluate, evaluationRange } from './evaluate.ts'
import type { Period } from './metrics.ts'
import { merged, statisticOf } from './statistics.ts'

/** An evaluation with another state than the previous evaluation. */
export interface Transition {
  atMs: number
  evaluation: Evaluation
}

/**
 * How often AWS evaluates an alarm: every minute; every ten seconds if the period is shorter than a minute; every hour if
 * the periods to evaluate are longer than a day together. In milliseconds.
 */
export function evaluationInterval({ period, evaluationPeriods }: Pick<Alarm, 'period' | 'evaluationPeriods'>): number {
  if (period < 60) return 10_000
  return period * evaluationPeriods > 24 * 3600 ? 3_600_000 : 60_000
}

/** The length of the periods in which `transitions` needs its measurements: the finest that an evaluation distinguishes. */
export function resolution({ period }: Pick<Alarm, 'period'>): number {
  return period < 60 ? 10_000 : 60_000
}

/** The first evaluation after a moment. */
export function nextBoundary(afterMs: number, intervalMs: number): number {
  return (Math.floor(afterMs / intervalMs) + 1) * intervalMs
}

/**
 * Every change of an alarm's state between two moments, as if it had been evaluated at each boundary after `afterMs`
 * up to `untilMs`, in the order of time.
 * - `measured`: what was measured from the evaluation range before `afterMs` on, in periods of `resolution(alarm)`.
 *
 * The periods that are evaluated end at the boundary: like AWS's sliding window, they do not keep to the wall clock.
 */
export function* transitions(
  alarm: Alarm,
  state: StateValue,
  measured: readonly Period[],
  { afterMs, untilMs }: { afterMs: number; untilMs: number },
): Generator<Transition> {
  const intervalMs = evaluationInterval(alarm)
  const rangeMs = rangeLength(alarm)
  let current = state
  let first = 0
  for (let atMs = nextBoundary(afterMs, intervalMs); atMs <= untilMs; ) {
    while ((measured[first]?.atMs ?? Infinity) < atMs - rangeMs) first++

    const evaluation = evaluate(alarm, datapoints(alarm, measured, first, atMs))
    if (evaluation && evaluation.state !== current) {
      current = evaluation.state
      yield { atMs, evaluation }
    }

    // While the range stays empty, every evaluation says the same: the next that may differ comes after the next datum.
    const next = measured[first]?.atMs ?? Infinity
    atMs = next < atMs ? atMs + intervalMs : Math.max(atMs + intervalMs, nextBoundary(next, intervalMs))
  }
}

/** How far before its boundary an evaluation looks, in milliseconds. */
export function rangeLength(alarm: Pick<Alarm, 'period' | 'evaluationPeriods'>): number {
  return evaluationRange(alarm) * alarm.period * 1000
}

function datapoints(alarm: Alarm, measured: readonly Period[], first: number, atMs: number): (Datapoint | undefined)[] {
  const periodMs = alarm.period * 1000
  const fromMs = atMs - rangeLength(alarm)
  const sets = new Array<StatisticSet | undefined>(evaluationRange(alarm)).fill(undefined)
  for (let i = first; ; i++) {
    const period = measured[i]
    if (!period || period.atMs >= atMs) break
    const index = Math.floor((period.atMs - fromMs) / periodMs)
    sets[index] = merged(sets[index], period)
  }
  return sets.map(
    (set, i) =>
      set && { atMs: fromMs + i * periodMs, value: statisticOf(set, alarm.statistic), sampleCount: set.sampleCount },
  )
}
