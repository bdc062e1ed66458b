import { setTimeout as pause } from 'node:timers/promises'
import { type ErrorName, NamedError } from '@confirmation-reminder/contracts/errors'
import type { LoggedMail } from '@confirmation-reminder/contracts/logged-mail'
import type { RegisteredCustomer } from '@confirmation-reminder/customers/customer'
import { customerIdOf } from '@confirmation-reminder/customers/customer-id'
import type { Customers } from '@confirmation-reminder/customers/customers'
import { type Registered, register } from '@confirmation-reminder/customers/register'
import { release, settle } from '@confirmation-reminder/customers/settle'
import type { StageKey } from '@confirmation-reminder/customers/stage-key'
import { createToken, forLink, type Token } from '@confirmation-reminder/customers/token'
import { scrub } from '@confirmation-reminder/handler/scrub'
import type { MailToSend } from '@confirmation-reminder/mail/compose'
import type { Mailer } from '@confirmation-reminder/mail/mailer'
import { wasNotSent } from '@confirmation-reminder/mail/refusal'
import { textVersion } from '@confirmation-reminder/mail/text-version'
import { v4 } from 'uuid'
import type { ValidRegistration } from './request.ts'
import type { Runs } from './runs.ts'

export interface Dependencies {
  customers: Customers
  runs: Runs
  mailer: Mailer
  stageKey: StageKey
  lifetimeSeconds: number
}

/** The outcome of a registration. Only `pending` means that the row is stored, the run started and the mail sent. */
export interface Outcome {
  outcome: 'pending' | 'unresolved' | 'runNotStarted' | Extract<ErrorName, `Mail${string}`>
  customerId: string
  traceId: string
  /** What led to an outcome other than `pending`, without personal data. */
  error?: string
  /** The mail that was sent to the customer, for the log. */
  mail?: LoggedMail
}

// A request that races another for the same address waits for that one's mail, about as long as a person would.
const patienceMs = 4_000
const pollMs = 250

/**
 * Receives the mail that stands in for one that must not be sent: the address of SES's mailbox simulator that accepts
 * every mail and keeps none.
 */
const simulator = 'success@simulator.amazonses.com'

/**
 * Stores the customer, starts the run, sends the confirmation mail, in this order: the row names the run, and a
 * retry completes a registration that broke off. Every address costs the same calls, so that neither their time
 * nor an error of Step Functions or SES shows whether it was known: a run that was started before is started again,
 * which changes nothing, and a mail that must not be sent goes to SES's mailbox simulator.
 */
export async function registerCustomer(dependencies: Dependencies, registration: ValidRegistration): Promise<Outcome> {
  const customerId = await customerIdOf(dependencies.stageKey, registration.email)
  const token = createToken(customerId)
  const { outcome, customer } = await claimMail(dependencies, registration, token)
  const ids = { customerId, traceId: customer.traceId }
  if (outcome === 'unresolved') return { ...ids, outcome }

  const mine = outcome === 'claimed'
  // Releases nothing if the mail is not this request's to send.
  const letGo = () => dependencies.customers.change(customerId, (stored) => release(stored, { claim: token.hash }))
  const failure = await dependencies.runs.start(ids).catch((error: Error) => error)
  if (failure) {
    await letGo()
    return { ...ids, outcome: 'runNotStarted', error: scrub(String(failure)) }
  }
  const mail = mine ? mailTo(customer, token) : standIn(registration, token)
  const refusal = await dependencies.mailer.send(mail).catch(asRefusal)
  if (refusal) {
    // What may have been sent stays claimed, so that the next minute brings no second one.
    if (wasNotSent(refusal)) await letGo()
    return { ...ids, outcome: refusal.name as Outcome['outcome'], error: refusal.message }
  }
  if (!mine) return { ...ids, outcome: 'pending' }
  const sent = customer.mails.find(({ id }) => id === token.hash)
  return { ...ids, outcome: 'pending', ...(sent && { mail: sent }), ...(await record(dependencies, token)) }
}

/** Records that the mail was sent. If that fails, SES's events record it, and the registration is complete all the same. */
async function record({ customers }: Dependencies, { customerId, hash: claim }: Token): Promise<{ error?: string }> {
  const sent = { claim, finding: 'accepted', at: Date.now() } as const
  try {
    await customers.change(customerId, (stored) => settle(stored, sent))
    return {}
  } catch (error) {
    return { error: `The mail is not recorded yet: ${scrub(String(error))}` }
  }
}

/** Claims the mail of this registration, or waits until the outcome of another request's claim is known. */
async function claimMail(
  dependencies: Dependencies,
  registration: ValidRegistration,
  token: Token,
): Promise<Registered> {
  const { customerId, hash: tokenHash } = token
  const event = {
    ...registration,
    customerId,
    traceId: v4(),
    tokenHash,
    textVersion,
    lifetimeSeconds: dependencies.lifetimeSeconds,
  }
  const claim = (options?: { guess: 'absent' }) =>
    dependencies.customers.change(customerId, (stored) => register(stored, { ...event, now: Date.now() }), options)

  let registered = await claim({ guess: 'absent' })
  for (let waited = 0; registered.outcome === 'unresolved' && waited < patienceMs; waited += pollMs) {
    await pause(pollMs)
    registered = await claim()
  }
  return registered
}

function mailTo(customer: RegisteredCustomer, token: Token & { text: string }): MailToSend {
  const { customerId, email: to, locale } = customer
  const mail = { customerId, to, locale, claim: token.hash }
  if (customer.state === 'CONFIRMED') return { ...mail, kind: 'alreadyConfirmed', token: token.text }
  const { expiresAt } = customer
  return { ...mail, kind: 'confirmation', token: forLink(token.text, expiresAt), expiresAt }
}

/** A confirmation mail to the simulator, with a token that is stored nowhere. */
function standIn({ locale, guessedLocale }: ValidRegistration, token: Token & { text: string }): MailToSend {
  const { customerId, hash: claim } = token
  const expiresAt = Math.ceil(Date.now() / 1000)
  const link = { token: forLink(token.text, expiresAt), claim, expiresAt }
  return { kind: 'confirmation', customerId, to: simulator, locale: locale ?? guessedLocale, ...link }
}

function asRefusal(error: unknown): NamedError {
  if (error instanceof NamedError) return error
  throw error
}
