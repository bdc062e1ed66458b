import { SFNClient } from '@aws-sdk/client-sfn'
import { surviveLostOutput } from '@confirmation-reminder/options/lost-output'
import { connectTo } from '../stage/connection.ts'
import { describeError, missingRegion } from '../stage/describe-error.ts'
import { hideNodeWarning } from '../stage/node-warning.ts'
import { stateMachineOf } from '../stage/state-machine.ts'
import { exitWith } from '../terminal/exit-with.ts'
import { signalOfInterruption } from '../terminal/interruption.ts'
import { progressOn } from '../terminal/progress.ts'
import { Refusal } from '../terminal/refusal.ts'
import { count, durationOf } from '../terminal/words.ts'
import { failedRuns, type ListedRun } from './failed-runs.ts'
import { commandLine, help, type Options, readOptions } from './options.ts'
import { redriveAll } from './redrive.ts'
import { Summary } from './summary.ts'

surviveLostOutput()
hideNodeWarning()

const exitCodes = { done: 0, failed: 1, left: 3, interrupted: 130 }
const denied = 'These credentials may not redrive runs: docs/runbook.md lists the permissions.'

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2))
  if (options === 'help') {
    console.log(help)
    return exitCodes.done
  }
  const { stage, settings, now } = await connectTo(options.stage)
  const sinceMs = options.since(await now())
  // Step Functions throttles each action of an account: an adaptive client calls as often as that allows.
  const client = new SFNClient({ ...settings, retryMode: 'adaptive', maxAttempts: 10 })
  await client.config.region().catch(() => {
    throw new Refusal(missingRegion)
  })
  const stateMachineArn = await stateMachineOf(client, stage)

  const signal = signalOfInterruption()
  const summary = new Summary(options.dryRun)
  const work = redriveFailed(client, stateMachineArn, { ...options, sinceMs, signal, summary })
  const failure = await work.then(() => undefined).catch((error: unknown) => error)
  const stopped = failure !== undefined || signal.aborted
  if (summary.seen > 0 || !stopped) for (const line of report(summary, options, sinceMs)) console.log(line)
  if (failure !== undefined) console.error(describeError(failure, denied))
  if (stopped) {
    console.error(`Stopped early. To continue: ${commandLine(options, sinceMs)}`)
    return signal.aborted ? exitCodes.interrupted : exitCodes.failed
  }
  return summary.left > 0 ? exitCodes.left : exitCodes.done
}

interface Work extends Options {
  sinceMs: number
  signal: AbortSignal
  summary: Summary
}

/** Finds the failed runs and redrives them, until it is done or interrupted. */
async function redriveFailed(client: SFNClient, stateMachineArn: string, work: Work): Promise<void> {
  const { sinceMs, signal, summary, dryRun } = work
  const progress = progressOn(process.stderr)
  try {
    const runs: ListedRun[] = []
    for await (const page of failedRuns(client, stateMachineArn, sinceMs)) {
      if (signal.aborted) return
      runs.push(...page)
      progress.show(`${count(runs.length)} failed runs found`)
    }
    // Those that Step Functions will refuse first: it redrives a run for 14 days.
    runs.sort((a, b) => a.stoppedMs - b.stoppedMs)
    const beganMs = performance.now()
    for await (const judged of redriveAll({ ...work, client, runs })) {
      summary.add(judged)
      const { seen, redriven } = summary
      const done = dryRun ? '' : `, ${count(redriven)} redriven`
      const secondsToGo = ((performance.now() - beganMs) / 1000 / seen) * (runs.length - seen)
      progress.show(
        `${count(seen)} of ${count(runs.length)} failed runs${done}, about ${durationOf(secondsToGo)} to go`,
      )
    }
  } finally {
    progress.end()
  }
}

function report(summary: Summary, { stage, errors, perSecond, dryRun }: Options, sinceMs: number): string[] {
  const { seen, redriven } = summary
  const since = new Date(sinceMs).toISOString()
  if (seen === 0) return [`No run of ${stage} has failed since ${since}.`]
  return [
    `Failed runs of ${stage} since ${since}:`,
    ...summary.lines(),
    ...errors.filter((error) => !summary.has(error)).map((error) => `None of them ended with ${error}.`),
    ...(dryRun && redriven > 0 ? [`Nothing was redriven. It would take ${durationOf(redriven / perSecond)}.`] : []),
  ]
}

exitWith(main(), (error) => describeError(error, denied))
