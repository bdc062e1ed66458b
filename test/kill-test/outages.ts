import type { FaultRule } from './faults.ts'

/** A part that is away for hours, while the reminders of a cohort are due. */
export interface Outage {
  /** Hours after the cohort has begun to register. */
  fromHours: number
  hours: number
  rules: FaultRule[]
}

const error = (service: string, action: string, code: string, more: object = {}): FaultRule => ({
  ...{ service, action, kind: 'error', error: code, rate: 1 },
  ...more,
})
const mail = { service: 'ses', action: 'SendRawEmail' }

/** By name, in the order of the cohorts that meet them. */
export const outages = {
  ses: { fromHours: 23.5, hours: 7, rules: [error(mail.service, mail.action, 'ServiceUnavailable')] },
  // Not longer: for six hours EventBridge tries to have a failed run reported by name; after that the alarm must do.
  lambda: { fromHours: 23.5, hours: 6, rules: [error('lambda', 'Invoke', 'TooManyRequestsException')] },
  table: {
    fromHours: 23.5,
    hours: 2,
    rules: ['GetItem', 'PutItem', 'UpdateItem'].map((action) =>
      error('dynamodb', action, 'ProvisionedThroughputExceededException'),
    ),
  },
  paused: {
    fromHours: 23.5,
    hours: 12,
    rules: [error(mail.service, mail.action, 'AccountSendingPausedException')],
  },
  // SES accepts a third of the reminders and its answers are lost, so that only its events show which.
  feedback: {
    fromHours: 23.5,
    hours: 9,
    rules: [
      error('lambda', 'Invoke', 'TooManyRequestsException', { match: { caller: 'sqs' } }),
      { ...mail, kind: 'dropAfterEffect', rate: 0.3, match: { caller: 'reminder' } },
    ],
  },
} as const satisfies Record<string, Outage>

export type OutageName = keyof typeof outages
export const outageNames = Object.keys(outages) as OutageName[]
