import fc from 'fast-check'
import { pastMoment } from './past-moment.ts'
import { UsageError } from './usage-error.ts'

const now = Date.parse('2026-11-27T08:00:00Z')
const read = (value: string) => new Date(pastMoment('--since', value)(now)).toISOString()

test.each([
  ['6h', '2026-11-27T02:00:00.000Z'],
  ['90m', '2026-11-27T06:30:00.000Z'],
  ['2d', '2026-11-25T08:00:00.000Z'],
  ['0s', '2026-11-27T08:00:00.000Z'],
  ['2026-11-27T00:00:00Z', '2026-11-27T00:00:00.000Z'],
  ['2026-11-27T00:00Z', '2026-11-27T00:00:00.000Z'],
  ['2026-11-27T08:30:00.5+01:00', '2026-11-27T07:30:00.500Z'],
  ['2024-02-29T23:59:59Z', '2024-02-29T23:59:59.000Z'],
])('%s is %s', (value, moment) => {
  expect(read(value)).toBe(moment)
})

test.each([
  ['6'],
  ['6 h'],
  ['-6h'],
  ['1.5h'],
  ['6H'],
  [''],
  // Without a time zone the moment depends on the machine.
  ['2026-11-27T00:00:00'],
  ['2026-11-27'],
  ['2026-02-30T00:00:00Z'],
  ['2026-11-27T24:00:00Z'],
  ['2026-11-27T08:00:60Z'],
  ['yesterday'],
])('"%s" is refused with what the option takes', (value) => {
  expect(() => read(value)).toThrow(UsageError)
  expect(() => read(value)).toThrow(`--since takes a duration such as 90m, 6h or 2d, or a moment such as`)
})

test('a missing value and a moment of the future are refused', () => {
  expect(() => pastMoment('--since', undefined)).toThrow(/^Missing --since: it takes a duration such as/)
  expect(() => read('2026-11-27T08:00:01Z')).toThrow('--since is in the future: it is 2026-11-27T08:00:00.000Z now.')
})

test('every moment is read as it is printed, in any time zone', () => {
  const moment = fc.date({ min: new Date('1970-01-02'), max: new Date(now), noInvalidDate: true })
  fc.assert(
    fc.property(moment, fc.integer({ min: -14 * 60, max: 14 * 60 }), (at, offsetMinutes) => {
      const local = new Date(at.getTime() + offsetMinutes * 60_000).toISOString().slice(0, -1)
      const two = (number: number) => String(number).padStart(2, '0')
      const zone = `${offsetMinutes < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offsetMinutes) / 60))}:${two(Math.abs(offsetMinutes) % 60)}`
      expect(read(`${local}${zone}`)).toBe(at.toISOString())
      expect(read(at.toISOString())).toBe(at.toISOString())
    }),
  )
})

test('a duration is that long before now', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10_000 }), (count) => {
      const ago = (value: string) => (now - pastMoment('--since', value)(now)) / 1000
      expect(['s', 'm', 'h', 'd'].map((unit) => ago(`${count}${unit}`))).toEqual(
        [1, 60, 3600, 86_400].map((seconds) => count * seconds),
      )
    }),
  )
})

test('any text is a moment that is not in the future, or a UsageError', () => {
  const part = fc.constantFrom('2026', '-', '11', '27', 'T', ':', '00', 'Z', '+', '.', 'h', 'd', '9', ' ')
  const text = fc.oneof(
    fc.string(),
    fc.array(part).map((parts) => parts.join('')),
  )
  fc.assert(
    fc.property(text, (value) => {
      try {
        expect(pastMoment('--since', value)(now)).toBeLessThanOrEqual(now)
      } catch (error) {
        if (!(error instanceof UsageError)) throw error
      }
    }),
  )
})
