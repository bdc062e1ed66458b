import { type FailureOutcome, failureOutcomes } from '@confirmation-reminder/contracts/outcomes'
import { scrub } from '@confirmation-reminder/handler/scrub'
import type { FailedRun } from './failed-run.ts'
import type { History } from './history.ts'
import { notificationOf } from './notification.ts'
import type { Tally } from './tally.ts'
import { postDue } from './thresholds.ts'
import type { Topic } from './topic.ts'
import { windowOf } from './window.ts'

export interface Dependencies {
  tally: Tally
  history: History
  topic: Topic
  runbookUrl: string
}

/**
 * Counts a run that ended badly and, if the count reached a threshold without a post, posts it. Of several invocations
 * that could post, one does; if that fails, the next one posts.
 * @throws the SDK's error, if the run could not be counted or its post not published. Trying again helps.
 */
export async function report(
  { tally, history, topic, runbookUrl }: Dependencies,
  run: FailedRun,
  nowMs: number,
): Promise<{ outcome: FailureOutcome; historyError?: string }> {
  const window = windowOf(run)
  const { count, posted } = await tally.count(window)
  const threshold = postDue({ count, posted })
  const claim = threshold === undefined ? undefined : await tally.claim(window, threshold, nowMs)
  if (!claim) return { outcome: failureOutcomes.counted }
  // A post without the state's name is better than none.
  const { failedState, historyError } = await history.failedState(run.executionArn).then(
    (failedState) => ({ failedState, historyError: undefined }),
    (error: unknown) => ({ failedState: undefined, historyError: scrub(String(error)) }),
  )
  try {
    await topic.publish(notificationOf({ run, window, count, failedState, runbookUrl }))
  } catch (error) {
    await claim.release()
    throw error
  }
  await claim.record()
  return { outcome: failureOutcomes.posted, ...(historyError && { historyError }) }
}
