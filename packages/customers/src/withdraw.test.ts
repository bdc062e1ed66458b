import { confirmed, mailed, registered, withdrawn } from './test/customers.ts'
import { registrationEvent } from './test/registration-event.ts'
import { withdraw } from './withdraw.ts'

const { now: start, traceId, customerId } = registrationEvent()
const minute = 60_000
const day = 24 * 60 * minute
const by = (tokenHash: string, after = minute) => ({ tokenHash, holdDays: 30, now: start + after })

test.each([
  ['pending', mailed],
  ['waiting for the first mail', registered],
  ['confirmed', confirmed],
])('a customer who is %s can withdraw, and their data is deleted', (_, customer) => {
  expect(withdraw(customer, by('first'))).toEqual({
    outcome: 'withdrawn',
    customer: {
      customerId,
      traceId,
      state: 'WITHDRAWN',
      withdrawnAt: start + minute,
      tokenHashes: ['first'],
      expiresAt: (start + minute + 30 * day) / 1000,
    },
  })
})

test('withdrawing again changes nothing, and does not block mails for longer', () => {
  const repeated = withdraw(withdrawn, by('first', 29 * day))
  expect(repeated.outcome).toBe('withdrawn')
  expect(repeated.customer).toBe(withdrawn)
})

test('a token that is unknown, or whose registration or tombstone lapsed, changes nothing', () => {
  expect(withdraw(undefined, by('first')).outcome).toBe('unknown')
  expect(withdraw(mailed, by('other'))).toEqual({ outcome: 'unknown', customer: mailed })
  expect(withdraw(withdrawn, by('other')).outcome).toBe('unknown')
  expect(withdraw(mailed, by('first', 4 * day))).toEqual({ outcome: 'expired', customer: mailed })
  expect(withdraw(withdrawn, by('first', 31 * day)).outcome).toBe('unknown')
})
