import fc from 'fast-check'
import { missingDataTreatments, type TreatMissingData } from '../../core/stack-model.ts'
import type { StateValue } from './alarm.ts'
import { type Datapoint, evaluate, evaluationRange } from './evaluate.ts'
import { alarm } from './test/alarm.ts'

type Expected = StateValue | 'retain'

/** `0 - X`: a good datapoint, a missing one, a breaching one; the latest on the right, as AWS writes its tables. */
function points(text: string): (Datapoint | undefined)[] {
  return text
    .split(' ')
    .map((mark, i) => (mark === '-' ? undefined : { atMs: i * 60_000, value: mark === 'X' ? 1 : 0, sampleCount: 1 }))
}

function state(m: number | undefined, treatMissingData: TreatMissingData, range: string): Expected {
  const rule = alarm({ evaluationPeriods: 3, ...(m !== undefined && { datapointsToAlarm: m }), treatMissingData })
  return evaluate(rule, points(range))?.state ?? 'retain'
}

const insufficient = 'INSUFFICIENT_DATA'

// The columns of both tables: range, MISSING, IGNORE, BREACHING, NOT BREACHING.
describe('AWS’s table of 3 out of 3', () => {
  test.each<[string, Expected, Expected, Expected, Expected]>([
    ['0 - X - X', 'OK', 'OK', 'OK', 'OK'],
    ['0 - - - -', 'OK', 'OK', 'OK', 'OK'],
    ['- - - - -', insufficient, 'retain', 'ALARM', 'OK'],
    ['0 X X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['- - X - -', 'ALARM', 'retain', 'ALARM', 'OK'],
  ])('%s', (range, ...expected) => {
    expect(missingDataTreatments.map((treatment) => state(3, treatment, range))).toEqual(expected)
    // Without datapoints to alarm, all evaluation periods must breach: the same.
    expect(missingDataTreatments.map((treatment) => state(undefined, treatment, range))).toEqual(expected)
  })
})

describe('AWS’s table of 2 out of 3', () => {
  test.each<[string, Expected, Expected, Expected, Expected]>([
    ['0 - X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['0 0 X 0 X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['0 - X - -', 'OK', 'OK', 'ALARM', 'OK'],
    ['- - - - 0', 'OK', 'OK', 'ALARM', 'OK'],
    ['- - - X -', 'ALARM', 'retain', 'ALARM', 'OK'],
  ])('%s', (range, ...expected) => {
    expect(missingDataTreatments.map((treatment) => state(2, treatment, range))).toEqual(expected)
  })
})

describe('AWS’s examples of premature transitions, 3 out of 3', () => {
  test.each<[string, Expected]>([
    ['- - - - X', 'retain'],
    ['- - - X -', 'retain'],
    ['- - X - -', 'ALARM'],
    ['- - - X 0', 'OK'],
    ['- - X - 0', 'OK'],
  ])('%s', (range, expected) => {
    expect(state(3, 'missing', range)).toBe(expected)
  })
})

test('the range is 5 for 3 evaluation periods, as in AWS’s tables', () => {
  expect(evaluationRange({ evaluationPeriods: 3 })).toBe(5)
})

test('each comparison breaches on its own side of the threshold', () => {
  const breaching = (comparisonOperator: Parameters<typeof alarm>[0] & object, value: number) =>
    evaluate(alarm(comparisonOperator), [undefined, undefined, { atMs: 0, value, sampleCount: 1 }])?.state === 'ALARM'
  const table = [
    { comparisonOperator: 'GreaterThanOrEqualToThreshold', expected: [false, true, true] },
    { comparisonOperator: 'GreaterThanThreshold', expected: [false, false, true] },
    { comparisonOperator: 'LessThanThreshold', expected: [true, false, false] },
    { comparisonOperator: 'LessThanOrEqualToThreshold', expected: [true, true, false] },
  ] as const
  for (const { comparisonOperator, expected } of table) {
    expect([0, 1, 2].map((value) => breaching({ comparisonOperator }, value))).toEqual(expected)
  }
})

/** M out of N with a range of datapoints, as AWS would retrieve it. */
const cases = fc.integer({ min: 1, max: 8 }).chain((n) =>
  fc.record({
    n: fc.constant(n),
    m: fc.integer({ min: 1, max: n }),
    range: fc.array(fc.constantFrom('0', 'X', '-'), { minLength: n + 2, maxLength: n + 2 }),
  }),
)

test('with no data and `ignore` an alarm keeps its state', () => {
  fc.assert(
    fc.property(cases, ({ n, m, range }) => {
      const rule = alarm({ evaluationPeriods: n, datapointsToAlarm: m, treatMissingData: 'ignore' })
      expect(evaluate(rule, points(range.map(() => '-').join(' ')))).toBeUndefined()
    }),
  )
})

test('how missing data is treated makes no difference while there are enough datapoints', () => {
  fc.assert(
    fc.property(cases, ({ n, m, range }) => {
      fc.pre(range.filter((mark) => mark !== '-').length >= n)
      const states = missingDataTreatments.map(
        (treatMissingData) =>
          evaluate(alarm({ evaluationPeriods: n, datapointsToAlarm: m, treatMissingData }), points(range.join(' ')))
            ?.state,
      )
      expect(new Set(states).size).toBe(1)
      const latest = range.filter((mark) => mark !== '-').slice(-n)
      expect(states[0]).toBe(latest.filter((mark) => mark === 'X').length >= m ? 'ALARM' : 'OK')
    }),
  )
})

test('breaching alarms whenever any other treatment does, and notBreaching only if all do', () => {
  fc.assert(
    fc.property(cases, ({ n, m, range }) => {
      const [missing, ignore, breaching, notBreaching] = missingDataTreatments.map(
        (treatMissingData) =>
          evaluate(alarm({ evaluationPeriods: n, datapointsToAlarm: m, treatMissingData }), points(range.join(' ')))
            ?.state,
      )
      const known = range.includes('0') || range.filter((mark) => mark === 'X').length >= m
      if (known && (missing === 'ALARM' || ignore === 'ALARM')) expect(breaching).toBe('ALARM')
      if (notBreaching === 'ALARM') expect([missing, ignore, breaching]).toEqual(['ALARM', 'ALARM', 'ALARM'])
    }),
  )
})
