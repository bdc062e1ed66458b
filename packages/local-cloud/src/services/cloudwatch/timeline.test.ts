import fc from 'fast-check'
import { type Alarm, comparisonOperators, missingDataTreatments } from '../../core/stack-model.ts'
import { type StateValue, stateValues } from './alarm.ts'
import type { Period } from './metrics.ts'
import { statisticsOf } from './statistics.ts'
import { alarm } from './test/alarm.ts'
import { evaluationInterval, nextBoundary, resolution, transitions } from './timeline.ts'

const startMs = Date.parse('2026-11-23T10:00:00Z')
const minute = 60_000

const at = (ms: number, value = 1): Period => ({ atMs: startMs + ms, unit: 'Count', ...statisticsOf(value) })

function timeline(
  given: Partial<Alarm>,
  state: StateValue,
  measured: Period[],
  minutes: number,
): [number, StateValue][] {
  const span = { afterMs: startMs, untilMs: startMs + minutes * minute }
  return [...transitions(alarm(given), state, measured, span)].map(({ atMs, evaluation }) => [
    (atMs - startMs) / minute,
    evaluation.state,
  ])
}

test('a failure raises the alarm at the end of its minute, and counts for the evaluation range', () => {
  expect(timeline({}, 'OK', [at(3 * minute)], 60)).toEqual([
    [1, 'INSUFFICIENT_DATA'],
    [4, 'ALARM'],
    [7, 'INSUFFICIENT_DATA'],
  ])
})

test('the periods of an hour slide with every minute', () => {
  const hourly = { period: 3600, threshold: 2, treatMissingData: 'notBreaching' as const }
  // Ninety minutes apart at first, then half an hour: only these are two within one hour, at every hour of the clock.
  const measured = [at(10 * minute), at(100 * minute), at(130 * minute)]
  expect(timeline(hourly, 'OK', measured, 600)[0]).toEqual([131, 'ALARM'])
})

test('periods of more than a day are evaluated once an hour, shorter ones than a minute every ten seconds', () => {
  expect(evaluationInterval({ period: 3600, evaluationPeriods: 24 })).toBe(minute)
  expect(evaluationInterval({ period: 3600, evaluationPeriods: 25 })).toBe(60 * minute)
  expect(evaluationInterval({ period: 10, evaluationPeriods: 1 })).toBe(10_000)
})

const alarms = fc
  .record({
    evaluationPeriods: fc.integer({ min: 1, max: 6 }),
    m: fc.integer({ min: 1, max: 6 }),
    period: fc.constantFrom(10, 60, 300, 3600),
    threshold: fc.integer({ min: 0, max: 2 }),
    comparisonOperator: fc.constantFrom(...comparisonOperators),
    treatMissingData: fc.constantFrom(...missingDataTreatments),
  })
  .map(({ m, ...rest }) => alarm({ ...rest, datapointsToAlarm: Math.min(m, rest.evaluationPeriods) }))

const measurements = (rule: Alarm) =>
  fc
    .uniqueArray(fc.integer({ min: -600, max: 600 }), { maxLength: 12 })
    .map((steps) => steps.sort((a, b) => a - b).map((step) => at(step * resolution(rule), Math.abs(step) % 3)))

test('evaluating in one skip gives the same transitions as evaluating step by step', () => {
  fc.assert(
    fc.property(
      alarms.chain((rule) =>
        fc.record({ rule: fc.constant(rule), measured: measurements(rule), state: fc.constantFrom(...stateValues) }),
      ),
      ({ rule, measured, state }) => {
        const untilMs = startMs + 700 * resolution(rule)
        const once = [...transitions(rule, state, measured, { afterMs: startMs, untilMs })]

        const stepwise = []
        let current = state
        const intervalMs = evaluationInterval(rule)
        for (let afterMs = startMs; ; afterMs = nextBoundary(afterMs, intervalMs)) {
          const next = nextBoundary(afterMs, intervalMs)
          if (next > untilMs) break
          for (const transition of transitions(rule, current, measured, { afterMs, untilMs: next })) {
            current = transition.evaluation.state
            stepwise.push(transition)
          }
        }
        expect(once).toEqual(stepwise)
      },
    ),
  )
})

describe('an alarm that counts failures among successes', () => {
  const counting = (rule: Partial<Alarm>) =>
    alarm({ statistic: 'Sum', threshold: 1, treatMissingData: 'notBreaching', ...rule })
  const afterMs = startMs
  const untilMs = startMs + 60 * minute

  test('with periods of a minute goes off only by another failure', () => {
    const rules = fc
      .record({ evaluationPeriods: fc.integer({ min: 1, max: 15 }), m: fc.integer({ min: 1, max: 15 }) })
      .map(({ evaluationPeriods, m }) =>
        counting({ period: 60, evaluationPeriods, datapointsToAlarm: Math.min(m, evaluationPeriods) }),
      )
    const minutes = fc.array(fc.constantFrom(undefined, 0, 1), { minLength: 30, maxLength: 30 })
    fc.assert(
      fc.property(rules, minutes, (rule, values) => {
        const measured = values.flatMap((value, n) => (value === undefined ? [] : [at(n * minute, value)]))
        for (const { atMs, evaluation } of transitions(rule, 'OK', measured, { afterMs, untilMs })) {
          const before = values[(atMs - startMs) / minute - 1]
          if (evaluation.state === 'ALARM') expect(before).toBe(1)
        }
      }),
    )
  })

  test('with longer periods may go off again in silence, because they begin elsewhere at each evaluation', () => {
    const rule = counting({ period: 300, evaluationPeriods: 1 })
    const measured = [at(2 * minute, 1), at(4 * minute, 0)]
    const states = [...transitions(rule, 'OK', measured, { afterMs, untilMs })].map(
      ({ evaluation }) => evaluation.state,
    )
    expect(states).toEqual(['ALARM', 'OK', 'ALARM', 'OK', 'ALARM', 'OK'])
  })
})

test('with no data and `ignore` the state never changes', () => {
  fc.assert(
    fc.property(alarms, fc.constantFrom(...stateValues), (rule, state) => {
      const span = { afterMs: startMs, untilMs: startMs + 24 * 60 * minute }
      expect([...transitions({ ...rule, treatMissingData: 'ignore' }, state, [], span)]).toEqual([])
    }),
  )
})
