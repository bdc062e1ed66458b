/** How a reminder can end well. Expected outcomes are values; only surprises are errors. */
export const reminderOutcomes = {
  /** The mail was accepted by SES and recorded. */
  sent: 'sent',
  /** An earlier attempt of this run had already sent it. */
  alreadySent: 'alreadySent',
  /** The customer confirmed in time. */
  alreadyConfirmed: 'alreadyConfirmed',
  /** The registration lapsed before the reminder was due. */
  expired: 'expired',
  /** The customer is no longer there. */
  gone: 'gone',
  /** The customer has registered again since; that registration has a run of its own. */
  superseded: 'superseded',
  /** The customer withdrew: "this was not me". */
  withdrawn: 'withdrawn',
  /** A mail to this address bounced for good, or its reader complained. */
  undeliverable: 'undeliverable',
  /** It is not the time of day, or others go first: the run waits until `until`, and the task comes again. */
  postponed: 'postponed',
} as const
export type ReminderOutcome = (typeof reminderOutcomes)[keyof typeof reminderOutcomes]

/** How a run that ended badly can be dealt with. */
export const failureOutcomes = {
  /** It had a post of its own. */
  posted: 'posted',
  /** It was counted, for a later post. */
  counted: 'counted',
} as const
export type FailureOutcome = (typeof failureOutcomes)[keyof typeof failureOutcomes]
