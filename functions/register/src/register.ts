import { setTimeout as pause } from 'node:timers/promises'
import { type ErrorName, NamedError } from '@confirmation-reminder/contracts/errors'
import type { Customer } from '@confirmation-reminder/customers/customer'
import { customerIdOf } from '@confirmation-reminder/customers/customer-id'
import type { Customers } from '@confirmation-reminder/customers/customers'
import { createToken } from '@confirmation-reminder/customers/token'
import { type Registered, recordMail, register, releaseMail } from '@confirmation-reminder/customers/transitions'
import type { Letter } from '@confirmation-reminder/mail/compose'
import type { Mailer } from '@confirmation-reminder/mail/mailer'
import { wasNotSent } from '@confirmation-reminder/mail/refusal'
import { v4 } from 'uuid'
import type { ValidRegistration } from './request.ts'
import type { Runs } from './runs.ts'

export interface Desk {
  customers: Customers
  runs: Runs
  mailer: Mailer
  namespace: string
  lifetimeSeconds: number
}

/** What became of a registration. Only `pending` means that the row is stored, the run started and the mail sent. */
export interface Outcome {
  outcome: 'pending' | 'unresolved' | 'runNotStarted' | Exclude<ErrorName, 'ContractViolation'>
  customerId: string
  traceId: string
  /** What led to an outcome other than `pending`, without personal data. */
  error?: string
}

// Whoever races another request for the same address waits for that one's mail, about as long as a person would.
const patienceMs = 4_000
const pollMs = 250

/**
 * Stores the customer, starts the run, sends the confirmation mail, in this order: the row names the run, and whoever
 * retries a registration that broke off completes it.
 */
export async function registerCustomer(desk: Desk, registration: ValidRegistration): Promise<Outcome> {
  const customerId = customerIdOf(registration.email, desk.namespace)
  const token = createToken(customerId)
  const { outcome, customer } = await claimMail(desk, registration, token.hash)
  const ids = { customerId, traceId: customer.traceId }
  if (outcome === 'unresolved') return { ...ids, outcome }

  const mine = outcome === 'claimed'
  const release = () => desk.customers.change(customerId, (stored) => releaseMail(stored, { tokenHash: token.hash }))
  if (customer.state === 'PENDING') {
    const failure = await desk.runs.start(ids).catch((error: Error) => error)
    if (failure) {
      if (mine) await release()
      return { ...ids, outcome: 'runNotStarted', error: failure.name }
    }
  }
  if (mine) {
    const refusal = await desk.mailer.send(letterTo(customer, token.text)).catch(asRefusal)
    if (refusal) {
      // What may have been sent stays claimed, so that the next minute brings no second one.
      if (wasNotSent(refusal)) await release()
      return { ...ids, outcome: refusal.name as Outcome['outcome'], error: refusal.message }
    }
    await desk.customers.change(customerId, (stored) => recordMail(stored, { tokenHash: token.hash, now: Date.now() }))
  }
  return { ...ids, outcome: 'pending' }
}

/** Claims the mail of this registration, or waits until it is known what became of somebody else's claim. */
async function claimMail(desk: Desk, registration: ValidRegistration, tokenHash: string): Promise<Registered> {
  const customerId = customerIdOf(registration.email, desk.namespace)
  const event = { ...registration, customerId, traceId: v4(), tokenHash, lifetimeSeconds: desk.lifetimeSeconds }
  const claim = (options?: { guess: 'absent' }) =>
    desk.customers.change(customerId, (stored) => register(stored, { ...event, now: Date.now() }), options)

  let registered = await claim({ guess: 'absent' })
  for (let waited = 0; registered.outcome === 'unresolved' && waited < patienceMs; waited += pollMs) {
    await pause(pollMs)
    registered = await claim()
  }
  return registered
}

function letterTo(customer: Customer, token: string): Letter {
  const { email: to, locale } = customer
  return customer.state === 'PENDING'
    ? { kind: 'confirmation', to, locale, token, expiresAt: customer.expiresAt }
    : { kind: 'alreadyConfirmed', to, locale }
}

function asRefusal(error: unknown): NamedError {
  if (error instanceof NamedError) return error
  throw error
}
