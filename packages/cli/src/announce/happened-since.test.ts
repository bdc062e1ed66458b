import type { Customer, Mail } from '@confirmation-reminder/customers/customer'
import { confirmed, mailed, registered, withdrawn } from '@confirmation-reminder/customers/test/customers'
import fc from 'fast-check'
import { happenedSince } from './happened-since.ts'

const at = registered.registeredAt
const mail = mailed.mails[0] as Mail
const reminder: Mail = { ...mail, id: 'reminder', kind: 'reminder', step: 1, claimedAt: at + 5000 }

test.each<[string, Customer, number]>([
  ['a registration', registered, at],
  // No event says that the first mail was sent.
  ['the first mail', { ...mailed, mails: [{ ...mail, sentAt: at + 9000 }] }, at],
  ['a reminder that was claimed', { ...mailed, mails: [mail, reminder] }, at],
  ['a reminder that SES rejected', { ...mailed, mails: [mail, { ...reminder, rejectedAt: at + 9000 }] }, at],
  ['a reminder that was sent', { ...mailed, mails: [mail, { ...reminder, sentAt: at + 9000 }] }, at + 9000],
  ['a confirmation', confirmed, at + 60_000],
  ['a withdrawal', withdrawn, at + 60_000],
  ['a bounce', { ...mailed, undeliverable: { reason: 'bounce', at: at + 9000 } }, at + 9000],
  [
    'a bounce after a confirmation',
    { ...confirmed, undeliverable: { reason: 'bounce', at: at + 99_000 } },
    at + 99_000,
  ],
])('the last that happened is %s', (_, customer, last) => {
  expect(happenedSince(customer, last)).toBe(true)
  expect(happenedSince(customer, last + 1)).toBe(false)
})

test('the latest of all events decides, in whatever order they came', () => {
  const moment = fc.integer({ min: 0, max: 1000 })
  const times = fc.record({ registeredAt: moment, answered: moment, bounced: moment, sent: fc.array(moment) })
  fc.assert(
    fc.property(times, moment, ({ registeredAt, answered, bounced, sent }, since) => {
      const { asked, answered: answer } = confirmed.consent
      const customer: Customer = {
        ...confirmed,
        registeredAt,
        consent: { asked, answered: { ...answer, at: answered } },
        undeliverable: { reason: 'complaint', at: bounced },
        mails: sent.map((sentAt, n) => ({ ...reminder, step: n + 1, sentAt })),
      }
      expect(happenedSince(customer, since)).toBe(Math.max(registeredAt, answered, bounced, ...sent) >= since)
    }),
  )
})

test('an item that does not say when is no customer', () => {
  const { registeredAt: _, ...timeless } = registered
  expect(() => happenedSince(timeless as Customer, 0)).toThrow('no number')
})
