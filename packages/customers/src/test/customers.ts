import { confirm } from '../confirm.ts'
import type { Customer, PendingCustomer } from '../customer.ts'
import { register } from '../register.ts'
import { settle } from '../settle.ts'
import { withdraw } from '../withdraw.ts'
import { registrationEvent } from './registration-event.ts'

const { now } = registrationEvent()

/** A customer who registered a moment ago; the mail is claimed. */
export const registered = register(undefined, registrationEvent()).customer as PendingCustomer
/** … and SES has accepted it. */
export const mailed = settle(registered, { claim: 'first', finding: 'accepted', at: now }).customer as PendingCustomer
/** … and they confirmed a minute later. */
export const confirmed = confirm(mailed, { tokenHash: 'first', now: now + 60_000 }).customer as Customer & {
  state: 'CONFIRMED'
}
/** … or said that it was not them. */
export const withdrawn = withdraw(mailed, { tokenHash: 'first', holdDays: 30, now: now + 60_000 })
  .customer as Customer & { state: 'WITHDRAWN' }
