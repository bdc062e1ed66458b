import { type OwnMetric, ownMetrics } from '@confirmation-reminder/contracts/metrics'
import { ReminderWords } from '@confirmation-reminder/contracts/payload'
import type { RegisteredCustomer } from '@confirmation-reminder/customers/customer'
import type { Happening } from '@confirmation-reminder/customers/happenings'
import { is } from 'valibot'

/** What is added to which metrics. */
export type Counts = readonly (readonly [OwnMetric, number])[]

/** What something that happened to a customer adds to the metrics of the funnel: of several reminders, the first counts. */
export function countsOf({ type, at, customer, step }: Happening): Counts {
  if (type === 'Customer Confirmed') {
    const isAfter = customer !== undefined && wasReminded(customer, at)
    return [
      [ownMetrics.confirmedBeforeReminder, isAfter ? 0 : 1],
      [ownMetrics.confirmedAfterReminder, isAfter ? 1 : 0],
    ]
  }
  if (type === 'Customer Reminded' && customer?.mails.some((mail) => isReminderBefore(mail, step ?? 0))) return []
  return [[metrics[type], 1]]
}

const metrics: Record<Exclude<Happening['type'], 'Customer Confirmed'>, OwnMetric> = {
  'Customer Registered': ownMetrics.registered,
  'Customer Reminded': ownMetrics.reminded,
  'Customer Withdrawn': ownMetrics.withdrawn,
  'Customer Undeliverable': ownMetrics.undeliverable,
  'Registration Lapsed': ownMetrics.lapsed,
}

type Mail = RegisteredCustomer['mails'][number]

const isReminderBefore = (mail: Mail, step: number) =>
  mail.step !== undefined && mail.step < step && mail.sentAt !== undefined

/**
 * Whether a customer had got a reminder at the moment of the answer. One that was answered has arrived, even if the record that
 * it was sent is still on its way.
 */
function wasReminded(customer: RegisteredCustomer, answeredAt: number): boolean {
  if (customer.state === 'CONFIRMED' && is(ReminderWords, customer.consent.asked.kind)) return true
  return customer.mails.some(({ step, sentAt }) => step !== undefined && sentAt !== undefined && sentAt <= answeredAt)
}
