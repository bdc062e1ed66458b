import { setTimeout as pause } from 'node:timers/promises'
import { type ErrorName, errorNames, NamedError } from '@confirmation-reminder/contracts/errors'
import { isUnsettled, type RegisteredCustomer } from '@confirmation-reminder/customers/customer'
import { customerIdOf } from '@confirmation-reminder/customers/customer-id'
import type { Customers } from '@confirmation-reminder/customers/customers'
import { type Registered, register } from '@confirmation-reminder/customers/register'
import { release, settle } from '@confirmation-reminder/customers/settle'
import type { StageKey } from '@confirmation-reminder/customers/stage-key'
import { createToken, forLink, type Token } from '@confirmation-reminder/customers/token'
import type { Letter } from '@confirmation-reminder/mail/compose'
import type { Mailer } from '@confirmation-reminder/mail/mailer'
import { wasNotSent } from '@confirmation-reminder/mail/refusal'
import { textVersion } from '@confirmation-reminder/mail/words'
import { v4 } from 'uuid'
import type { ValidRegistration } from './request.ts'
import type { Runs } from './runs.ts'

export interface Desk {
  customers: Customers
  runs: Runs
  mailer: Mailer
  stageKey: StageKey
  lifetimeSeconds: number
}

/** What became of a registration. Only `pending` means that the row is stored, the run started and the mail sent. */
export interface Outcome {
  outcome:
    | 'pending'
    | 'unresolved'
    | 'runNotStarted'
    | Extract<ErrorName, 'MailThrottled' | 'MailQuotaExceeded' | 'MailUnavailable' | 'MailRefused'>
  customerId: string
  traceId: string
  /** What led to an outcome other than `pending`, without personal data. */
  error?: string
}

// Whoever races another request for the same address waits for that one's mail, about as long as a person would.
const patienceMs = 4_000
const pollMs = 250
// An answer that SES lost is often known from its events a moment later. The function has ten seconds in all, of which
// starting the run and SES may have taken seven.
const evidencePatienceMs = 2_000

/**
 * Stores the customer, starts the run, sends the confirmation mail, in this order: the row names the run, and whoever
 * retries a registration that broke off completes it.
 */
export async function registerCustomer(desk: Desk, registration: ValidRegistration): Promise<Outcome> {
  const customerId = await customerIdOf(desk.stageKey, registration.email)
  const token = createToken(customerId)
  const { outcome, customer } = await claimMail(desk, registration, token)
  const ids = { customerId, traceId: customer.traceId }
  // Nobody is told that this address gets no mail, but for the mail that does not come.
  if (outcome === 'heldOff') return { ...ids, outcome: 'pending' }
  if (outcome === 'unresolved') return { ...ids, outcome }

  const mine = outcome === 'claimed'
  const letGo = () => desk.customers.change(customerId, (stored) => release(stored, { claim: token.hash }))
  if (customer.state === 'PENDING') {
    const failure = await desk.runs.start(ids).catch((error: Error) => error)
    if (failure) {
      if (mine) await letGo()
      return { ...ids, outcome: 'runNotStarted', error: failure.name }
    }
  }
  if (mine) {
    const refusal = await desk.mailer.send(letterTo(customer, token)).catch(asRefusal)
    if (refusal && !(await turnedOutSent(desk, token, refusal))) {
      // What may have been sent stays claimed, so that the next minute brings no second one.
      if (wasNotSent(refusal)) await letGo()
      return { ...ids, outcome: refusal.name as Outcome['outcome'], error: refusal.message }
    }
    await desk.customers.change(customerId, (stored) =>
      settle(stored, { claim: token.hash, finding: 'accepted', at: Date.now() }),
    )
  }
  return { ...ids, outcome: 'pending' }
}

/** Where SES's answer was lost: whether its events tell, within a moment, that it accepted the mail. */
async function turnedOutSent({ customers }: Desk, token: Token, refusal: NamedError): Promise<boolean> {
  if (refusal.name !== errorNames.mailUnavailable || wasNotSent(refusal)) return false
  for (let waited = 0; waited < evidencePatienceMs; waited += pollMs) {
    await pause(pollMs)
    const customer = await customers.find(token.customerId)
    const mail = customer?.state !== 'WITHDRAWN' && customer?.mails.find(({ id }) => id === token.hash)
    if (mail && !isUnsettled(mail)) return mail.sentAt !== undefined
  }
  return false
}

/** Claims the mail of this registration, or waits until it is known what became of somebody else's claim. */
async function claimMail(desk: Desk, registration: ValidRegistration, token: Token): Promise<Registered> {
  const { customerId, hash: tokenHash } = token
  const event = {
    ...registration,
    customerId,
    traceId: v4(),
    tokenHash,
    textVersion,
    lifetimeSeconds: desk.lifetimeSeconds,
  }
  const claim = (options?: { guess: 'absent' }) =>
    desk.customers.change(customerId, (stored) => register(stored, { ...event, now: Date.now() }), options)

  let registered = await claim({ guess: 'absent' })
  for (let waited = 0; registered.outcome === 'unresolved' && waited < patienceMs; waited += pollMs) {
    await pause(pollMs)
    registered = await claim()
  }
  return registered
}

function letterTo(customer: RegisteredCustomer, token: Token & { text: string }): Letter {
  const { customerId, email: to, locale } = customer
  const letter = { customerId, to, locale, claim: token.hash }
  if (customer.state === 'CONFIRMED') return { ...letter, kind: 'alreadyConfirmed', token: token.text }
  const { expiresAt } = customer
  return { ...letter, kind: 'confirmation', token: forLink(token.text, expiresAt), expiresAt }
}

function asRefusal(error: unknown): NamedError {
  if (error instanceof NamedError) return error
  throw error
}
