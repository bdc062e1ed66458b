import { setTimeout as pause } from 'node:timers/promises'
import { departuresMs } from '@confirmation-reminder/contracts/departures'
import fc from 'fast-check'
import { atDeparture, untilDepartureMs } from './departure.ts'

test('the response leaves with the next departure, independent of how long the work takes', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 8_000, noNaN: true }), (tookMs) => {
      const left = tookMs + untilDepartureMs(tookMs)
      expect(departuresMs).toContain(Math.floor(left))
      expect(departuresMs.some((ms) => ms >= tookMs && ms < Math.floor(left))).toBe(false)
    }),
  )
})

test('work that ends at a departure leaves with it', () => {
  expect(departuresMs.map(untilDepartureMs)).toEqual(departuresMs.map(() => 0))
})

test('work that takes longer than the last departure does not wait', () => {
  expect(untilDepartureMs(8_001.5)).toBe(0)
})

test.each([
  ['a value', async () => 'done', { status: 'fulfilled', value: 'done' }],
  ['an error', () => Promise.reject('no'), { status: 'rejected', reason: 'no' }],
])('%s leaves no sooner than the response to work that took longer', async (_, work, ended) => {
  const order: string[] = []
  const slow = pause(250).then(() => order.push('slow'))
  const [left] = await Promise.allSettled([
    atDeparture(work as () => Promise<string>).finally(() => order.push('answer')),
    slow,
  ])
  expect(left).toEqual(ended)
  expect(order).toEqual(['slow', 'answer'])
})
