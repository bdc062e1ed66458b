/*
 * How a mail is sent at most once, in numbers. SES has no idempotency token: the sender claims the mail first and
 * records it after, and a claim without a record is settled by SES's events.
 */

/**
 * The attempt that claimed a reminder begins to send it within this time, or lets go of it: a slow attempt must not send what
 * another has claimed since. Reading and writing the customer with every retry takes less.
 */
export const leaseSeconds = 5

/** How long an attempt waits for the answer of SES, which usually takes a fraction of a second. */
export const sesPatienceSeconds = 5

/** After this time the attempt that claimed a reminder has sent it or never will: the lease, SES's answer, and a second to spare. */
export const attemptSeconds = leaseSeconds + sesPatienceSeconds + 1

/**
 * How long after a claim SES's event about the mail arrives at the latest. Events come within seconds; a quarter of an hour also
 * covers the retries of SNS and Lambda on their way. A claim that is still unsettled then was not sent, as far as
 * is known, and the mail is claimed again.
 */
export const evidenceSeconds = 900

/** A reminder that was claimed this often, each time with no word from SES, is in doubt: no further attempt helps. */
export const claimsPerReminder = 3
