import { parseArn } from '@confirmation-reminder/contracts/arn'
import type { CustomNotification } from '@confirmation-reminder/contracts/custom-notification'
import type { BadEnding } from '@confirmation-reminder/contracts/failed-run'
import type { FailedRun } from './failed-run.ts'
import { thresholdAfter } from './thresholds.ts'
import type { Window } from './window.ts'

export interface Occasion {
  run: FailedRun
  window: Window
  /** How many runs of the window have failed with this error, this one included. */
  count: number
  /** If it is not known, the post says so. */
  failedState: string | undefined
  runbookUrl: string
}

/** How a run ended, and the section of the runbook about the alarm that counts such runs. */
const endings: Record<BadEnding, { verb: string; section: string }> = {
  FAILED: { verb: 'failed', section: 'executionsfailed' },
  TIMED_OUT: { verb: 'timed out', section: 'executionstimedout' },
  ABORTED: { verb: 'aborted', section: 'executionsaborted' },
}

/** The post about a run that ended badly, and about those counted with it. It begins with the impact on customers. */
export function notificationOf({ run, window, count, failedState, runbookUrl }: Occasion): CustomNotification {
  const { verb, section } = endings[run.status]
  const runs = count === 1 ? '1 run' : `${count.toLocaleString('en')} runs`
  const customers = count === 1 ? '1 customer' : `${count.toLocaleString('en')} customers`
  const error = run.error.replaceAll(/[<>&`]/g, ' ')
  const headline = `${runs} ${verb}: ${error}`
  const fields = [
    ['Run', code(run.name)],
    ['State', failedState === undefined ? 'unknown; see the history in the console' : code(failedState)],
    ['Error', code(run.error)],
    ...(run.cause === undefined ? [] : [['Cause', code(run.cause)]]),
    ['Ended', timeOf(run.stoppedMs)],
  ]
  const others =
    count === 1
      ? `First run with this error since ${timeOf(window.beganMs)}.`
      : `${runs} with this error since ${timeOf(window.beganMs)}; this is the latest.`
  return {
    version: '1.0',
    source: 'custom',
    content: {
      textType: 'client-markdown',
      title: `:x: ${headline}`,
      description: [
        `*${customers} may get no reminder.*`,
        ...fields.map(([name, value]) => `*${name}*: ${value}`),
        '',
        `${others} The next post about it comes at ${thresholdAfter(count).toLocaleString('en')}.`,
        `<${consoleLink(run.executionArn)}|Open the run in the console>`,
      ].join('\n'),
      nextSteps: [`Read <${runbookUrl}#${section}|what to do>.`, redrive(run)],
      keywords: [error, run.status],
    },
    metadata: {
      // A day's posts about an error share a thread; the next day's first is seen in the channel again.
      threadId: `${run.error} ${new Date(run.stoppedMs).toISOString().slice(0, 10)}`,
      summary: headline,
      eventType: 'RunEndedBadly',
      relatedResources: [run.executionArn],
      additionalContext: { count: String(count), error: run.error, status: run.status },
    },
  }
}

/** Step Functions redrives failed, timed-out and aborted runs alike, from the state in which they ended. */
function redrive({ status, executionArn }: FailedRun): string {
  const command = `\`aws stepfunctions redrive-execution --execution-arn ${executionArn}\``
  return status === 'ABORTED'
    ? `The run was stopped by hand. If that was a mistake, redrive it before its registration lapses: ${command}`
    : `After you have fixed the cause, redrive the run from that state, before its registration lapses: ${command}`
}

function consoleLink(executionArn: string): string {
  const { region } = parseArn(executionArn)
  return `https://${region}.console.aws.amazon.com/states/home?region=${region}#/v2/executions/details/${executionArn}`
}

const timeOf = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`

const escapes = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['`', "'"],
])
/** A text from outside as code: Slack reads nothing in it as a link, a mention or markup. */
const code = (text: string): string => `\`${text.replaceAll(/[&<>`]/g, (character) => escapes.get(character) ?? '')}\``
