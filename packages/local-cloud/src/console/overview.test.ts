import fc from 'fast-check'
import { OverviewCounts } from './overview.ts'

const hour = 3_600_000
const day = 24 * hour
const begin = Date.UTC(2026, 10, 27)
const lifetime = 8 * day

const line = (name: string, outcome: string, traceId: string, more = {}) =>
  JSON.stringify({ level: 'info', message: 'ends', function: name, traceId, outcome, ...more })

const none = { confirmed: 0, withdrawn: 0, undeliverable: 0, lapsed: 0, waiting: 0 }

/** The story of a customer, as the lines that functions write, with their times. */
const stories = {
  confirmedBeforeReminder: [
    ['register', 'pending', 0],
    ['confirm', 'pending', hour],
    ['confirm', 'confirmed', hour + 1],
    ['reminder', 'alreadyConfirmed', day],
  ],
  confirmedAfterReminder: [
    ['register', 'pending', 0],
    ['reminder', 'sent', day],
    ['confirm', 'confirmed', day + hour],
    ['confirm', 'confirmed', day + 2 * hour],
  ],
  withdrawnBeforeReminder: [
    ['register', 'pending', 0],
    ['withdraw', 'pending', hour],
    ['withdraw', 'withdrawn', hour + 1],
    ['reminder', 'withdrawn', day],
  ],
  withdrawnAfterReminder: [
    ['register', 'pending', 0],
    ['reminder', 'sent', day],
    ['withdraw', 'withdrawn', day + hour],
  ],
  confirmedThenRemindedInTheSameMomentThenWithdrawn: [
    ['register', 'pending', 0],
    ['confirm', 'confirmed', day],
    ['reminder', 'sent', day + 1],
    ['withdraw', 'withdrawn', 2 * day],
  ],
  undeliverable: [
    ['register', 'pending', 0],
    ['reminder', 'undeliverable', day],
  ],
  undeliverableAtTheSecondReminder: [
    ['register', 'pending', 0],
    ['reminder', 'sent', day],
    ['reminder', 'undeliverable', 2 * day],
  ],
  lapsedAfterReminder: [
    ['register', 'pending', 0],
    ['reminder', 'sent', day],
    ['reminder', 'alreadySent', day + 1],
  ],
  lapsedWithoutReminder: [['register', 'pending', 0]],
} as const
type Story = keyof typeof stories
const names = Object.keys(stories) as Story[]

const ends: Record<Story, ['withoutReminder' | 'afterReminder', keyof typeof none]> = {
  confirmedBeforeReminder: ['withoutReminder', 'confirmed'],
  confirmedAfterReminder: ['afterReminder', 'confirmed'],
  withdrawnBeforeReminder: ['withoutReminder', 'withdrawn'],
  withdrawnAfterReminder: ['afterReminder', 'withdrawn'],
  confirmedThenRemindedInTheSameMomentThenWithdrawn: ['afterReminder', 'withdrawn'],
  undeliverable: ['withoutReminder', 'undeliverable'],
  undeliverableAtTheSecondReminder: ['afterReminder', 'undeliverable'],
  lapsedAfterReminder: ['afterReminder', 'lapsed'],
  lapsedWithoutReminder: ['withoutReminder', 'lapsed'],
}

test('each registration is counted where it has come to', () => {
  const counts = new OverviewCounts(lifetime)
  for (const name of names) for (const [who, what, at] of stories[name]) counts.add(line(who, what, name), begin + at)
  expect(counts.at(begin + 2 * day).funnel).toEqual({
    registered: 9,
    withoutReminder: { confirmed: 1, withdrawn: 1, undeliverable: 1, lapsed: 0, waiting: 1 },
    reminded: 5,
    afterReminder: { confirmed: 1, withdrawn: 2, undeliverable: 1, lapsed: 0, waiting: 1 },
  })
  expect(counts.at(begin + lifetime).funnel).toMatchObject({
    withoutReminder: { lapsed: 1, waiting: 0 },
    afterReminder: { lapsed: 1, waiting: 0 },
  })
})

test('neither the order of the lines nor their number changes the counts, and all ends add up', () => {
  const lines = fc.array(fc.constantFrom(...names), { maxLength: 30 }).chain((chosen) => {
    const all = chosen.flatMap((name, n) => stories[name].map((one) => ({ one, trace: `${n}` })))
    const shuffled = fc.shuffledSubarray(all, { minLength: all.length })
    return fc.record({ chosen: fc.constant(chosen), shuffled, again: fc.subarray(all) })
  })
  fc.assert(
    fc.property(lines, ({ chosen, shuffled, again }) => {
      const counts = new OverviewCounts(lifetime)
      for (const { one, trace } of [...shuffled, ...again]) counts.add(line(one[0], one[1], trace), begin + one[2])
      const expected = { withoutReminder: { ...none }, afterReminder: { ...none } }
      for (const name of chosen) expected[ends[name][0]][ends[name][1]] += 1
      const reminded = chosen.filter((name) => ends[name][0] === 'afterReminder').length
      expect(counts.at(begin + 3 * lifetime).funnel).toEqual({ registered: chosen.length, reminded, ...expected })
    }),
  )
})

test('errors are counted by function and name, the most frequent first', () => {
  const counts = new OverviewCounts(lifetime)
  const failing = (error: string) =>
    JSON.stringify({ level: 'error', message: `fails: ${error}`, function: 'reminder', error })
  for (const error of ['MailThrottled', 'MailRefused', 'MailThrottled']) counts.add(failing(error), begin)
  counts.add(line('register', 'runNotStarted', 't', { level: 'error' }), begin + hour)
  const { errors, buckets } = counts.at(begin + hour)
  expect(errors.map(({ function: name, error, count }) => [name, error, count])).toEqual([
    ['reminder', 'MailThrottled', 2],
    ['reminder', 'MailRefused', 1],
    ['register', 'runNotStarted', 1],
  ])
  expect(buckets.map((bucket) => bucket.errors)).toEqual([3, 1])
})

test('lines that say nothing about a registration count nothing', () => {
  const counts = new OverviewCounts(lifetime)
  for (const other of [
    'hello',
    '{',
    '{"message":"ends"',
    '[]',
    '{"message":"ends"}',
    line('register', 'pending', 'x').slice(1),
  ])
    counts.add(other, begin)
  counts.add(JSON.stringify({ level: 'info', message: 'begins', function: 'register', traceId: 't' }), begin)
  expect(counts.at(begin).funnel.registered).toBe(0)
})

test('a year is drawn in few buckets, which count all', () => {
  const counts = new OverviewCounts(lifetime)
  for (let n = 0; n < 365; n++) counts.add(line('register', 'pending', `${n}`), begin + n * day)
  const { buckets, bucketSeconds } = counts.at(begin + 365 * day)
  expect(buckets.length).toBeLessThanOrEqual(54)
  expect(buckets.reduce((sum, { registered }) => sum + registered, 0)).toBe(365)
  const times = buckets.map(({ at }) => Date.parse(at))
  expect(times.slice(1).every((at, n) => at - (times[n] ?? 0) === bucketSeconds * 1000)).toBe(true)
})
