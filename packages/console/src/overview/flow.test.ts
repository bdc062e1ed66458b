import fc from 'fast-check'
import type { Ends } from '../api.ts'
import { stagesOf } from './bars.ts'
import { flowOf, flowText } from './flow.ts'

const none = { confirmed: 0, withdrawn: 0, undeliverable: 0, lapsed: 0, waiting: 0 }
const sum = (ends: Ends) => ends.confirmed + ends.withdrawn + ends.undeliverable + ends.lapsed + ends.waiting
const picture = (withoutReminder: Ends, afterReminder: Ends, width = 1000) => {
  const reminded = sum(afterReminder)
  return flowOf(
    stagesOf({ registered: sum(withoutReminder) + reminded, withoutReminder, reminded, afterReminder }),
    width,
  )
}

test('each stage comes from the one before it, and has its share in words', () => {
  const { stages } = picture({ ...none, confirmed: 100, waiting: 20 }, { ...none, confirmed: 30, lapsed: 50 })
  expect(stages.map((stage) => [stage.from?.name, flowText(stage)])).toEqual([
    [undefined, 'Registered: 200'],
    ['registered', 'Confirmed before the reminder: 100, 50 % of all registrations'],
    ['registered', 'Waiting before the reminder: 20, 10 % of all registrations'],
    ['registered', 'Reminded: 80, 40 % of all registrations'],
    ['reminded', 'Confirmed after it: 30, 15 % of all registrations, 38 % of those reminded'],
    ['reminded', 'Lapsed after it: 50, 25 % of all registrations, 63 % of those reminded'],
  ])
})

test('a band leads from its part of a bar to the next bar', () => {
  const { stages } = picture({ ...none, confirmed: 1 }, { ...none, waiting: 3 })
  expect(stages.map(({ x, y, height, band }) => ({ x, y, height, band }))).toEqual([
    { x: 0, y: 0, height: 240, band: undefined },
    { x: 300, y: 0, height: 60, band: 'M10 0C155 0 155 0 300 0V60C155 60 155 60 10 60Z' },
    { x: 300, y: 70, height: 180, band: 'M10 60C155 60 155 70 300 70V250C155 250 155 240 10 240Z' },
    { x: 710, y: 70, height: 180, band: 'M310 70C510 70 510 70 710 70V250C510 250 510 250 310 250Z' },
  ])
})

test('no registrations are no picture', () => {
  expect(picture(none, none)).toEqual({ stages: [], width: 1000, height: 0 })
})

test('of any numbers, bars of a column leave each other place for their texts, and bands are as thick as what they lead to', () => {
  const count = fc.oneof(fc.constant(0), fc.nat(3), fc.nat(1_000_000))
  const ends = fc.record({ confirmed: count, withdrawn: count, undeliverable: count, lapsed: count, waiting: count })
  fc.assert(
    fc.property(ends, ends, (withoutReminder, afterReminder) => {
      const { stages, height } = picture(withoutReminder, afterReminder)
      for (const one of stages) {
        expect(one.height).toBeGreaterThanOrEqual(2)
        expect(one.y + one.height).toBeLessThanOrEqual(height + 1e-6)
        const following = stages.filter(({ from }) => from === one)
        const total = following.reduce((height, next) => height + next.height, 0)
        if (following.length > 0) expect(total).toBeCloseTo(one.height)
        const below = stages.find(({ x, y }) => x === one.x && y > one.y)
        if (below) expect(below.y - one.y).toBeGreaterThanOrEqual(Math.max(38, one.height))
      }
    }),
  )
})
