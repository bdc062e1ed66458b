import type { FunctionName } from './functions.ts'
import type { Stage } from './stages.ts'

/** What a resource is for. */
export type Subject =
  | FunctionName
  | 'workflow'
  | 'notify'
  | 'customers'
  | 'sources'
  | 'api'
  | 'mail'
  | 'mail-events'
  | 'mail-events-dead'
  | 'mail-events-undelivered'
  | 'slack'
  | 'events'
  | 'unannounced'
  | 'webhook'
  | 'webhook-dead'

/** The two names that the owner gave; they are the same in every stage, because each stage has an account of its own. */
const given: Partial<Record<Subject, string>> = { workflow: 'confirmation-reminder', notify: 'notify' }

/** The name of the stack of a stage, and of the folder that it is synthesised to. */
export function stackName(stage: Stage): string {
  return `confirmation-reminder-${stage}`
}

/** The name of the resource that serves a subject in a stage. No other code builds a resource's name. */
export function resourceName(stage: Stage, subject: Subject): string {
  return given[subject] ?? `${stackName(stage)}-${subject}`
}

/** The outputs of a stage that other code reads by name. */
export const outputs = {
  expectedRegistrationsPerDay: 'expected_registrations_per_day',
  accountConcurrency: 'account_concurrency',
  /** Only of a stage whose account is in SES's sandbox. */
  sesSandbox: 'ses_sandbox',
} as const

/** Names inside the resources: the states of the workflow and the alias that callers use. */
export const stateNames = { wait: 'Wait', triggerNotification: 'TriggerNotification' } as const
/** The alias of every function that its callers invoke; what it points to is the function team's decision. */
export const liveAlias = 'live'
