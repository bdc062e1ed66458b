/** The metrics that functions count themselves. Each stage has an account of its own, so they have no dimensions. */
export const ownMetrics = {
  namespace: 'confirmation-reminder',
  /** Attempts of runs that wait for evidence for longer than `usualEvidenceSeconds`. */
  awaitingEvidence: 'AwaitingEvidence',
  /** Registrations that had no effect, because a bot sent them: they filled the field that people do not see. */
  botsRefused: 'BotsRefused',
  /** Changes of customers that could not be read, so that nothing was announced of them. */
  changesUnreadable: 'ChangesUnreadable',
  /** Visits of runs that found no customer, who was erased on request or is lost, or a registration that lapsed before the plan of the run says. */
  customersGone: 'CustomersGone',
  /** Mail events that could not be recorded, if others of the same batch could. A batch that fails as a whole is an error of the function. */
  eventsFailed: 'EventsFailed',
  /** Attempts to send a reminder while SES sends nothing for the stage: it is paused, misconfigured, or has used up its daily quota. */
  mailsHeldBack: 'MailsHeldBack',
  /** Mails that SES accepted and then refused to deliver. */
  mailsRejected: 'MailsRejected',
} as const
export type OwnMetric = Exclude<(typeof ownMetrics)[keyof typeof ownMetrics], typeof ownMetrics.namespace>
