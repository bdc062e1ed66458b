/** The namespace of the metrics that functions count themselves. Each stage has an account of its own, so they have no dimensions. */
export const ownNamespace = 'confirmation-reminder'

/** The names of those metrics, which begin with a capital: the other fields of a log line do not. */
export const ownMetrics = {
  /** Registrations that were stored. */
  registered: 'Registered',
  /** Confirmations of registrations that had got no reminder. Each counts 0 in `confirmedAfterReminder`, so that neither is without data. */
  confirmedBeforeReminder: 'ConfirmedBeforeReminder',
  /** Registrations that got a reminder, each once, no matter how many follow. */
  reminded: 'Reminded',
  /** Confirmations of registrations that had got a reminder. Each counts 0 in `confirmedBeforeReminder`. */
  confirmedAfterReminder: 'ConfirmedAfterReminder',
  /** Registrations whose owners said "this was not me" or unsubscribed, also after they had confirmed. */
  withdrawn: 'Withdrawn',
  /** Registrations to whose address no mail can be delivered, or whose owners complained of one. */
  undeliverable: 'Undeliverable',
  /** Registrations that nobody confirmed in time. */
  lapsed: 'Lapsed',
  /** Registrations that had no effect, because a bot sent them: they filled the field that people do not see. */
  botsRefused: 'BotsRefused',
  /** Registrations that had no effect, because the proof of work was missing, forged, or another address had used it. */
  proofsMissing: 'ProofsMissing',
  /** Attempts of runs that wait for evidence for longer than `usualEvidenceSeconds`. */
  awaitingEvidence: 'AwaitingEvidence',
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
export type OwnMetric = (typeof ownMetrics)[keyof typeof ownMetrics]

/** What became of registrations: the metrics in the order in which it is told, and what people call them. */
export const funnel = {
  registered: 'Registered',
  confirmedBeforeReminder: 'Confirmed before the reminder',
  reminded: 'Reminded',
  confirmedAfterReminder: 'Confirmed after the reminder',
  withdrawn: 'Withdrawn',
  undeliverable: 'Undeliverable',
  lapsed: 'Lapsed',
  botsRefused: 'Refused as bots',
  proofsMissing: 'Refused without a proof of work',
} as const satisfies Partial<Record<keyof typeof ownMetrics, string>>
export type FunnelMetric = keyof typeof funnel
