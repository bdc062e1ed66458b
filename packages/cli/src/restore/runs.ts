import { setTimeout as pause } from 'node:timers/promises'
import {
  DescribeStateMachineCommand,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  paginateListExecutions,
  type SFNClient,
} from '@aws-sdk/client-sfn'
import { errorNames } from '@confirmation-reminder/contracts/errors'
import { functions } from '@confirmation-reminder/contracts/functions'
import { type ReminderOutcome, reminderOutcomes } from '@confirmation-reminder/contracts/outcomes'
import { ReminderPayload, RunInput } from '@confirmation-reminder/contracts/payload'
import type { SentReminder } from '@confirmation-reminder/customers/restored'
import { safeParse } from 'valibot'

/** The run of a registration, as ListExecutions shows it. */
export interface Run {
  executionArn: string
  customerId: string
  traceId: string
  /** Whether it may invoke the reminder again: it runs, or a person may redrive it. */
  isOpen: boolean
  startMs: number
  stopMs: number | undefined
}

/** Whether the state machine has all its runs since a moment. The runs of one that was deleted and created again are lost. */
export async function hasRunsSince(client: SFNClient, stateMachineArn: string, sinceMs: number): Promise<boolean> {
  const { creationDate } = await client.send(new DescribeStateMachineCommand({ stateMachineArn }))
  return creationDate !== undefined && creationDate.getTime() <= sinceMs
}

/** All runs of the state machine, a page at a time. Runs that were not started by a registration are left out. */
export async function* runsOf(client: SFNClient, stateMachineArn: string): AsyncGenerator<Run[]> {
  for await (const { executions = [] } of paginateListExecutions({ client, pageSize: 1000 }, { stateMachineArn })) {
    yield executions.flatMap(({ name = '', executionArn = '', status, startDate, stopDate }) => {
      const [customerId, traceId] = name.split('_')
      const ids = safeParse(RunInput, { customerId, traceId })
      if (!ids.success) return []
      const times = { startMs: Number(startDate), stopMs: stopDate && Number(stopDate) }
      return [{ executionArn, ...ids.output, isOpen: status !== 'SUCCEEDED', ...times }]
    })
  }
}

/** What the history of a run says about the time since a moment. */
export interface RunFindings {
  reminders: SentReminder[]
  /** When the reminder found the customer in this state. */
  confirmedAt?: number
  withdrawnAt?: number
  undeliverableAt?: number
  /** The reminder found no customer. */
  isGone: boolean
  /** How long the run has kept the registration, in seconds since it was made. */
  lifetimeSeconds?: number
  /** The last attempt may have sent a reminder. */
  isUncertain: boolean
}

/** Lambda refuses an attempt of a held function within moments. */
const underWayMs = 1_000

/**
 * Reads the history of a run: every attempt of its task. If one is under way, it reads again a moment later: what an attempt
 * without an end has sent is uncertain.
 */
export async function readAttempts(client: SFNClient, executionArn: string): Promise<Attempt[]> {
  const attempts = await readHistory(client, executionArn)
  if (attempts.every(({ endMs }) => endMs !== undefined)) return attempts
  await pause(underWayMs)
  return await readHistory(client, executionArn)
}

async function readHistory(client: SFNClient, executionArn: string): Promise<Attempt[]> {
  const events: HistoryEvent[] = []
  let nextToken: string | undefined
  // Not the SDK's pagination: each page is a request of its own, and most histories have one.
  do {
    const page = await client.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000, nextToken }))
    events.push(...(page.events ?? []))
    nextToken = page.nextToken
  } while (nextToken)
  return attemptsIn(events)
}

/** An attempt of the task: what it was asked, and how it ended. Times are milliseconds since 1970. */
export interface Attempt {
  startMs: number
  input: string | undefined
  endMs?: number
  output?: string | undefined
  error?: string | undefined
}

/**
 * What the attempts of a run say about the time since a moment. Attempts that ended before the moment are left out, because the customer's row of that moment has
 * their effects.
 */
export function findingsIn(attempts: readonly Attempt[], sinceMs: number): RunFindings {
  const result: RunFindings = { reminders: [], isGone: false, isUncertain: false }
  for (const attempt of attempts) {
    const { endMs, error, output, startMs: claimedAt } = attempt
    if (endMs !== undefined && endMs < sinceMs) continue
    const { step, words, lifetimeSeconds } = payloadIn(attempt.input)
    if (endMs === undefined || output === undefined) {
      // Step 0 is no reminder.
      if (step === 0) continue
      if (error === undefined || !sendNothing.has(error)) result.isUncertain = true
      continue
    }
    const outcome = outcomeIn(output)
    if (outcome === undefined) {
      result.isUncertain = true
      continue
    }
    // The reminder knew then what earlier attempts had sent. Without a row it knew nothing.
    if (outcome === reminderOutcomes.gone) result.isGone = true
    else result.isUncertain = false
    if (lifetimeSeconds !== undefined) result.lifetimeSeconds = lifetimeSeconds
    if (outcome === 'sent' || outcome === 'alreadySent')
      result.reminders.push({ step, words, claimedAt, sentAt: endMs })
    if (outcome === 'alreadyConfirmed') result.confirmedAt ??= endMs
    if (outcome === 'withdrawn') result.withdrawnAt ??= endMs
    if (outcome === 'undeliverable') result.undeliverableAt ??= endMs
  }
  return result
}

/** Errors of attempts that sent no mail themselves: all that the contract names, but the one of an SES without an answer. */
const sendNothing: ReadonlySet<string> = new Set([
  ...Object.values(errorNames).filter((name) => name !== errorNames.mailUnavailable),
  // Lambda refused to run it, as it does while the function is held.
  'Lambda.TooManyRequestsException',
])

/** The attempts in the events of a history. */
export function attemptsIn(events: readonly HistoryEvent[]): Attempt[] {
  const attempts: Attempt[] = []
  for (const event of events) {
    const atMs = Number(event.timestamp)
    const last = attempts.at(-1)
    const end = (ending: Partial<Attempt>) => last && Object.assign(last, { endMs: atMs, ...ending })
    switch (event.type) {
      case 'LambdaFunctionScheduled':
        attempts.push({ startMs: atMs, input: event.lambdaFunctionScheduledEventDetails?.input })
        break
      case 'LambdaFunctionSucceeded':
        end({ output: event.lambdaFunctionSucceededEventDetails?.output })
        break
      case 'LambdaFunctionFailed':
        end({ error: event.lambdaFunctionFailedEventDetails?.error })
        break
      case 'LambdaFunctionScheduleFailed':
        // AWS describes it as an event in place of LambdaFunctionScheduled, so an attempt that has ended is an earlier one.
        if (last?.endMs === undefined) attempts.pop()
        break
      case 'LambdaFunctionStartFailed':
        end({ error: event.lambdaFunctionStartFailedEventDetails?.error })
        break
      case 'LambdaFunctionTimedOut':
        end({})
        break
    }
  }
  return attempts
}

function outcomeIn(output: string): ReminderOutcome | undefined {
  const read = safeParse(functions.reminder.output, parsed(output))
  return read.success ? read.output.outcome : undefined
}

function payloadIn(
  input: string | undefined,
): Pick<SentReminder, 'step' | 'words'> & { lifetimeSeconds?: number | undefined } {
  const read = safeParse(ReminderPayload, parsed(input ?? ''))
  return read.success ? read.output : { step: 1, words: 'reminder' }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
