import { createHash } from 'node:crypto'
import type { CustomerEvent } from '@confirmation-reminder/contracts/customer-event'
import { attemptSeconds } from '@confirmation-reminder/contracts/sending'
import { type Mail, tokenIn } from '../local-cloud.ts'
import { isInvented, isUnannounced, type Known } from './announced.ts'
import { type Behaviour, behaviours, type Customer, type Registration } from './behaviours.ts'
import { type FailedRun, type Interval, isExplained, isReported, type Post } from './failed-runs.ts'
import type { Phase } from './faults.ts'
import { hourMs, isQuiet, latestReminderMs, type Plan } from './plan.ts'

export type AuditedMail = Pick<Mail, 'to' | 'at' | 'subject' | 'headers' | 'text'>

/** What the system recorded. Moments are milliseconds since 1970, by the virtual clock. */
export interface Records {
  mails: readonly AuditedMail[]
  /** When each mail was claimed, under the id of the claim. */
  claims: ReadonlyMap<string, number>
  /** When the runs of customers who withdrew invoked their task: their claims are deleted with them. */
  attempts: ReadonlyMap<string, readonly number[]>
  failed: readonly FailedRun[]
  posts: readonly Post[]
  phases: readonly Phase[]
  outages: readonly Interval[]
  /** From when on which settings were deployed, in order. */
  deployments: readonly { from: number; plan: Plan }[]
  /** What another system heard on the event bus, with all repetitions. */
  events: readonly CustomerEvent[]
  /** What `personalDataIn` found in the logs. */
  personalData: readonly string[]
}

/** What the audit found: addresses, unless it says otherwise. */
export interface Verdict {
  /** Acknowledged, but a mail that was due is missing, and its run has not failed. */
  lost: string[]
  /** The same reminder twice, or a second confirmation mail that no registration can have asked for. */
  doubled: string[]
  /** Reminded after the confirmation was acknowledged, by a mail that SES accepted within `attemptSeconds` of its claim. */
  afterConfirmation: string[]
  /** The same for any mail after an acknowledged withdrawal, for as long as the address gets no mail. */
  afterWithdrawal: string[]
  /** A mail to an address whose first mail had bounced, or led to a complaint, long before. */
  afterBounce: string[]
  /** Reminded in quiet hours. */
  inQuietHours: string[]
  /** Something happened of which no event was heard. */
  unannounced: string[]
  /** An event was heard of something that did not happen, or of one thing under two ids. */
  invented: string[]
  /** Personal data in the log, with its line. */
  inLogs: string[]
  /** Runs that failed although nothing that was injected explains their error. */
  unexplained: FailedRun[]
  /** Runs that failed, and that no post in Slack reports. */
  unreported: FailedRun[]
  /** A registration, confirmation or withdrawal that was never acknowledged, in spite of every retry. */
  unacknowledged: string[]
  /** Runs that failed, each with its name and error. */
  unresolved: FailedRun[]
  /** After a confirmation or withdrawal, but SES accepted the mail too late after its claim. No design prevents that. */
  beyondPatience: string[]
}

/** The parts of the verdict that must be empty. */
export const mustBeEmpty = [
  'lost',
  'doubled',
  'afterConfirmation',
  'afterWithdrawal',
  'afterBounce',
  'inQuietHours',
  'unannounced',
  'invented',
  'inLogs',
  'unexplained',
  'unreported',
  'unacknowledged',
] as const satisfies (keyof Verdict)[]

// A registration that is repeated gets a second confirmation mail when the first was claimed at least this long ago.
// The claims count and not the mails: a mail leaves some time after its claim.
const pauseBetweenClaimsMs = 60_000
// The events of SES come within seconds, with the faults of the test within some hours, and the first reminder after a day.
const bounceKnownWithinMs = 20 * hourMs
// An attempt whose mail SES accepted is younger than this; the test's longest latency is 14 seconds.
const longestAttemptMs = 60_000

/** Only reminders come unasked, so only they carry a header to unsubscribe. */
export const isReminder = ({ headers }: Pick<Mail, 'headers'>) => 'List-Unsubscribe' in headers

/** One registration of a customer, with the mails that it led to. */
interface Case extends Registration {
  customer: Customer
  mails: readonly AuditedMail[]
  reminders: readonly AuditedMail[]
  others: readonly AuditedMail[]
  events: readonly CustomerEvent[]
  /** Another registration followed after this one had lapsed. */
  lapsed: boolean
  failed: boolean
}

/**
 * Compares the mails sent with every acknowledged registration. A pure function of what the system promised and
 * recorded, so that it can be tested itself, and so that the verdict is the same on a slow machine.
 */
export function audit(customers: readonly Customer[], records: Records): Verdict {
  const { failed, posts, phases, outages, personalData } = records
  const cases = casesOf(customers, records)
  const emailsOf = (finds: (one: Case) => boolean) => [
    ...new Set(cases.filter(finds).map(({ customer }) => customer.email)),
  ]
  const longestOutageMs = Math.max(0, ...outages.map(({ from, to }) => to - from))
  const follows = (mail: AuditedMail, answeredAt = Infinity) => sentAt(mail) > answeredAt
  const isPrevented = (mail: AuditedMail) => !isBeyondPatience(mail, records)
  const answered = ({ confirmedAt = Infinity, withdrawnAt = Infinity }: Case) => Math.min(confirmedAt, withdrawnAt)

  return {
    lost: emailsOf((one) => {
      const { acknowledgedAt, plan, others, reminders } = one
      if (acknowledgedAt === undefined) return false
      const openMs = answered(one) - acknowledgedAt
      const due = plan.reminders.filter((_, n) => openMs > latestReminderMs(plan, n + 1, longestOutageMs)).length
      const missing = !mailFateOf(one) && kindsOf(reminders).size < due
      return others.length === 0 || (missing && !one.failed)
    }),
    doubled: emailsOf(
      ({ reminders, others }) => kindsOf(reminders).size < reminders.length || !areAskedFor(others, records.claims),
    ),
    afterConfirmation: emailsOf(({ confirmedAt, reminders }) =>
      reminders.some((mail) => follows(mail, confirmedAt) && isPrevented(mail)),
    ),
    afterWithdrawal: emailsOf(({ withdrawnAt, mails }) =>
      mails.some((mail) => follows(mail, withdrawnAt) && isPrevented(mail)),
    ),
    afterBounce: emailsOf((one) => {
      const [first] = one.mails
      return Boolean(
        mailFateOf(one) && first && follows(one.mails.at(-1) ?? first, sentAt(first) + bounceKnownWithinMs),
      )
    }),
    inQuietHours: emailsOf(({ plan, reminders }) => reminders.some((mail) => isAtNight(mail, plan, records))),
    unannounced: emailsOf((one) => isUnannounced(knownOf(one), remindedAt(one), one.events)),
    invented: [
      ...emailsOf((one) => isInvented(knownOf(one), one.events)),
      ...strangersIn(records.events, new Set(customers.map(({ email }) => email))),
    ],
    inLogs: [...personalData],
    unexplained: failed.filter((run) => !isExplained(run, phases)),
    unreported: failed.filter((run) => !isReported(run, posts, outages)),
    unacknowledged: customers.filter(({ gaveUp }) => gaveUp).map(({ email }) => email),
    unresolved: [...failed],
    beyondPatience: emailsOf((one) =>
      one.mails.some((mail) => follows(mail, isReminder(mail) ? answered(one) : one.withdrawnAt) && !isPrevented(mail)),
    ),
  }
}

/** Every registration, with the mails and the failed runs from its beginning to that of the next one. */
function casesOf(customers: readonly Customer[], { mails, failed, events }: Records): Case[] {
  const byAddress = grouped(mails.flatMap((mail) => mail.to.map((to) => [to, mail] as const)))
  const heard = grouped(events.map((event) => [event.detail.address, event] as const))
  return customers.flatMap((customer) => {
    const all = byAddress.get(customer.email) ?? []
    return customer.registrations.map((registration, n) => {
      const next = customer.registrations[n + 1]?.triedAt ?? Infinity
      const its = all.filter((mail) => sentAt(mail) >= registration.triedAt && sentAt(mail) < next)
      const customerId = its[0] && customerIdIn(its[0])
      return {
        ...registration,
        customer,
        mails: its,
        reminders: its.filter(isReminder),
        others: its.filter((mail) => !isReminder(mail)),
        events: (heard.get(customer.email) ?? []).filter(({ detail: { at } }) => {
          const moment = Date.parse(at)
          return moment >= registration.triedAt && moment < next
        }),
        lapsed: customer.kind === 'registers again after the registration lapsed' && next < Infinity,
        failed: failed.some(
          ({ name, stoppedAt }) =>
            name.startsWith(`${customerId}_`) && stoppedAt >= registration.triedAt && stoppedAt < next,
        ),
      }
    })
  })
}

const sentAt = ({ at }: Pick<Mail, 'at'>) => Date.parse(at)
const mailFateOf = ({ customer }: Case) => (behaviours[customer.kind] as Behaviour).mailFate

/** What events of a registration are compared with. */
const knownOf = (one: Case): Known => ({
  ...one,
  gaveUp: one.customer.gaveUp ?? false,
  undeliverable: mailFateOf(one) !== undefined,
  reminders: kindsOf(one.reminders).size,
})
/** When each different reminder was first sent. */
const remindedAt = ({ reminders }: Case) =>
  reminders.filter((one, n) => reminders.findIndex(({ subject }) => subject === one.subject) === n).map(sentAt)

/** The values of each key, in their order. */
function grouped<K, V>(pairs: readonly (readonly [K, V])[]): Map<K, V[]> {
  const groups = new Map<K, V[]>()
  for (const [key, value] of pairs) {
    const group = groups.get(key)
    if (group) group.push(value)
    else groups.set(key, [value])
  }
  return groups
}

/** Who is in events and did not register. */
const strangersIn = (events: readonly CustomerEvent[], known: ReadonlySet<string>) =>
  events.map(({ detail: { address = 'nobody' } }) => address).filter((address) => !known.has(address))

/** Each reminder of a plan has words of its own. */
const kindsOf = (reminders: readonly AuditedMail[]) => new Set(reminders.map(({ subject }) => subject))

/**
 * Whether a registration can have asked for each of these confirmation mails. One that is alone always was; of several,
 * each needs a claim of its own, a minute or more after the claim before it.
 */
function areAskedFor(mails: readonly AuditedMail[], claims: Records['claims']): boolean {
  if (mails.length < 2) return true
  const claimedAt = mails.flatMap((mail) => claims.get(claimIn(mail)) ?? []).sort((a, b) => a - b)
  if (claimedAt.length < mails.length) return false
  return claimedAt.every((at, n) => n === 0 || at - (claimedAt[n - 1] ?? at) >= pauseBetweenClaimsMs)
}

/**
 * When the attempt that sent a mail began: at its claim or, if that was deleted with the customer, when the run invoked
 * its task. Of several invocations it is the earliest, so that no mail is blamed that may be of an earlier one.
 */
function begunAt(mail: AuditedMail, { claims, attempts }: Records): number {
  const claimed = claims.get(claimIn(mail))
  if (claimed !== undefined) return claimed
  const invoked = attempts.get(customerIdIn(mail)) ?? []
  return Math.min(sentAt(mail), ...invoked.filter((at) => at <= sentAt(mail) && at > sentAt(mail) - longestAttemptMs))
}

/** Whether SES accepted a mail so long after its claim that a confirmation or withdrawal no longer waited for it. */
function isBeyondPatience(mail: AuditedMail, records: Records): boolean {
  return sentAt(mail) - begunAt(mail, records) > attemptSeconds * 1000
}

/** Whether a reminder was claimed and sent when both its registration's settings and those deployed were quiet. */
function isAtNight(mail: AuditedMail, plan: Plan, records: Records): boolean {
  const at = sentAt(mail)
  const deployed = records.deployments.findLast(({ from }) => from <= at)?.plan ?? plan
  return [plan, deployed].every((one) => isQuiet(one, at) && isQuiet(one, begunAt(mail, records)))
}

/** The customerId and the secret in the link of a mail. */
const tokenPartsIn = (mail: Pick<Mail, 'text'>) => tokenIn(mail).split('.', 2)

export const customerIdIn = (mail: Pick<Mail, 'text'>) => tokenPartsIn(mail)[0] ?? ''

/** The id of the claim that a mail was sent for: the hash of its token. It stands in the mail's tags, too. */
export function claimIn(mail: Pick<Mail, 'text'>): string {
  return createHash('sha256').update(tokenPartsIn(mail).join('.')).digest('base64url')
}

/** Whether nothing is wrong. A run that failed is accounted for if a fault explains it and a post reports it. */
export function isWell(verdict: Verdict): boolean {
  return mustBeEmpty.every((part) => verdict[part].length === 0)
}
