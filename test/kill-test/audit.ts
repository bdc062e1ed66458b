import type { Mail, SlackPost } from '../local-cloud.ts'
import type { Customer } from './customer.ts'

/** A run that ended other than well. */
export interface FailedRun {
  /** `<customerId>_<traceId>` */
  name: string
  status: string
  error: string
  /** When it ended: milliseconds since 1970, by the virtual clock. */
  stoppedAt: number
}

/** What the mailbox shows against what the customers were told. All of it by address. */
export interface Verdict {
  /** Acknowledged, and a mail that was due never came, though its run has not failed. */
  lost: string[]
  /** The same reminder twice, or a second confirmation mail that nobody can have asked for. */
  doubled: string[]
  /** Reminded after the confirmation had been acknowledged. */
  afterConfirmation: string[]
  /** Runs that could not decide, each by its name and error. */
  unresolved: FailedRun[]
  /** Those of them of which the Slack channel has not heard. */
  unreported: FailedRun[]
  /** Never acknowledged, however often they tried. */
  unacknowledged: string[]
}

const hour = 3_600_000
// The reminder is due after a day; whatever breaks, retries and evidence bring it within these hours.
const remindedWithinMs = 30 * hour
// Who asks again after a minute gets a second confirmation mail; the minute counts from the claim, a moment before the mail.
const askedAgainMs = 55_000

/** Only reminders come unasked, and so offer to stop them. */
export const isReminder = ({ headers }: Pick<Mail, 'headers'>) => 'List-Unsubscribe' in headers

/** Holds the mailbox against the customers. A pure function, so that what it finds can itself be tested. */
export function audit(
  customers: Customer[],
  mails: Pick<Mail, 'to' | 'at' | 'headers' | 'text'>[],
  failed: FailedRun[],
  posts: Pick<SlackPost, 'at' | 'title' | 'dropped'>[],
): Verdict {
  const byAddress = new Map<string, typeof mails>()
  for (const mail of mails) for (const to of mail.to) byAddress.set(to, [...(byAddress.get(to) ?? []), mail])
  const failedCustomers = new Set(failed.map(({ name }) => name.split('_', 1)[0]))

  const those = (finds: (customer: Customer, reminders: number[], others: number[], failed: boolean) => boolean) =>
    customers
      .filter((customer) => {
        const all = byAddress.get(customer.email) ?? []
        const at = (wanted: boolean) =>
          all.filter((mail) => isReminder(mail) === wanted).map(({ at }) => Date.parse(at))
        const hasFailed = all.some(({ text }) => failedCustomers.has(customerIdIn(text)))
        return finds(customer, at(true), at(false), hasFailed)
      })
      .map(({ email }) => email)

  return {
    lost: those(({ acknowledgedAt, confirmedAt = Infinity }, reminders, others, hasFailed) => {
      if (acknowledgedAt === undefined) return false
      const due = confirmedAt - acknowledgedAt > remindedWithinMs
      return others.length === 0 || (due && reminders.length === 0 && !hasFailed)
    }),
    doubled: those((_, reminders, others) => {
      const again = others.some((at, n) => n > 0 && at - (others[n - 1] ?? 0) < askedAgainMs)
      return reminders.length > 1 || again
    }),
    afterConfirmation: those(({ confirmedAt = Infinity }, reminders) => reminders.some((at) => at > confirmedAt)),
    unresolved: failed,
    unreported: failed.filter((run) => !posts.some((post) => tellsOf(post, run))),
    unacknowledged: those(({ acknowledgedAt }) => acknowledgedAt === undefined),
  }
}

// Failures of the same error are told of together, in windows of this length, and a post may be tried for some minutes.
const windowMs = 15 * 60_000
const postedWithinMs = 10 * 60_000

/** Whether a post tells of a failed run: by its error, in its window. */
function tellsOf({ at, title, dropped }: Pick<SlackPost, 'at' | 'title' | 'dropped'>, run: FailedRun): boolean {
  const laterMs = Date.parse(at) - run.stoppedAt
  const error = run.error || run.status
  return dropped === null && title.includes(`failed: ${error}`) && laterMs > -windowMs && laterMs < postedWithinMs
}

/** The customer in the link of a mail. */
function customerIdIn(text: string): string {
  return /token=([0-9a-f-]{36})\./.exec(text)?.[1] ?? ''
}

/** Whether all is well. Runs that failed by name are accounted for, where somebody has heard of them. */
export function isWell({ lost, doubled, afterConfirmation, unreported, unacknowledged }: Verdict): boolean {
  return [lost, doubled, afterConfirmation, unreported, unacknowledged].every(({ length }) => length === 0)
}
