import type { QuietHours } from '@confirmation-reminder/contracts/quiet-hours'
import { customerIdOf } from '@confirmation-reminder/customers/customer-id'
import { testKey } from '@confirmation-reminder/customers/test/stage-key'
import fc from 'fast-check'
import { endOfQuietHours, isQuiet, sendingTime, shareOf } from './sending-time.ts'

const minute = 60_000
const day = 24 * 60 * minute
const berlin = (from: string, to: string): QuietHours => {
  const minutes = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3))
  return { fromMinute: minutes(from), toMinute: minutes(to), timeZone: 'Europe/Berlin' }
}
const night = berlin('21:00', '08:00')
const iso = (ms: number) => new Date(ms).toISOString()
const morningAfter = (at: string, hours = night) => iso(endOfQuietHours(Date.parse(at), hours))

describe('the end of the quiet hours', () => {
  test.each([
    ['a winter evening', '2026-01-10T21:30:00Z', '2026-01-11T07:00:00.000Z'],
    ['a summer evening', '2026-07-10T21:30:00Z', '2026-07-11T06:00:00.000Z'],
    ['after midnight', '2026-01-11T03:00:30Z', '2026-01-11T07:00:00.000Z'],
    ['the night that is an hour shorter', '2026-03-28T22:00:00Z', '2026-03-29T06:00:00.000Z'],
    ['the night that is an hour longer', '2026-10-24T22:00:00Z', '2026-10-25T07:00:00.000Z'],
    ['the first quiet minute', '2026-01-10T20:00:00Z', '2026-01-11T07:00:00.000Z'],
    ['the last waking moment', '2026-01-10T19:59:59.999Z', '2026-01-10T19:59:59.999Z'],
    ['the first waking moment', '2026-01-11T07:00:00Z', '2026-01-11T07:00:00.000Z'],
  ])('%s', (_, at, end) => {
    expect(morningAfter(at)).toBe(end)
  })

  test('in the hour that the clocks skip is the moment after the skip', () => {
    expect(morningAfter('2026-03-29T00:30:00Z', berlin('01:00', '02:30'))).toBe('2026-03-29T01:00:00.000Z')
  })

  test('of a siesta is on the same day', () => {
    expect(morningAfter('2026-01-10T12:10:00Z', berlin('13:00', '15:00'))).toBe('2026-01-10T14:00:00.000Z')
  })
})

test.each([
  ['11:59', false],
  ['12:00', true],
  ['13:59', true],
  ['14:00', false],
])('a siesta from one to three in Berlin, in winter: at %s UTC it is quiet: %s', (time, quiet) => {
  expect(isQuiet(Date.parse(`2026-01-10T${time}:00Z`), berlin('13:00', '15:00'))).toBe(quiet)
})

const zone = fc.constantFrom('Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'UTC')
const moment = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2028, 0, 1) })
const quietHours = fc
  .record({ fromMinute: fc.nat(1439), toMinute: fc.nat(1439), timeZone: zone })
  .filter(({ fromMinute, toMinute }) => fromMinute !== toMinute)
const customerId = fc.uuid()

test('the end of quiet hours is never quiet, and every minute before it is', () => {
  fc.assert(
    fc.property(moment, quietHours, (at, hours) => {
      const end = endOfQuietHours(at, hours)
      expect(end).toBeGreaterThanOrEqual(at)
      // No night is longer than a day and the hour by which the clocks may be put back.
      expect(end - at).toBeLessThanOrEqual(day + 60 * minute)
      expect(isQuiet(end, hours)).toBe(false)
      for (let before = at; before < end; before += 17 * minute) expect(isQuiet(before, hours)).toBe(true)
    }),
    { numRuns: 200 },
  )
})

test('without quiet hours and spread a reminder goes out when it is due', () => {
  const plain = { quietHours: undefined, spreadSeconds: 0 }
  fc.assert(
    fc.property(moment, customerId, fc.boolean(), (now, id, postponedBefore) => {
      expect(sendingTime(now, plain, { customerId: id, postponedBefore })).toBe(now)
    }),
  )
})

test('a postponed reminder is sent by day, and after two postponements at the latest', () => {
  // A spread longer than the waking hours would end in the next night.
  const hours = fc.record({ fromMinute: fc.integer({ min: 1080, max: 1439 }), toMinute: fc.nat(600), timeZone: zone })
  fc.assert(
    fc.property(moment, hours, fc.nat(7200), customerId, (now, quietHours, spreadSeconds, id) => {
      const timetable = { quietHours, spreadSeconds }
      const first = sendingTime(now, timetable, { customerId: id, postponedBefore: false })
      expect(first).toBeGreaterThanOrEqual(now)
      expect(isQuiet(first, quietHours)).toBe(false)
      // The run wakes then, or a little later: there is nothing left to wait for, unless the evening came meanwhile.
      expect(sendingTime(first, timetable, { customerId: id, postponedBefore: true })).toBe(first)
    }),
    { numRuns: 300 },
  )
})

test('a run that wakes a moment too early waits for the same time again', () => {
  const timetable = { quietHours: night, spreadSeconds: 0 }
  const customer = { customerId: '00000000-0000-4000-8000-000000000000', postponedBefore: true }
  const morning = Date.parse('2026-01-11T07:00:00Z')
  expect(sendingTime(morning - 200, timetable, customer)).toBe(morning)
})

test('a burst is spread evenly, and each customer always has the same place', async () => {
  const addresses = Array.from({ length: 10_000 }, (_, n) => `customer-${n}@example.com`)
  const ids = await Promise.all(addresses.map((address) => customerIdOf(testKey, address)))
  const perTenth = Array(10).fill(0)
  for (const id of ids) perTenth[Math.floor(shareOf(id) * 10)]++
  for (const count of perTenth) expect(Math.abs(count - 1_000)).toBeLessThan(200)
  expect(shareOf('ffffffff-0000-4000-8000-000000000000')).toBeLessThan(1)
  const spread = { quietHours: undefined, spreadSeconds: 1_000 }
  const halfway = { customerId: '80000000-0000-4000-8000-000000000000', postponedBefore: false }
  expect(sendingTime(0, spread, halfway)).toBe(500_000)
})
