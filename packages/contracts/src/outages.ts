import { errorNames } from './errors.ts'

const hour = 3600

/**
 * How long an outage may last, in seconds, so that runs which meet it still send their reminders by themselves. The retriers
 * are calculated from these.
 */
export const survivedSeconds = {
  /** A part is away, throttles, refuses, or is broken. Outages of AWS last hours, and so does a broken release at night. */
  part: 6 * hour,
  /** SES's rate per second: the mails of a day, 50,000 for most accounts, take an hour at 14 a second. Twice that. */
  sendingRate: 2 * hour,
  /** SES sends nothing for the stage until a person has answered AWS or repaired the setup: a night, and a morning. */
  sendingStopped: 12 * hour,
  /** SES counts the last 24 hours. */
  dailyQuota: 24 * hour,
  /** SES answers with errors, so that each attempt may have sent: two of three claims wait for evidence, for six hours each. */
  sesErrors: 12 * hour,
  /** Mail events cannot be recorded or counted. After that, the run waits six hours more. */
  evidence: 12 * hour,
} as const

/** An outage that runs survive. */
export interface Outage {
  fault: string
  /** The error with which an attempt ends during it, as Step Functions sees it. */
  error: string
  /** In seconds. */
  survived: number
  /** What ends it. The runs then continue by themselves. */
  endedBy: string
  /** The alarm that reports it to Slack while it lasts, by its id in infra. */
  alarm: string
  /** The error of a run that met it for longer: then a person redrives. */
  failsAs: string
}

const { part, sendingRate, sendingStopped, dailyQuota, sesErrors, evidence } = survivedSeconds
const {
  mailThrottled,
  mailPaused,
  mailMisconfigured,
  mailQuotaExceeded,
  mailUnavailable,
  evidencePending,
  sendInDoubt,
} = errorNames

/** Each outage that runs survive. A test lets each last for its time, and for longer; the runbook has the same table. */
export const outages = {
  lambdaThrottles: {
    fault: 'Lambda throttles `reminder`',
    error: 'Lambda.TooManyRequestsException',
    survived: part,
    endedBy: 'the end of a flood, or more concurrency',
    alarm: 'reminder-Throttles',
    failsAs: 'Lambda.TooManyRequestsException',
  },
  lambdaAway: {
    fault: 'Lambda is away',
    error: 'Lambda.ServiceException',
    survived: part,
    endedBy: 'AWS',
    alarm: 'runs-CallsFail',
    failsAs: 'Lambda.ServiceException',
  },
  functionUnusable: {
    fault: '`reminder` or its alias is missing; or, as another `Lambda.…` error, its role or key is unusable',
    error: 'Lambda.ResourceNotFoundException',
    survived: part,
    endedBy: 'a deploy',
    alarm: 'runs-CallsFail',
    failsAs: 'Lambda.ResourceNotFoundException',
  },
  functionDies: {
    fault: '`reminder` dies at each attempt',
    error: 'Runtime.ExitError',
    survived: part,
    endedBy: 'a rollback, or AWS',
    alarm: 'reminder-Errors',
    failsAs: 'Runtime.ExitError',
  },
  brokenRelease: {
    fault: 'A release of `reminder` is broken',
    error: 'Error',
    survived: part,
    endedBy: 'a rollback',
    alarm: 'reminder-Errors',
    failsAs: 'Error',
  },
  tableThrottles: {
    fault: 'The table throttles',
    error: 'ProvisionedThroughputExceededException',
    survived: part,
    endedBy: 'DynamoDB, which adapts',
    alarm: 'reminder-Errors',
    failsAs: 'ProvisionedThroughputExceededException',
  },
  tableRefuses: {
    fault: 'The table or its key refuses `reminder`',
    error: 'AccessDeniedException',
    survived: part,
    endedBy: 'a deploy',
    alarm: 'reminder-Errors',
    failsAs: 'AccessDeniedException',
  },
  sendingRateReached: {
    fault: 'More mails are due than SES sends per second',
    error: mailThrottled,
    survived: sendingRate,
    endedBy: 'the end of the backlog',
    alarm: 'reminder-Errors',
    failsAs: mailThrottled,
  },
  sesFails: {
    fault: 'SES answers with errors of its own',
    error: mailUnavailable,
    survived: sesErrors,
    endedBy: 'AWS',
    alarm: 'runs-AwaitEvidence',
    failsAs: sendInDoubt,
  },
  sendingPaused: {
    fault: 'SES has paused the account or the configuration set',
    error: mailPaused,
    survived: sendingStopped,
    endedBy: 'you: answer AWS, and resume sending',
    alarm: 'mail-HeldBack',
    failsAs: mailPaused,
  },
  sendingMisconfigured: {
    fault: 'A right, the configuration set or the MAIL FROM domain is missing',
    error: mailMisconfigured,
    survived: sendingStopped,
    endedBy: 'a deploy, or the DNS record',
    alarm: 'mail-HeldBack',
    failsAs: mailMisconfigured,
  },
  dailyQuotaUsedUp: {
    fault: "SES's daily quota is used up",
    error: mailQuotaExceeded,
    survived: dailyQuota,
    endedBy: 'the last 24 hours, or a higher quota',
    alarm: 'mail-HeldBack',
    failsAs: mailQuotaExceeded,
  },
  evidenceAway: {
    fault: "SES's response was lost, and mail events cannot be recorded or counted",
    error: evidencePending,
    survived: evidence,
    endedBy: 'the section of the alarm about mail events',
    alarm: 'runs-AwaitEvidence',
    failsAs: evidencePending,
  },
  regionAway: {
    fault: 'The whole Region is away, also after a response was lost',
    error: 'Lambda.ServiceException',
    survived: part,
    endedBy: 'AWS',
    alarm: 'runs-CallsFail',
    failsAs: 'Lambda.ServiceException',
  },
} as const satisfies Record<string, Outage>
