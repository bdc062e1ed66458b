import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { LambdaClient } from '@aws-sdk/client-lambda'
import { SFNClient } from '@aws-sdk/client-sfn'
import { resourceName } from '@confirmation-reminder/contracts/names'
import { runName } from '@confirmation-reminder/contracts/payload'
import type { Stage } from '@confirmation-reminder/contracts/stages'
import { surviveLostOutput } from '@confirmation-reminder/options/lost-output'
import { UsageError } from '@confirmation-reminder/options/usage-error'
import { type Connection, connectTo } from '../stage/connection.ts'
import { describeError, missingRegion } from '../stage/describe-error.ts'
import { hideNodeWarning } from '../stage/node-warning.ts'
import { stateMachineOf } from '../stage/state-machine.ts'
import { exitWith } from '../terminal/exit-with.ts'
import { signalOfInterruption } from '../terminal/interruption.ts'
import { progressOn } from '../terminal/progress.ts'
import { Refusal } from '../terminal/refusal.ts'
import { amount, count } from '../terminal/words.ts'
import { openHistories } from './histories.ts'
import { endOfHold, holdCommand, notHeld, periodsOf } from './hold.ts'
import { bringKey, underOtherKey } from './key.ts'
import { unsafeReminder } from './live-code.ts'
import { type Answers, readLogs } from './logs.ts'
import { help, type Options, readOptions } from './options.ts'
import { restoreAll } from './restore.ts'
import { hasRunsSince, type Run, readAttempts, runsOf } from './runs.ts'
import { Summary } from './summary.ts'
import { checkTarget, restoredTable } from './tables.ts'

surviveLostOutput()
hideNodeWarning()

const exitCodes = { done: 0, failed: 1, left: 3, interrupted: 130 }
const denied = 'These credentials may not restore customers: docs/runbook.md lists the permissions.'

// Histories of runs, for another start with the same table.
const kept = fileURLToPath(new URL('../../../../node_modules/.cache/restore', import.meta.url))

// The clocks of AWS's services differ by less: what happened in this time before counts as after.
const marginMs = 60_000

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2))
  if (options === 'help') {
    console.log(help)
    return exitCodes.done
  }
  const connection = await connectTo(options.stage)
  const clients = clientsOf(connection)
  await clients.states.config.region().catch(() => {
    throw new Refusal(missingRegion)
  })
  const signal = signalOfInterruption()
  const summary = new Summary()
  const progress = progressOn(process.stderr)
  const work = restore(options, connection, { ...clients, signal, summary, show: progress.show })
  const failure = await work
    .then(() => undefined)
    .catch((error: unknown) => error)
    .finally(progress.end)
  if (failure !== undefined || signal.aborted) {
    if (failure !== undefined) console.error(describeError(failure, denied))
    if (summary.seen > 0)
      console.error(
        'Stopped early. Start the same command again: it continues with the histories that it has not read, and changes nothing twice.',
      )
    if (failure instanceof UsageError) return failure.exitCode
    return signal.aborted ? exitCodes.interrupted : exitCodes.failed
  }
  return summary.left > 0 ? exitCodes.left : exitCodes.done
}

/** Step Functions and CloudWatch Logs throttle each action of an account: adaptive clients call as often as that allows. */
function clientsOf({ settings }: Connection) {
  const patient = { ...settings, retryMode: 'adaptive', maxAttempts: 10 } as const
  return {
    dynamodb: new DynamoDBClient(patient),
    states: new SFNClient(patient),
    lambda: new LambdaClient(patient),
    logs: new CloudWatchLogsClient(patient),
  }
}

interface Work extends ReturnType<typeof clientsOf> {
  signal: AbortSignal
  summary: Summary
  /** Shows progress. */
  show: (text: string) => void
}

/** Checks everything, then restores, and prints what became of the customers, unless it is interrupted. */
async function restore(options: Options, { stage, displayName, now }: Connection, work: Work): Promise<void> {
  const { dynamodb, states, lambda, signal, summary, show } = work
  const { from, dryRun } = options
  const to = resourceName(stage, 'customers')
  const nowMs = await now()
  const { items, atMs } = await restoredTable(dynamodb, from, to)
  await checkTarget(dynamodb, to)
  const restoredMs = momentOf(options, atMs, nowMs)
  const stateMachineArn = await stateMachineOf(states, stage)
  const periods = await periodsOf(lambda, stage)
  await checkReminder(lambda, { stage, displayName, dryRun })
  await checkHold(lambda, stage, dryRun)

  const sinceMs = restoredMs - marginMs
  const answers = await answersOf(options, { ...work, stage, sinceMs, nowMs })
  const runsAreKnown = await hasRunsSince(states, stateMachineArn, sinceMs)
  const runs = await openRuns(states, stateMachineArn, { sinceMs, signal, show })
  if (signal.aborted) return
  const keyWasReplaced = await bringKey(dynamodb, { ...options, to, nowMs })
  const others = await underOtherKey(dynamodb, { from, to, nowMs })
  const attemptsOf = await openHistories({
    file: join(kept, `${stage}-${from}.jsonl`),
    nowMs,
    read: (executionArn) => readAttempts(states, executionArn),
    ...(answers && { reminderRanAt: (customerId) => answers.reminderRanAt(customerId) }),
    warn: console.error,
  })
  const plan = {
    dynamodb,
    attemptsOf,
    from,
    to,
    runs,
    runsAreKnown,
    answers,
    underOtherKey: others,
    sinceMs,
    nowMs,
    ...periods,
    dryRun,
    signal,
    checkHold: async () => {
      if (!dryRun) await checkHold(lambda, stage, dryRun)
    },
  }
  for await (const seen of restoreAll(plan)) {
    summary.add(seen)
    show(`${count(summary.seen)} customers, of about ${count(Math.max(items - 1, summary.seen))} in ${from}`)
  }
  if (signal.aborted) return
  for (const line of summary.list()) console.log(line)
  console.log(`${dryRun ? 'Dry run, nothing was changed. ' : ''}Customers of ${to}, from ${from}:`)
  for (const line of summary.lines()) console.log(line)
  for (const line of remarks({ answers, runsAreKnown, keyWasReplaced })) console.log(line)
  if (dryRun) return
  console.log('Decide about the customers that are listed: docs/runbook.md says how.')
  for (const line of endOfHold(stage, keyWasReplaced === undefined ? undefined : await now())) console.log(line)
  console.log(`Deploy the stage, which sets the reservations of its settings again: change those back first that hold a function. Redrive the runs that failed since the moment of the hold:
  npm run redrive -- --stage ${displayName} --since "$HELD_AT"`)
}

/** @throws Refusal if neither the table nor the option says the moment, or both say different ones */
function momentOf({ at, from }: Options, atMs: number | undefined, nowMs: number): number {
  const given = at?.(nowMs)
  const moment = atMs ?? given
  if (moment === undefined) {
    throw new Refusal(`The table ${from} does not say to which moment it was restored: add --at.`)
  }
  // DynamoDB restores to a second.
  if (given === undefined || Math.abs(given - moment) < 1000) return moment
  throw new Refusal(
    `The table ${from} was restored to ${new Date(moment).toISOString()}: correct --at, or leave it out.`,
  )
}

async function checkReminder(
  lambda: LambdaClient,
  { stage, displayName, dryRun }: Pick<Connection, 'stage' | 'displayName'> & { dryRun: boolean },
): Promise<void> {
  const unsafe = await unsafeReminder(lambda, stage)
  if (unsafe === undefined) return
  const message = `${unsafe} Release reminder, which cannot be shipped while it is held, ship it, and hold it again:
  npm run ship -- reminder --stage ${displayName}`
  if (!dryRun) throw new Refusal(message)
  console.error(message)
}

async function checkHold(lambda: LambdaClient, stage: Stage, dryRun: boolean): Promise<void> {
  const running = await notHeld(lambda, stage)
  if (running.length === 0) return
  const message = `These functions are not held: ${running.join(', ')}. Hold them first:\n  ${holdCommand(stage)}`
  if (!dryRun) throw new Refusal(message)
  console.error(message)
}

/** What the logs say; undefined with --without-logs. */
async function answersOf(
  { withoutLogs }: Options,
  { logs, signal, show, ...where }: Work & { stage: Stage; sinceMs: number; nowMs: number },
): Promise<Answers | undefined> {
  if (withoutLogs) return undefined
  try {
    return await readLogs(logs, { ...where, signal }, (lines) => show(`${count(lines)} lines of logs read`))
  } catch (error) {
    const reason = describeError(error, 'These credentials may not read the logs.')
    throw new Refusal(
      `${reason}\nWithout the logs it is not known which customers have confirmed or withdrawn since. Make them readable, or add --without-logs: then no restored customer who is pending gets a reminder.`,
    )
  }
}

/** The runs that are open, or ended or began since. What a run that ended before did, the restored table knows. */
async function openRuns(
  states: SFNClient,
  stateMachineArn: string,
  { sinceMs, signal, show }: Pick<Work, 'signal' | 'show'> & { sinceMs: number },
): Promise<Map<string, Run>> {
  const runs = new Map<string, Run>()
  let seen = 0
  for await (const page of runsOf(states, stateMachineArn)) {
    for (const run of page) if (run.isOpen || (run.stopMs ?? Infinity) >= sinceMs) runs.set(runName(run), run)
    seen += page.length
    show(`${count(seen)} runs listed`)
    if (signal.aborted) break
  }
  return runs
}

function remarks({
  answers,
  runsAreKnown,
  keyWasReplaced,
}: {
  answers: Answers | undefined
  runsAreKnown: boolean
  keyWasReplaced: number | undefined
}) {
  const { unknown = 0 } = answers ?? {}
  return [
    ...(runsAreKnown
      ? []
      : [
          'The state machine was created after the moment of the restore: earlier runs are lost, and no pending customer without a run gets a reminder.',
        ]),
    ...(answers
      ? []
      : [
          'The logs were not read: customers who had confirmed may have withdrawn since, and tombstones may be missing.',
        ]),
    ...(unknown > 0
      ? [`${amount(unknown, 'request')} of confirm and withdraw wrote no result, so the customers are not known.`]
      : []),
    ...(keyWasReplaced === undefined
      ? []
      : [
          `The key was replaced. The table has ${amount(keyWasReplaced, 'customer')} with ids of the other key: their links work, but their addresses can be registered a second time. Customers who have withdrawn have no address in the table, so their rows of the restored table are not known.`,
        ]),
  ]
}

exitWith(main(), (error) => describeError(error, denied))
