import { bigRegions, serviceQuotas } from './service-quotas.ts'

const { openExecutions, startExecution, mailsPerSecond, mailsPerDay, concurrency, apiRequests } = serviceQuotas

/** The quotas that the report on a plan compares with what is expected. All of them can be raised on request. */
export const quotas = {
  /** Runs of Standard machines that are open at once, per account and Region. */
  openExecutions: {
    limit: openExecutions.big,
    source: openExecutions.source,
  },
  /** StartExecution, refilled per second: the three big Regions have twice as much. */
  startExecution: {
    limit: startExecution.elsewhere,
    inBigRegions: startExecution.big,
    bigRegions,
    source: startExecution.source,
  },
  /** What SES gives an account that has left the sandbox. Yours: `aws sesv2 get-account`. */
  mailsPerSecond: { limit: mailsPerSecond.big, source: mailsPerSecond.source },
  mailsPerDay: { limit: mailsPerDay.big, source: mailsPerDay.source },
  /** Invocations at once, per account and Region, unless the stage says its account's: new accounts begin with 10. */
  concurrency: {
    limit: concurrency.big,
    source: concurrency.source,
  },
} as const

/** What API Gateway lets through where a stage says nothing, per account and Region. */
export const unthrottled = {
  perSecond: apiRequests.big,
  burst: apiRequests.bucket.big,
  source: apiRequests.source,
} as const

/** The limits that an account may have negotiated, by the name that the command line gives them. */
export interface Raised {
  openExecutions?: number
  startExecution?: number
  mailsPerSecond?: number
  mailsPerDay?: number
  concurrency?: number
}

export const quotaNames = Object.keys(quotas) as (keyof Raised)[]
