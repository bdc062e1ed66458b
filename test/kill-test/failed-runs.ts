import { sesPatienceSeconds } from '@confirmation-reminder/contracts/sending'
import type { SlackPost } from '../local-cloud.ts'
import type { InjectedRule, Phase } from './faults.ts'
import { hourMs } from './plan.ts'

/** A run that did not succeed. */
export interface FailedRun {
  /** `<customerId>_<traceId>` */
  name: string
  status: string
  error: string
  /** When it ended: milliseconds since 1970, by the virtual clock. */
  stoppedAt: number
}

export type Post = Pick<SlackPost, 'at' | 'title' | 'dropped'>

/** Why a run may fail with an error: whether this rule can cause it, and whether it may have ended before the run did. */
interface Cause {
  by: (rule: InjectedRule) => boolean
  /** Left out: it was active when the run made its last attempt. */
  earlier?: true
}

const isMail = ({ service, action }: InjectedRule) => service === 'ses' && action === 'SendRawEmail'
const losesAnswer = ({ kind, latencyMilliseconds = 0 }: InjectedRule) =>
  kind === 'dropAfterEffect' || kind === 'crashCaller' || Number(latencyMilliseconds) >= sesPatienceSeconds * 1000
/** The function ended without a response, and so does every call to it that is in flight when the cloud is killed. */
const dies: Cause = { by: ({ kind }) => kind === 'crashCaller' || kind === 'dropAfterEffect' }
const withError = (...errors: string[]): Cause => ({ by: ({ error }) => errors.includes(String(error)) })

/** By the name with which a run fails. An error that is not named here is never explained. */
const causes: Record<string, Cause> = {
  'Lambda.Unknown': dies,
  'Sandbox.Timedout': dies,
  'Runtime.ExitError': dies,
  'Lambda.ServiceException': withError('ServiceException'),
  'Lambda.AWSLambdaException': withError('ServiceException'),
  'Lambda.TooManyRequestsException': withError('TooManyRequestsException'),
  ProvisionedThroughputExceededException: withError('ProvisionedThroughputExceededException'),
  MailThrottled: withError('Throttling'),
  MailUnavailable: { by: (rule) => isMail(rule) && (rule.error === 'ServiceUnavailable' || losesAnswer(rule)) },
  MailPaused: withError('AccountSendingPausedException'),
  MailRefused: withError('MessageRejected'),
  SendInDoubt: { by: (rule) => (isMail(rule) || rule.service === 'lambda') && losesAnswer(rule), earlier: true },
  EvidencePending: {
    by: ({ service, action, kind, error }) =>
      (service === 'ses' && action === 'Event' && kind === 'delay') ||
      (service === 'lambda' && kind === 'error') ||
      error === 'ServiceUnavailable',
    earlier: true,
  },
}

// The error of a run is that of its last attempt, which ended within a minute of the run, also if a skip was under way.
const attemptMs = 60_000

/** Whether something that was injected explains that a run failed with its error. */
export function isExplained({ error, stoppedAt }: FailedRun, phases: readonly Phase[]): boolean {
  const cause = Object.hasOwn(causes, error) ? causes[error] : undefined
  if (!cause) return false
  return phases.some(
    ({ from, to, rules }) =>
      from - attemptMs <= stoppedAt &&
      (cause.earlier || stoppedAt <= to + attemptMs) &&
      rules.some((rule) => rule.injected > 0 && cause.by(rule)),
  )
}

// The posts count failures with the same error together, in windows of this length, and a post is retried for minutes.
const windowMs = 15 * 60_000
const postedWithinMs = 10 * 60_000
// What could not be posted during an outage is posted after it: EventBridge and SNS retry for hours, ever more slowly.
const postedAfterOutageMs = 2 * hourMs

/** An interval of the virtual clock. */
export interface Interval {
  from: number
  to: number
}

/**
 * Whether a post reports a failed run: by its error, in its window, or after the outage in which it failed.
 * @param outages when parts were away
 */
export function isReported(run: FailedRun, posts: readonly Post[], outages: readonly Interval[]): boolean {
  const during = outages.filter(({ from, to }) => run.stoppedAt > from && run.stoppedAt < to + postedWithinMs)
  const deadline = Math.max(run.stoppedAt + postedWithinMs, ...during.map(({ to }) => to + postedAfterOutageMs))
  const words = `failed: ${run.error || run.status}`
  return posts.some(({ at, title, dropped }) => {
    const postedAt = Date.parse(at)
    return dropped === null && title.includes(words) && postedAt > run.stoppedAt - windowMs && postedAt < deadline
  })
}
