/** The errors that functions throw by name and the workflow retries or lets fail: the two sides agree here. */
export const errorNames = {
  /** The event breaks the function's contract. A retry cannot help. */
  contractViolation: 'ContractViolation',
  /** SES: "Maximum sending rate exceeded". The mail was not sent; retry after seconds. */
  mailThrottled: 'MailThrottled',
  /** SES: "Daily message quota exceeded". The mail was not sent; retry after hours. */
  mailQuotaExceeded: 'MailQuotaExceeded',
  /** SES answered with a fault of its own, or not at all. The mail may have been sent. */
  mailUnavailable: 'MailUnavailable',
  /** SES has paused sending for the account or the configuration set. The mail was not sent; retry for hours. */
  mailPaused: 'MailPaused',
  /**
   * SES takes no mail of the stage: a right, the configuration set or a DNS record is missing, or it refuses for a reason that is
   * not about this mail. The mail was not sent; retry for hours.
   */
  mailMisconfigured: 'MailMisconfigured',
  /** SES refused this mail for good: rejected, or an unverified recipient. The mail was not sent; a person must act. */
  mailRefused: 'MailRefused',
  /** An earlier attempt may have sent the mail, and SES's event has not arrived yet. Nothing was sent now; retry in a minute. */
  evidencePending: 'EvidencePending',
  /** Several attempts may have sent the mail, and no event of SES arrived. A retry might send it twice; a person must check. */
  sendInDoubt: 'SendInDoubt',
} as const
export type ErrorName = (typeof errorNames)[keyof typeof errorNames]

/** An error whose `name` Lambda reports as `errorType` and Step Functions therefore sees as the error name. */
export class NamedError extends Error {
  constructor(
    override readonly name: ErrorName,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}
