import type { Retrier } from '@confirmation-reminder/contracts/retriers'

/** A state, in Amazon States Language. */
export interface State {
  Type: 'Wait' | 'Task' | 'Choice' | 'Succeed'
  [field: string]: unknown
}

/** What every call of the reminder has: the alias, how long an attempt may take, and its retriers. */
export interface Task {
  Resource: string
  TimeoutSeconds: number
  Retry: Retrier[]
}
