import { claimReminder } from './claim-reminder.ts'
import { confirm } from './confirm.ts'
import { register } from './register.ts'
import { confirmed, mailed, withdrawn } from './test/customers.ts'
import { registrationEvent } from './test/registration-event.ts'
import { reminderEvent } from './test/reminder-event.ts'

const { now: start, textVersion } = registrationEvent()
const minute = 60_000
const day = 24 * 60 * minute

test('confirming works by the token of any mail, and lasts', () => {
  const { customer } = register(mailed, registrationEvent({ now: start + minute, tokenHash: 'second' }))
  for (const tokenHash of ['first', 'second']) {
    const { outcome, customer: after } = confirm(customer, { tokenHash, now: start + 2 * minute })
    expect(outcome).toBe('confirmed')
    expect(after).toMatchObject({ state: 'CONFIRMED', email: 'ada@example.com' })
    expect(after).not.toHaveProperty('expiresAt')
  }
})

test('confirming stores the question and the answer: which words, when, from where and how', () => {
  const event = { tokenHash: 'first', now: start + minute, from: '192.0.2.7', by: 'touch' } as const
  expect(confirm(mailed, event).customer).toMatchObject({
    consent: {
      asked: { kind: 'confirmation', textVersion, locale: 'en', at: start },
      answered: { answer: 'confirmed', at: start + minute, from: '192.0.2.7', by: 'touch' },
    },
  })
  const reminded = claimReminder(mailed, reminderEvent({ words: 'lastReminder', textVersion: '2027-01-01' })).customer
  expect(confirm(reminded, { tokenHash: 'reminder', now: start + 2 * day }).customer).toMatchObject({
    consent: { asked: { kind: 'lastReminder', textVersion: '2027-01-01', at: start + day } },
  })
})

test('confirming again changes nothing, however late', () => {
  const repeated = confirm(confirmed, { tokenHash: 'first', now: start + 1000 * day })
  expect(repeated.outcome).toBe('confirmed')
  expect(repeated.customer).toBe(confirmed)
})

test('confirming by an unknown token or too late is refused', () => {
  expect(confirm(mailed, { tokenHash: 'other', now: start }).outcome).toBe('unknown')
  expect(confirm(undefined, { tokenHash: 'first', now: start }).outcome).toBe('unknown')
  const late = confirm(mailed, { tokenHash: 'first', now: start + 4 * day })
  expect(late.outcome).toBe('expired')
  expect(late.customer).toBe(mailed)
})

test('confirming a withdrawn registration is refused, and after the tombstone the token is unknown', () => {
  expect(confirm(withdrawn, { tokenHash: 'first', now: start + 2 * minute })).toEqual({
    outcome: 'withdrawn',
    customer: withdrawn,
  })
  expect(confirm(withdrawn, { tokenHash: 'other', now: start + 2 * minute }).outcome).toBe('unknown')
  expect(confirm(withdrawn, { tokenHash: 'first', now: start + 31 * day }).outcome).toBe('unknown')
})
