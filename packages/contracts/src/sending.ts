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

/**
 * How long after a claim SES's event about the mail arrives at the latest. Events come within seconds; a quarter of an hour also
 * covers the retries of SNS and Lambda on their way. After that, a claim without an event counts as
 * not sent, and the mail is claimed again.
 */
export const evidenceSeconds = 900

/** A reminder that was claimed this often, each time without an event of SES, is in doubt: no further attempt helps. */
export const claimsPerReminder = 3
