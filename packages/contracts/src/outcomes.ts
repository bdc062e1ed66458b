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
  /** A restore of the table could not show that the customer still waits for it. */
  withheld: 'withheld',
  /** The quiet hours or the spread delay it: the run waits until `until` and invokes the task again. */
  postponed: 'postponed',
  /** No reminder is due yet. If the registration is still open, it does not lapse before the plan of its run says. */
  kept: 'kept',
} as const
export type ReminderOutcome = (typeof reminderOutcomes)[keyof typeof reminderOutcomes]

/** What the function failures did with a run that ended badly. */
export const failureOutcomes = {
  /** It got its own post. */
  posted: 'posted',
  /** It was counted, for a later post. */
  counted: 'counted',
} as const
export type FailureOutcome = (typeof failureOutcomes)[keyof typeof failureOutcomes]
