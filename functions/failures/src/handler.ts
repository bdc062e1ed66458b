/**
 * EventBridge invokes it for each run of the state machine that failed, timed out or was aborted: it posts the run to
 * the Slack channel by name, through the topic of the alarms. It deliberately does not post every run: a burst of 1,000
 * makes at most six posts. If it throws, Lambda retries the event, and the retry posts what was not posted.
 */

import type { FailureOutcome } from '@confirmation-reminder/contracts/outcomes'
import { readEnvironment } from '@confirmation-reminder/handler/environment'
import { logged } from '@confirmation-reminder/handler/logged'
import { readFailedRun } from './failed-run.ts'
import { openHistory } from './history.ts'
import { type Dependencies, report } from './report.ts'
import { openTally } from './tally.ts'
import { openTopic } from './topic.ts'

const environment = readEnvironment('failures')
const dependencies: Dependencies = {
  tally: openTally(environment.FAILURES_TABLE),
  history: openHistory(),
  topic: openTopic(environment.NOTIFY_TOPIC_ARN),
  runbookUrl: environment.RUNBOOK_URL,
}

export const handler = logged('failures', async (event: unknown, note): Promise<{ outcome: FailureOutcome }> => {
  const { outcome, historyError } = await report(dependencies, readFailedRun(event), Date.now())
  note({ outcome, ...(historyError && { error: historyError }) })
  return { outcome }
})
