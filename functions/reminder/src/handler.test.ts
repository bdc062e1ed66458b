import type { EnvironmentVariables } from '@confirmation-reminder/contracts/functions'
import type { ReminderPayload } from '@confirmation-reminder/contracts/payload'
import { type Customers, openCustomers } from '@confirmation-reminder/customers/customers'
import { registrationEvent } from '@confirmation-reminder/customers/test/registration-event'
import { startTable, tableName } from '@confirmation-reminder/customers/test/table'
import { createToken, parseToken } from '@confirmation-reminder/customers/token'
import { claimReminder, confirm, register } from '@confirmation-reminder/customers/transitions'
import { startMailbox, tokenIn } from '@confirmation-reminder/mail/test/mailbox'

const environment: EnvironmentVariables<'reminder'> = {
  CUSTOMERS_TABLE: tableName,
  PUBLIC_URL: 'https://example.com',
  MAIL_SENDER: 'hello@example.com',
  MAIL_REPLY_TO: 'help@example.com',
  MAIL_CONFIGURATION_SET: 'mails',
}

let table: Awaited<ReturnType<typeof startTable>>
let mailbox: Awaited<ReturnType<typeof startMailbox>>
let customers: Customers
let remind: (payload: unknown) => Promise<{ outcome: string }>
let log = ''

beforeAll(async () => {
  ;[table, mailbox] = await Promise.all([startTable(), startMailbox()])
  Object.assign(process.env, environment)
  customers = openCustomers(tableName)
  const { handler } = await import('./handler.ts')
  remind = (payload) => handler(payload, { awsRequestId: 'request-1' })
  jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    log += chunk
    return true
  })
})
afterAll(async () => {
  jest.restoreAllMocks()
  await Promise.all([table.stop(), mailbox.stop()])
})
beforeEach(() => {
  mailbox.mails.length = 0
})

let ids = 0
/** Somebody who registered, and the payload of their run. */
async function somebody(event: Partial<ReturnType<typeof registrationEvent>> = {}): Promise<ReminderPayload> {
  const customerId = `00000000-0000-4000-8000-${String(++ids).padStart(12, '0')}`
  const registration = registrationEvent({ customerId, now: Date.now(), ...event })
  await customers.change(customerId, (stored) => register(stored, registration))
  return { customerId, traceId: registration.traceId }
}
const confirmWith = (customerId: string, tokenHash: string) =>
  customers.change(customerId, (stored) => confirm(stored, { tokenHash, now: Date.now() }))

test('whoever has not confirmed gets the reminder, and its link confirms', async () => {
  const payload = await somebody({ locale: 'de', email: 'ada@example.com' })
  expect(await remind(payload)).toEqual({ outcome: 'sent' })
  expect(mailbox.mails).toHaveLength(1)
  const [mail] = mailbox.mails
  expect(mail).toMatchObject({ to: 'ada@example.com', subject: expect.stringContaining('Erinnerung') })
  const token = parseToken(tokenIn(mail ?? { text: '' }))
  expect((await confirmWith(payload.customerId, token?.hash ?? '')).outcome).toBe('confirmed')
})

test('the link of the first mail still works after the reminder', async () => {
  const payload = await somebody({ tokenHash: 'of the first mail' })
  await remind(payload)
  expect((await confirmWith(payload.customerId, 'of the first mail')).outcome).toBe('confirmed')
})

test('a second attempt of the run sends nothing', async () => {
  const payload = await somebody()
  await remind(payload)
  expect(await remind(payload)).toEqual({ outcome: 'alreadySent' })
  expect(mailbox.mails).toHaveLength(1)
})

test('whoever confirmed gets none', async () => {
  const payload = await somebody()
  await confirmWith(payload.customerId, 'first')
  expect(await remind(payload)).toEqual({ outcome: 'alreadyConfirmed' })
  expect(mailbox.mails).toEqual([])
})

test('whoever is gone, lapsed or registered anew gets none from this run', async () => {
  const lapsed = await somebody({ lifetimeSeconds: 60, now: Date.now() - 60_000 })
  const { customerId, traceId } = await somebody()
  expect(await remind(lapsed)).toEqual({ outcome: 'expired' })
  expect(await remind({ customerId, traceId: '00000000-0000-4000-9000-000000000000' })).toEqual({
    outcome: 'superseded',
  })
  expect(await remind({ customerId: '00000000-0000-4000-9000-000000000000', traceId })).toEqual({ outcome: 'gone' })
  expect(mailbox.mails).toEqual([])
})

test.each([
  ['Throttling', 'Maximum sending rate exceeded.', 'MailThrottled'],
  ['Throttling', 'Daily message quota exceeded.', 'MailQuotaExceeded'],
  ['MessageRejected', 'Email address is not verified: ada@example.com', 'MailRefused'],
])(
  'a refusal by SES (%s: %s) fails by name, leaves no trace, and the next attempt sends',
  async (code, message, name) => {
    const payload = await somebody()
    const before = await customers.find(payload.customerId)
    mailbox.faults.push({ code, message })
    await expect(remind(payload)).rejects.toMatchObject({ name })
    expect(await customers.find(payload.customerId)).toEqual(before)
    expect(await remind(payload)).toEqual({ outcome: 'sent' })
    expect(mailbox.mails).toHaveLength(1)
  },
)

test('an answer that SES lost fails by name and keeps the claim, whose link may have arrived', async () => {
  const payload = await somebody()
  mailbox.faults.push('lostAnswer')
  await expect(remind(payload)).rejects.toMatchObject({ name: 'MailUnavailable' })
  const customer = await customers.find(payload.customerId)
  expect(customer?.reminder).toEqual({ id: customer?.tokenHashes[1], claimedAt: expect.any(Number) })
})

test('an attempt that died after its claim is not the end: the next one sends', async () => {
  const payload = await somebody()
  const { hash: tokenHash } = createToken(payload.customerId)
  const claim = { traceId: payload.traceId, tokenHash, now: Date.now() - 30_000 }
  await customers.change(payload.customerId, (stored) => claimReminder(stored, claim))
  expect(await remind(payload)).toEqual({ outcome: 'sent' })
})

test.each([
  ['nothing', undefined, 'the payload itself'],
  ['a text', 'ada@example.com', 'the payload itself'],
  ['no traceId', { customerId: '00000000-0000-4000-8000-000000000001' }, 'traceId'],
  ['an address in place of an id', { customerId: 'ada@example.com', traceId: 'x' }, 'customerId, traceId'],
])('a payload that breaks the contract (%s) fails by name and is not quoted', async (_, payload, fields) => {
  const error: Error = await remind(payload).then(
    () => new Error('nothing was thrown'),
    (thrown) => thrown,
  )
  expect(error.name).toBe('ContractViolation')
  expect(error.message).toContain(`in: ${fields}.`)
  expect(error.message).not.toContain('ada')
})

test('the log names the run and the outcome, and nobody', async () => {
  const payload = await somebody({ email: 'secret.person@example.com' })
  log = ''
  mailbox.faults.push({ code: 'MessageRejected', message: 'not verified: secret.person@example.com' })
  await remind(payload).catch(() => undefined)
  await remind(payload)
  const lines = log
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(lines).toHaveLength(4)
  for (const line of lines) expect(line).toMatchObject({ function: 'reminder', ...payload })
  expect(lines[1]).toMatchObject({ level: 'error', error: 'MailRefused' })
  expect(lines[3]).toMatchObject({ level: 'info', outcome: 'sent', duration: expect.any(Number) })
  expect(log).not.toContain('@')
  expect(log).not.toContain(tokenIn(mailbox.mails[0] ?? { text: '' }).split('.')[1])
})

test('missing variables stop the cold start and are named', async () => {
  delete process.env.MAIL_SENDER
  delete process.env.PUBLIC_URL
  await jest.isolateModulesAsync(async () => {
    await expect(import('./handler.ts')).rejects.toThrow(/reminder.*PUBLIC_URL is missing, MAIL_SENDER is missing/)
  })
})
