import type { Customers } from '../customers.ts'
import { type RegistrationEvent, register } from '../register.ts'
import { createToken } from '../token.ts'
import { registrationEvent } from './registration-event.ts'

let ids = 0

/** Stores somebody who registered just now, under an id of their own, with the token of their mail. */
export async function registerSomebody(customers: Customers, event: Partial<RegistrationEvent> = {}) {
  const customerId = `00000000-0000-4000-8000-${String(++ids).padStart(12, '0')}`
  const token = createToken(customerId)
  const registration = registrationEvent({ customerId, tokenHash: token.hash, now: Date.now(), ...event })
  await customers.change(customerId, (stored) => register(stored, registration))
  return { customerId, token: token.text, tokenHash: token.hash, traceId: registration.traceId }
}
