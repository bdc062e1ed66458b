import { standardAccountConcurrency } from '@confirmation-reminder/contracts/concurrency'

/** What AWS lets an account do in a Region, and where that is written. All of it can be raised on request. */
export const quotas = {
  /** Runs of Standard machines that are open at once, per account and Region. */
  openExecutions: {
    limit: 1_000_000,
    source: 'https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html',
  },
  /** StartExecution, refilled per second: the three big Regions have twice as much. */
  startExecution: {
    limit: 150,
    inBigRegions: 300,
    bigRegions: ['us-east-1', 'us-west-2', 'eu-west-1'],
    source: 'https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html',
  },
  /** What SES gives an account that has left the sandbox. Yours: `aws sesv2 get-account`. */
  mailsPerSecond: { limit: 14, source: 'https://docs.aws.amazon.com/ses/latest/dg/manage-sending-quotas.html' },
  mailsPerDay: { limit: 50_000, source: 'https://docs.aws.amazon.com/ses/latest/dg/manage-sending-quotas.html' },
  /** Invocations at once, per account and Region, unless the stage says its account's: new accounts begin with 10. */
  concurrency: {
    limit: standardAccountConcurrency,
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html',
  },
} as const

/** What API Gateway lets through where a stage says nothing, per account and Region. */
export const unthrottled = {
  perSecond: 10_000,
  burst: 5_000,
  source: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html',
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
