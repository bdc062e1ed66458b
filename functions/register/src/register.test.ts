import type { Customer } from '@confirmation-reminder/customers/customer'
import type { Customers } from '@confirmation-reminder/customers/customers'
import { register } from '@confirmation-reminder/customers/register'
import { registrationEvent } from '@confirmation-reminder/customers/test/registration-event'
import { testKey } from '@confirmation-reminder/customers/test/stage-key'
import { type Dependencies, registerCustomer } from './register.ts'

const pause = jest.fn(async (_: number) => {})
jest.mock('node:timers/promises', () => ({ setTimeout: (ms: number) => pause(ms) }))

let stored: Customer | undefined
const change = jest.fn<Promise<unknown>, Parameters<Customers['change']>>()
beforeEach(() => {
  stored = undefined
  jest.clearAllMocks()
  change.mockReset().mockImplementation(async (_, transition) => {
    const decision = transition(stored)
    stored = decision.customer
    return decision
  })
})

const registration = { email: 'ada@example.com', guessedLocale: 'en', from: '192.0.2.1' } as const
const registering = (dependencies: Partial<Dependencies> = {}) =>
  registerCustomer(
    {
      customers: { find: async () => stored, change: change as Customers['change'] },
      runs: { start: async () => {} },
      mailer: { send: async () => {} },
      stageKey: testKey,
      lifetimeSeconds: 60,
      ...dependencies,
    },
    registration,
  )

test('a new address is guessed to be new, and read only to record that its mail was sent', async () => {
  expect(await registering()).toMatchObject({ outcome: 'pending' })
  expect(change.mock.calls.map(([, , options]) => options)).toEqual([{ guess: 'absent' }, undefined])
  expect(pause).not.toHaveBeenCalled()
})

test('a registration that races another looks for four seconds whether that has sent its mail', async () => {
  stored = register(undefined, registrationEvent({ now: Date.now() })).customer
  expect(await registering()).toMatchObject({ outcome: 'unresolved' })
  expect(pause.mock.calls).toEqual(Array(16).fill([250]))
  expect(change.mock.calls.map(([, , options]) => options)).toEqual([{ guess: 'absent' }, ...Array(16).fill(undefined)])
})

test('a registration is complete, and says so, if its mail was sent and cannot be recorded', async () => {
  const send = async () => {
    change.mockRejectedValue(new RangeError('away'))
  }
  expect(await registering({ mailer: { send } })).toMatchObject({
    outcome: 'pending',
    mail: { kind: 'confirmation' },
    error: 'The mail is not recorded yet: RangeError',
  })
})

test('an unexpected error of the mailer is thrown', async () => {
  const send = () => Promise.reject(new TypeError('unexpected'))
  await expect(registering({ mailer: { send } })).rejects.toThrow('unexpected')
})
