import { errorNames, NamedError } from '@confirmation-reminder/contracts/errors'
import { type BadEnding, FailedRunEvent } from '@confirmation-reminder/contracts/failed-run'
import { namelessErrors } from '@confirmation-reminder/contracts/nameless-errors'
import { scrub } from '@confirmation-reminder/handler/scrub'
import { getDotPath, safeParse } from 'valibot'

/** A run that ended badly, without personal data. */
export interface FailedRun {
  executionArn: string
  name: string
  status: BadEnding
  /** When it ended, in milliseconds since 1970. */
  stoppedMs: number
  error: string
  /** What the error says, in one line, if it says anything. */
  cause?: string
}

// A post is read on a phone. The history of the run has the whole texts.
const longestError = 100
const longestCause = 300

/**
 * Reads the event that EventBridge passes. The run's input and output are never read; error and cause lose addresses
 * and tokens.
 * @throws NamedError ContractViolation, which names the fields without quoting them.
 */
export function readFailedRun(event: unknown): FailedRun {
  const read = safeParse(FailedRunEvent, event)
  if (!read.success) {
    const fields = read.issues.map((issue) => getDotPath(issue) ?? 'the event itself')
    throw new NamedError(
      errorNames.contractViolation,
      `The event is not a failed run. Wrong fields: ${fields.join(', ')}. Check the event pattern of the rule.`,
    )
  }
  const { executionArn, name, status, stopDate, error, cause } = read.output.detail
  const said = cause ? brief(lambdaMessage(cause) ?? cause, longestCause) : ''
  return {
    executionArn,
    name,
    status,
    stoppedMs: stopDate,
    error: brief(error ?? '', longestError) || namelessErrors[status],
    ...(said && { cause: said }),
  }
}

/** The message in a cause of Lambda's, which is JSON with a stack trace. */
function lambdaMessage(cause: string): string | undefined {
  try {
    const { errorMessage } = Object(JSON.parse(cause))
    return typeof errorMessage === 'string' ? errorMessage : undefined
  } catch {
    return undefined
  }
}

/** A text from outside in one line of limited length, without addresses and tokens. */
function brief(text: string, longest: number): string {
  const line = scrub(text).replaceAll(/\s+/g, ' ').trim()
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line
}
