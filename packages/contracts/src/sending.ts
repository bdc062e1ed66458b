/*
 * How a mail is sent at most once, in numbers. SES has no idempotency token: the sender claims the mail first and
 * records it after, and a claim without a record is settled by SES's events.
 */

/**
 * The attempt that claimed a reminder begins to send it within this time, or releases it: a slow attempt must not send a mail
 * that another attempt has claimed since. Reading and writing the customer with all retries takes less time.
 */
export const leaseSeconds = 5

/** How long an attempt waits for SES's response, which usually takes a fraction of a second. */
export const sesPatienceSeconds = 5

/** After this time the attempt that claimed a reminder has sent it or never will: the lease, SES's response, and one second as a margin. */
export const attemptSeconds = leaseSeconds + sesPatienceSeconds + 1

/** SES publishes its events about a mail within seconds. A run that waits for longer is reported. */
export const usualEvidenceSeconds = 900

/**
 * How long after a claim SES may publish its first event about the mail: longer than outages of AWS usually last. Only time in
 * which the queues of mail events could be read counts, because an outage that makes them unreadable may delay the events
 * too. After that, a claim without an event counts as not sent if the queues are empty, and the mail is claimed again. A
 * reminder that is some hours late is better than two.
 */
export const evidenceSeconds = 6 * 3600

/**
 * The last two readings of the queues of mail events are at least this far apart, because SQS counts messages approximately:
 * AWS calls a queue empty that was so "for several minutes". They are two samples; nothing observes the time between.
 */
export const quietSeconds = 300

/** A run that waits for events makes its next attempt after this time at the latest. */
export const longestEvidenceDelaySeconds = 1800

/**
 * Readings of the queues that are further apart say nothing about the time between them. A single one may fail, or every second: two
 * delays lie between those beside it, and the time that attempts take.
 */
export const longestReadingGapSeconds = 2 * (longestEvidenceDelaySeconds + 60)

/**
 * How long a run waits for events, before it fails and a person must look: long enough for every claim of a
 * reminder and for an outage of a day, and so short that the run ends before its registration lapses.
 */
export const longestEvidenceWaitSeconds = 86_400

/** A reminder that was claimed this often, each time without an event of SES, is in doubt: no further attempt helps. */
export const claimsPerReminder = 3
