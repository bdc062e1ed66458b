import fc from 'fast-check'
import { deployed } from './design.ts'
import { type Counts, type Scenario, simulate } from './engine.ts'
import { defaultLimits, type Limits, noLimits, type Wall } from './limits.ts'
import { assumedPeople } from './people.ts'
import { work } from './work.ts'

/** A plan of minutes, so that a test simulates all of it. */
const design = { ...deployed, waitSeconds: 600 }
const people = {
  confirming: [
    { afterSeconds: 10, share: 0.3 },
    { afterSeconds: 100, share: 0.2 },
  ],
  confirmingAfterReminder: [{ afterSeconds: 20, share: 0.4 }],
}
const scenario: Scenario = { seconds: 3_000, arrivals: (t) => (t < 300 ? 10 : 0), people, design, limits: noLimits }
const limited = (limits: Partial<Record<Wall, number>>): Limits => ({
  ...noLimits,
  ...Object.fromEntries(
    Object.entries(limits).map(([wall, limit]) => [wall, { ...noLimits[wall as Wall], limit, bucket: 0 }]),
  ),
})

const anyLimit = (most: number) =>
  fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.double({ min: 0, max: most, noNaN: true }))
const anyLimits = fc
  .record({
    ...{ apiRequests: anyLimit(50), concurrency: anyLimit(20), tableWrites: anyLimit(60), starts: anyLimit(20) },
    ...{ open: anyLimit(4_000), mailsPerSecond: anyLimit(20), mailsPerDay: anyLimit(5_000), transitions: anyLimit(60) },
    wakes: anyLimit(20),
  })
  .map(limited)
const anyScenario = fc
  .record({
    limits: anyLimits,
    isAccepted: fc.boolean(),
    endsAtConfirmation: fc.boolean(),
    jitterSeconds: fc.constantFrom(0, 120),
    spreadSeconds: fc.constantFrom(0, 90),
    quiet: fc.constantFrom(undefined, { from: 600, to: 1_200 }),
  })
  .map(({ limits, isAccepted, quiet, ...more }): Scenario => {
    return { ...scenario, limits, isAccepted, design: { ...design, ...more }, ...(quiet && { quiet }) }
  })

test('without limits nothing is refused or late, and every wait ends as people decide', () => {
  const { counts, first, reminders } = simulate(scenario)
  expect(first).toBeUndefined()
  expect(rounded(counts)).toEqual({
    ...{
      registrations: 3_000,
      refused: 0,
      started: 3_000,
      confirmedBefore: 1_500,
      reminded: 1_500,
      failed: 0,
      open: 0,
    },
    ...{ unmailed: 0, confirmedAfter: 600, transitions: 9_000, attempts: 3_000, retries: 0, postponed: 0 },
    ...{ startCalls: 3_000, sesCalls: 4_500, mails: 4_500 },
    writes: 3_000 * work.registration.writes + 2_100 + 1_500 * work.attempt.writes,
    events: 3_000 + 2_100 + 1_500,
  })
  expect(reminders[599]).toBe(0)
  expect(reminders[600]).toBeCloseTo(5)
})

test('every registration ends in exactly one way, whatever limits it meets', () => {
  fc.assert(
    fc.property(anyScenario, (any) => {
      const { counts } = simulate(any)
      const { registrations, refused, started, confirmedBefore, reminded, failed, open } = counts
      expect(refused + started).toBeCloseTo(registrations, 3)
      expect(confirmedBefore + reminded + failed + open).toBeCloseTo(started, 3)
      for (const count of Object.values(counts)) expect(count).toBeGreaterThanOrEqual(-1e-3)
    }),
    { numRuns: 25 },
  )
})

test('no limit is passed', () => {
  fc.assert(
    fc.property(anyScenario, (any) => {
      const { counts, open, reminders } = simulate(any)
      const most = (values: Float64Array) => values.reduce((max, value) => Math.max(max, value), 0)
      const { limits } = any
      expect(most(reminders)).toBeLessThanOrEqual(limits.mailsPerSecond.limit + 1e-6)
      if (any.isAccepted) return
      expect(most(open)).toBeLessThanOrEqual(limits.open.limit + 1e-6)
      expect(counts.startCalls).toBeLessThanOrEqual(limits.starts.limit * any.seconds + 1e-6)
      // The simulation is shorter than a day.
      expect(counts.mails).toBeLessThanOrEqual(limits.mailsPerDay.limit + 1e-6)
    }),
    { numRuns: 25 },
  )
})

test.each(['mailsPerSecond', 'concurrency', 'transitions'] as const)(
  'a higher limit of %s is never slower: as many reminders are out at each moment',
  (wall) => {
    const sent = (limit: number) => {
      const { reminders } = simulate({ ...scenario, isAccepted: true, limits: limited({ [wall]: limit }) })
      let sum = 0
      return reminders.map((each) => {
        sum += each
        return sum
      })
    }
    const results = [0.2, 0.5, 1, 2, 5, 20].map(sent)
    for (const [n, lower] of results.slice(0, -1).entries()) {
      const higher = results[n + 1] as Float64Array
      expect(lower.every((count, second) => (higher[second] as number) >= count - 1e-6)).toBe(true)
    }
  },
)

test('a limit that is only watched holds nothing up, and is reached when it would be', () => {
  const watched = limited({ open: 1_000, mailsPerDay: 2_000 })
  const { counts, reached } = simulate({ ...scenario, watched })
  expect(counts.refused).toBe(0)
  // The hundred-and-first second brings the thousand-and-first run; mails of registrations alone are 2,000 after 200.
  expect(reached).toEqual({ open: 100, mailsPerDay: 200 })
  expect(simulate({ ...scenario, limits: limited({ open: 1_000 }) }).first).toEqual({ wall: 'open', second: 100 })
})

test('quiet hours hold reminders back, and a spread keeps them apart', () => {
  const held = simulate({ ...scenario, quiet: { from: 500, to: 2_000 } })
  expect(held.reminders[2_000]).toBeCloseTo(1_500)
  const spread = { ...scenario, design: { ...design, spreadSeconds: 300 }, quiet: { from: 500, to: 2_000 } }
  const { reminders, counts } = simulate(spread)
  expect(reminders[1_999]).toBe(0)
  expect(reminders[2_000]).toBeCloseTo(5)
  expect(reminders[2_299]).toBeCloseTo(5)
  expect(rounded(counts)).toMatchObject({ reminded: 1_500, postponed: 1_500, transitions: 9_000 + 3 * 1_500 })
})

test('10,000 registrations a second for three days are counted to the last one', () => {
  const { counts } = simulate({
    ...{ seconds: 3 * 86_400, arrivals: () => 10_000, people: assumedPeople, design: deployed },
    limits: { ...defaultLimits('big'), ...limited({}), open: defaultLimits('big').open },
  })
  expect(counts.refused + counts.started).toBeCloseTo(2_592_000_000, 0)
  expect(counts.open).toBe(1_000_000)
})

function rounded(counts: Counts) {
  return Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, Math.round(count * 1e3) / 1e3 + 0]))
}
