import type { Settings } from './kill-test.ts'
import { outageNames } from './outages.ts'
import { plans } from './plan.ts'
import { divide, together } from './side-by-side.ts'

const settings: Settings = {
  ...{ registrations: 10_000, seed: 1, faults: [], outages: outageNames, killEveryLines: [50, 350] },
  deployment: { stack: 'any', plan: plans.dev.first },
}

test('each local cloud has its share of the customers, with numbers and a seed of its own', () => {
  const parts = divide({ ...settings, registrations: 505 })
  expect(parts.length).toBe(8)
  let next = 0
  for (const { firstNumber, registrations } of parts) {
    expect(firstNumber).toBe(next)
    next += registrations
  }
  expect(next).toBe(505)
  expect(new Set(parts.map(({ seed }) => seed)).size).toBe(8)
  expect(divide(settings)).toEqual(divide(settings))
})

test('few customers have one local cloud', () => {
  expect(divide({ ...settings, registrations: 99 }).length).toBe(1)
  expect(divide({ ...settings, registrations: 1, outages: [] }).length).toBe(1)
})

test('each local cloud meets every outage, and not all of them the same one first', () => {
  const orders = divide(settings).map(({ outages = [] }) => outages)
  for (const order of orders) expect([...order].sort()).toEqual([...outageNames].sort())
  expect(new Set(orders.map(([first]) => first))).toEqual(new Set(outageNames))
})

test('what the local clouds found is added up', () => {
  const found = (email: string, kills: number) => ({
    ...{ customers: [], mails: [], phases: [], slackPosts: [], kills, seconds: kills, logs: [email] },
    verdict: { lost: [email], doubled: [] } as never,
  })
  expect(together([found('a', 1), found('b', 2)])).toMatchObject({
    ...{ kills: 3, seconds: 2, logs: ['a', 'b'], verdict: { lost: ['a', 'b'], doubled: [] } },
  })
})
