import { answerDryRun, isDryRun } from '@confirmation-reminder/contracts/dry-run'
import type { FunctionName } from '@confirmation-reminder/contracts/functions'
import type { LoggedMail } from '@confirmation-reminder/contracts/logged-mail'
import type { OwnMetric } from '@confirmation-reminder/contracts/metrics'
import type { Context } from 'aws-lambda'
import { type Count, metricFields } from './count.ts'
import { scrub } from './scrub.ts'
import { stopwatch } from './stopwatch.ts'

/** The fields that an invocation adds to its last line. Never an address, a token or a name. */
export interface Notes {
  customerId?: string
  traceId?: string
  /** How it ended, as an outcome of the contract. */
  outcome?: string
  /** The HTTP status of the answer. From 500 on, the line has the level error. */
  status?: number
  /** The error that led to the outcome. */
  error?: string
  /** The mail that was sent. */
  mail?: LoggedMail
  /** The customers of a batch to whom no mail can be delivered, as its messages say. */
  undeliverable?: string
  /** The errors of the messages of a batch that failed, each once. */
  errors?: string
}

export type Note = (notes: Notes) => void

/**
 * Wraps a function's handler, so that each invocation writes one line of JSON when it begins and one when it ends,
 * with its duration in milliseconds and what it counted. An invocation that is killed before its last line counts nothing. An
 * error is logged and rethrown without personal data. A dry run is answered here: the handler never gets it.
 */
export function logged<Event, Result>(
  name: FunctionName,
  handle: (event: Event, note: Note, count: Count) => Promise<Result>,
): (event: Event, context: Pick<Context, 'awsRequestId'>) => Promise<Result> {
  return async (event, context) => {
    const passed = stopwatch()
    const common = { function: name, requestId: context.awsRequestId }
    const notes: Notes = idsIn(event)
    write('info', 'begins', { ...common, ...notes })
    const counts = new Map<OwnMetric, number>()
    const count: Count = (metric, value = 1) => counts.set(metric, (counts.get(metric) ?? 0) + value)
    const measured = () => ({ duration: Math.round(passed()), ...metricFields(counts) })
    try {
      const result = isDryRun(event)
        ? (answerDryRun(name, event) as Result)
        : await handle(event, (more) => Object.assign(notes, more), count)
      write((notes.status ?? 0) < 500 ? 'info' : 'error', 'ends', { ...common, ...notes, ...measured() })
      return result
    } catch (thrown) {
      const error = withoutPersonalData(thrown)
      write('error', `fails: ${error.message}`, { ...common, ...notes, error: error.name, ...measured() })
      throw error
    }
  }
}

function write(level: 'info' | 'error', message: string, fields: object): void {
  process.stdout.write(`${JSON.stringify({ level, message, ...fields })}\n`)
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** The two ids of a run's payload. An event of another shape may contain anything under these names: it is not logged. */
function idsIn(event: unknown): Notes {
  const { customerId, traceId } = Object(event)
  const isId = (value: unknown) => typeof value === 'string' && uuid.test(value)
  return { ...(isId(customerId) && { customerId }), ...(isId(traceId) && { traceId }) }
}

/** Lambda logs the message and the stack of a thrown error, and a run keeps them in its history. */
function withoutPersonalData(thrown: unknown): Error {
  if (!(thrown instanceof Error)) return new Error(scrub(String(thrown)))
  thrown.message = scrub(thrown.message)
  if (thrown.stack) thrown.stack = scrub(thrown.stack)
  return thrown
}
