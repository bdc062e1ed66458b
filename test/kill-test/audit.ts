import { createHash } from 'node:crypto'
import { attemptSeconds } from '@confirmation-reminder/contracts/sending'
import { type Mail, type SlackPost, tokenIn } from '../local-cloud.ts'
import type { Customer } from './customer.ts'

/** A run that did not succeed. */
export interface FailedRun {
  /** `<customerId>_<traceId>` */
  name: string
  status: string
  error: string
  /** When it ended: milliseconds since 1970, by the virtual clock. */
  stoppedAt: number
}

/**
 * When each mail was claimed, as the customers' table records it: milliseconds since 1970 by the virtual clock, under
 * the id of the claim.
 */
export type Claims = ReadonlyMap<string, number>

/** What the audit found, by address. */
export interface Verdict {
  /** Acknowledged, but a mail that was due is missing, and its run has not failed. */
  lost: string[]
  /** The same reminder twice, or a second confirmation mail that no registration can have asked for. */
  doubled: string[]
  /** Reminded after the confirmation was acknowledged, by a mail that SES accepted within `attemptSeconds` of its claim. */
  afterConfirmation: string[]
  /** The same by a mail that SES accepted later. No design prevents that: for so long the confirmation had waited. */
  beyondPatience: string[]
  /** Runs that could not decide, each with its name and error. */
  unresolved: FailedRun[]
  /** Runs of `unresolved` that no post in Slack reports. */
  unreported: FailedRun[]
  /** Never acknowledged, in spite of every retry. */
  unacknowledged: string[]
}

const hour = 3_600_000
// The reminder is due after a day. Retries, and seven hours for each of three claims whose mail was never sent, delay it.
const remindedWithinMs = 46 * hour
// A registration that is repeated gets a second confirmation mail when the first was claimed at least this long ago.
// The claims count and not the mails: a mail leaves up to ten seconds after its claim.
const pauseBetweenClaimsMs = 60_000

/** Only reminders come unasked, so only they carry a header to unsubscribe. */
export const isReminder = ({ headers }: Pick<Mail, 'headers'>) => 'List-Unsubscribe' in headers

/**
 * Compares the mails sent with every acknowledged registration. A pure function of what the system promised and
 * recorded, so that it can be tested itself, and so that the verdict is the same on a slow machine.
 */
export function audit(
  customers: Customer[],
  mails: Pick<Mail, 'to' | 'at' | 'headers' | 'text'>[],
  claims: Claims,
  failed: FailedRun[],
  posts: Pick<SlackPost, 'at' | 'title' | 'dropped'>[],
): Verdict {
  const byAddress = new Map<string, typeof mails>()
  for (const mail of mails) for (const to of mail.to) byAddress.set(to, [...(byAddress.get(to) ?? []), mail])
  const failedCustomers = new Set(failed.map(({ name }) => name.split('_', 1)[0]))

  const emailsOf = (finds: (customer: Customer, reminders: typeof mails, others: typeof mails) => boolean) =>
    customers
      .filter((customer) => {
        const all = byAddress.get(customer.email) ?? []
        return finds(
          customer,
          all.filter(isReminder),
          all.filter((mail) => !isReminder(mail)),
        )
      })
      .map(({ email }) => email)
  const hasFailed = (mail: { text: string }) => failedCustomers.has(tokenPartsIn(mail)[0])

  return {
    lost: emailsOf(({ acknowledgedAt, confirmedAt = Infinity }, reminders, others) => {
      if (acknowledgedAt === undefined) return false
      const due = confirmedAt - acknowledgedAt > remindedWithinMs
      return others.length === 0 || (due && reminders.length === 0 && !others.some(hasFailed))
    }),
    doubled: emailsOf((_, reminders, others) => reminders.length > 1 || !areAskedFor(others, claims)),
    afterConfirmation: emailsOf(({ confirmedAt = Infinity }, reminders) =>
      reminders.some((mail) => Date.parse(mail.at) > confirmedAt && !isBeyondPatience(mail, claims)),
    ),
    beyondPatience: emailsOf(({ confirmedAt = Infinity }, reminders) =>
      reminders.some((mail) => Date.parse(mail.at) > confirmedAt && isBeyondPatience(mail, claims)),
    ),
    unresolved: failed,
    unreported: failed.filter((run) => !posts.some((post) => reports(post, run))),
    unacknowledged: emailsOf(({ acknowledgedAt }) => acknowledgedAt === undefined),
  }
}

/**
 * Whether a registration can have asked for each of these confirmation mails. One that is alone always was; of several,
 * each needs a claim of its own, a minute or more after the claim before it.
 */
function areAskedFor(mails: { text: string }[], claims: Claims): boolean {
  if (mails.length < 2) return true
  const claimedAt = mails.flatMap((mail) => claims.get(claimIn(mail)) ?? []).sort((a, b) => a - b)
  if (claimedAt.length < mails.length) return false
  return claimedAt.every((at, n) => n === 0 || at - (claimedAt[n - 1] ?? at) >= pauseBetweenClaimsMs)
}

/** Whether SES accepted a reminder so long after its claim that a confirmation no longer waited for it. */
function isBeyondPatience(mail: { at: string; text: string }, claims: Claims): boolean {
  return Date.parse(mail.at) - (claims.get(claimIn(mail)) ?? Infinity) > attemptSeconds * 1000
}

/** The customerId and the secret in the link of a mail. */
const tokenPartsIn = (mail: { text: string }) => tokenIn(mail).split('.', 2)

/** The id of the claim that a mail was sent for: the hash of its token. It stands in the mail's tags, too. */
export function claimIn(mail: { text: string }): string {
  return createHash('sha256').update(tokenPartsIn(mail).join('.')).digest('base64url')
}

// The posts count failures with the same error together, in windows of this length, and a post is retried for minutes.
const windowMs = 15 * 60_000
const postedWithinMs = 10 * 60_000

/** Whether a post reports a failed run: by its error, in its window. */
function reports({ at, title, dropped }: Pick<SlackPost, 'at' | 'title' | 'dropped'>, run: FailedRun): boolean {
  const laterMs = Date.parse(at) - run.stoppedAt
  const error = run.error || run.status
  return dropped === null && title.includes(`failed: ${error}`) && laterMs > -windowMs && laterMs < postedWithinMs
}

/** Whether nothing is wrong. A run that failed is accounted for if a post reports it. */
export function isWell({ lost, doubled, afterConfirmation, unreported, unacknowledged }: Verdict): boolean {
  return [lost, doubled, afterConfirmation, unreported, unacknowledged].every(({ length }) => length === 0)
}
