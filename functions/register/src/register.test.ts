import { NamedError } from '@confirmation-reminder/contracts/errors'
import type { Customer, PendingCustomer, RegisteredCustomer } from '@confirmation-reminder/customers/customer'
import type { Customers } from '@confirmation-reminder/customers/customers'
import { register } from '@confirmation-reminder/customers/register'
import { registrationEvent } from '@confirmation-reminder/customers/test/registration-event'
import { testKey } from '@confirmation-reminder/customers/test/stage-key'
import { parseToken } from '@confirmation-reminder/customers/token'
import type { MailToSend } from '@confirmation-reminder/mail/compose'
import { type Outcome, registerCustomer } from './register.ts'
import type { ValidRegistration } from './request.ts'

const pause = jest.fn(async (_: number) => {})
jest.mock('node:timers/promises', () => ({ setTimeout: (ms: number) => pause(ms) }))

let stored: Customer | undefined
const change = jest.fn<Promise<unknown>, Parameters<Customers['change']>>()
beforeEach(() => {
  stored = undefined
  pause.mockClear()
  runs.start.mockReset().mockResolvedValue()
  mailer.send.mockReset().mockResolvedValue()
  change.mockReset().mockImplementation(async (_, transition) => {
    const decision = transition(stored)
    stored = decision.customer
    return decision
  })
})

const runs = { start: jest.fn<Promise<void>, [object]>() }
const mailer = { send: jest.fn<Promise<void>, [MailToSend]>() }
const registration = { email: 'ada@example.com', guessedLocale: 'en', from: '192.0.2.1' } as const
const registering = (more: Partial<ValidRegistration> = {}) => {
  const customers = { find: async () => stored, change: change as Customers['change'] }
  const dependencies = { customers, runs, mailer, stageKey: testKey, lifetimeSeconds: 60 }
  return registerCustomer(dependencies, { ...registration, ...more })
}
const mails = () => (stored as RegisteredCustomer).mails

test('a new customer is stored, gets a run and a mail, and both have the names of the row', async () => {
  const outcome = await registering({ locale: 'de' })
  const { customerId, traceId } = stored as RegisteredCustomer
  const [mail] = mails()
  expect(stored).toMatchObject({ email: 'ada@example.com', locale: 'de', registeredFrom: '192.0.2.1' })
  expect(outcome).toEqual({ customerId, traceId, outcome: 'pending', mail: { ...mail, sentAt: undefined } })
  expect(mail).toHaveProperty('sentAt')
  expect(runs.start.mock.calls).toEqual([[{ customerId, traceId }]])
  const { expiresAt } = stored as PendingCustomer
  const link = { claim: mail?.id, token: expect.any(String), expiresAt }
  const sent = { kind: 'confirmation', customerId, to: 'ada@example.com', locale: 'de', ...link }
  expect(mailer.send.mock.calls).toEqual([[sent]])
  expect(parseToken(mailer.send.mock.calls[0]?.[0].token ?? '')).toEqual({ customerId, hash: mail?.id, expiresAt })
})

test('a confirmed customer gets a mail that says so, and the log names that mail', async () => {
  await registering()
  stored = { ...(stored as RegisteredCustomer), state: 'CONFIRMED' } as Customer
  const { mail } = await registering()
  expect(mailer.send.mock.lastCall).toMatchObject([{ kind: 'alreadyConfirmed', to: 'ada@example.com', locale: 'en' }])
  expect(mailer.send.mock.lastCall?.[0]).not.toHaveProperty('expiresAt')
  expect(mail).toMatchObject({ id: mails()[1]?.id, kind: 'alreadyConfirmed' })
})

test.each(['en', 'de', undefined] as const)(
  'a mail that must not be sent goes to the simulator in the language %s, and is not logged',
  async (locale) => {
    await registering()
    const before = stored
    const outcome = await registering({ ...(locale && { locale }), guessedLocale: 'de' })
    expect(outcome).toEqual({ customerId: before?.customerId, traceId: before?.traceId, outcome: 'pending' })
    const to = 'success@simulator.amazonses.com'
    const sent = { kind: 'confirmation', customerId: before?.customerId, to, locale: locale ?? 'de' }
    const [mail] = mailer.send.mock.lastCall ?? []
    expect(mail).toEqual({
      ...sent,
      claim: expect.any(String),
      token: expect.any(String),
      expiresAt: expect.any(Number),
    })
    expect(parseToken(mail?.token ?? '')).toMatchObject({
      hash: mail?.claim,
      expiresAt: mail && 'expiresAt' in mail && mail.expiresAt,
    })
    expect(runs.start).toHaveBeenCalledTimes(2)
    expect(stored).toBe(before)
    // To claim and to record the first mail, and to see that no other is to be sent.
    expect(change).toHaveBeenCalledTimes(3)
  },
)

test.each([
  [
    'Step Functions',
    () => runs.start.mockRejectedValueOnce(new RangeError('busy')),
    'runNotStarted',
    'RangeError: busy',
  ],
  ['SES', () => mailer.send.mockRejectedValueOnce(new NamedError('MailThrottled', 'busy')), 'MailThrottled', 'busy'],
])('if %s refuses, the claim is released', async (_, fail, outcome, error) => {
  fail()
  const { customerId, traceId } = (await registering()) as Outcome
  expect(mails()).toEqual([])
  fail()
  expect(await registering()).toEqual({ customerId, traceId, outcome, error })
})

test('if it is unknown whether SES accepted the mail, the claim stays', async () => {
  mailer.send.mockRejectedValueOnce(new NamedError('MailUnavailable', 'no response'))
  expect(await registering()).toMatchObject({ outcome: 'MailUnavailable', error: 'no response' })
  expect(mails()).toHaveLength(1)
})

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
  mailer.send.mockImplementationOnce(async () => {
    change.mockRejectedValue(new RangeError('away'))
  })
  expect(await registering()).toMatchObject({
    outcome: 'pending',
    mail: { kind: 'confirmation' },
    error: 'The mail is not recorded yet: RangeError: away',
  })
})

test('what AWS refuses is named with its action and resource, without an address', async () => {
  const denied = Object.assign(
    new Error(`User: arn is not authorized to perform: a:B on resource: c, ada@example.com`),
    {
      name: 'AccessDeniedException',
    },
  )
  const told = 'AccessDeniedException: User: arn is not authorized to perform: a:B on resource: c, [address]'
  runs.start.mockRejectedValueOnce(denied)
  expect(await registering()).toMatchObject({ outcome: 'runNotStarted', error: told })
  mailer.send.mockImplementationOnce(async () => {
    change.mockRejectedValue(denied)
  })
  expect(await registering()).toMatchObject({ error: `The mail is not recorded yet: ${told}` })
})

test('an unexpected error of the mailer is thrown', async () => {
  mailer.send.mockRejectedValueOnce(new TypeError('unexpected'))
  await expect(registering()).rejects.toThrow('unexpected')
})
