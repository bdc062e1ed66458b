import { type Customer, customersOf, type Kind } from './behaviours.ts'
import { dayMs, hourMs, plans } from './plan.ts'
import { Random } from './random.ts'
import { Schedule, type Step } from './schedule.ts'

const plan = plans.dev.first
const now = { plan, customerId: '' }

function scheduleOf(...of: Kind[]) {
  const random = new Random(1)
  const customers = customersOf([of.length], { of }, random)
  return { customers, schedule: new Schedule(customers, 0, random) }
}

/** Answers every step as its sender wants, one second after it, and returns what the customer did. */
function done(customer: Customer, schedule: Schedule): [does: Step['does'], hours: number][] {
  const deeds: [Step['does'], number][] = []
  while (!schedule.isDone) {
    const { at, steps } = schedule.next()
    for (const step of steps) {
      if (step.does === 'register' && !step.heldOff) customer.registrations.push({ plan, triedAt: at })
      deeds.push([step.does, Math.round(at / hourMs)])
      schedule.answered(step, { at: at + 1000 }, now)
    }
  }
  return deeds
}

test.each<[Kind, [Step['does'], number, number][]]>([
  ['never answers', [['register', 0, 0]]],
  [
    'confirms at the reminder',
    [
      ['register', 0, 0],
      ['confirm', 24, 24],
    ],
  ],
  [
    'confirms and withdraws',
    [
      ['register', 0, 0],
      ['confirm', 0, 23],
      ['withdraw', 1, 71],
    ],
  ],
  [
    'registers again after a withdrawal',
    [
      ['register', 0, 0],
      ['withdraw', 0, 23],
      ['register', 1, 71],
      ['register', 3 * 24, 6 * 24 + 1],
    ],
  ],
  [
    'registers again after the registration lapsed',
    [
      ['register', 0, 0],
      ['register', 15 * 24, 15 * 24 + 2],
    ],
  ],
])('a customer who %s', (kind, expected) => {
  const { customers, schedule } = scheduleOf(kind)
  const deeds = done(customers[0] as Customer, schedule)
  expect(deeds.map(([does]) => does)).toEqual(expected.map(([does]) => does))
  for (const [n, [, hours]] of deeds.entries()) {
    const [, from, to] = expected[n] as [string, number, number]
    expect(hours).toBeGreaterThanOrEqual(from)
    expect(hours).toBeLessThanOrEqual(to)
  }
})

test('answers are noted in the registration that they belong to', () => {
  const { customers, schedule } = scheduleOf('registers again after a withdrawal')
  done(customers[0] as Customer, schedule)
  const [first, second] = customers[0]?.registrations ?? []
  expect(first).toEqual({ plan, triedAt: 0, acknowledgedAt: 1000, withdrawnAt: expect.any(Number) })
  expect(second).toEqual({ plan, triedAt: expect.any(Number), acknowledgedAt: expect.any(Number) })
  expect(second?.triedAt).toBeGreaterThan((first?.withdrawnAt ?? 0) + plan.withdrawalHoldDays * dayMs)
})

test('a client that is refused retries ever later, and gives up after more than a day', () => {
  const { customers, schedule } = scheduleOf('confirms before the reminder')
  const tried: number[] = []
  while (!schedule.isDone) {
    const { at, steps } = schedule.next()
    tried.push(at)
    for (const step of steps) schedule.answered(step, { waitMs: 60_000 }, now)
  }
  expect(tried.slice(0, 4)).toEqual([0, 60_000, 120_000, 180_000])
  expect((tried.at(-1) ?? 0) - (tried.at(-2) ?? 0)).toBe(hourMs)
  expect(tried.at(-1)).toBeGreaterThan(dayMs)
  expect(customers[0]?.gaveUp).toBe(true)
})

test('customers are of all kinds in proportion to their shares, and those with long acts come first', () => {
  const customers = customersOf([40, 40, 40, 40, 40], {}, new Random(7))
  const count = (kind: Kind) => customers.filter((customer) => customer.kind === kind).length
  expect(customers).toHaveLength(200)
  expect(count('never answers')).toBe(52)
  expect(count('registers again after a withdrawal')).toBe(8)
  for (const { kind, registersAt } of customers) {
    if (kind.startsWith('registers again')) expect(registersAt).toBeLessThan(dayMs)
  }
  expect(new Set(customers.map(({ registersAt }) => Math.floor(registersAt / dayMs)))).toEqual(new Set([0, 2, 4, 6, 8]))
})
