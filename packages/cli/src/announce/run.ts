import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { LambdaClient } from '@aws-sdk/client-lambda'
import { functions } from '@confirmation-reminder/contracts/functions'
import { resourceName } from '@confirmation-reminder/contracts/names'
import { type Connection, connectTo } from '../stage/connection.ts'
import { describeError } from '../stage/describe-error.ts'
import { exitCodeOf } from '../terminal/exit-with.ts'
import { progressOn } from '../terminal/progress.ts'
import { amount } from '../terminal/words.ts'
import { announceAgain } from './announce.ts'
import { commandLine, help, type Options, readOptions } from './options.ts'

const denied = 'These credentials may not announce customers again: docs/runbook.md lists the permissions.'
const exitCodes = { done: 0, failed: 1, unreadable: 3, interrupted: 130 }

/** Where the summary and the errors go, such as the console. */
type Output = Pick<Console, 'log' | 'error'>

/**
 * Executes a command line: announces customers again, and prints how many, or what to do about an error.
 * @param signal ends it after the batch in progress
 * @param pauseMs milliseconds before a second attempt at a batch
 * @returns the exit code
 */
export async function run(
  args: string[],
  environment: NodeJS.ProcessEnv,
  output: Output,
  signal: AbortSignal,
  pauseMs = 1000,
): Promise<number> {
  try {
    const options = readOptions(args)
    if (options === 'help') {
      output.log(help)
      return exitCodes.done
    }
    const connection = await connectTo(options.stage, environment)
    const nowMs = await connection.now()
    return await announceTo(connection, { ...options, sinceMs: options.since?.(nowMs), nowMs, output, signal, pauseMs })
  } catch (error) {
    output.error(describeError(error, denied))
    return exitCodeOf(error)
  }
}

interface Work extends Options {
  sinceMs: number | undefined
  nowMs: number
  output: Output
  signal: AbortSignal
  pauseMs: number
}

async function announceTo(connection: Connection, work: Work): Promise<number> {
  const { dryRun, sinceMs, output, signal } = work
  const { stage } = connection
  const plan = {
    ...work,
    ...clientsOf(connection),
    table: resourceName(stage, 'customers'),
    functionName: resourceName(stage, 'announce'),
  }
  const progress = progressOn(process.stderr)
  const unreadable: string[] = []
  let announced = 0
  let failure: unknown
  try {
    for await (const done of announceAgain(plan)) {
      announced += done.announced
      unreadable.push(...done.unreadable)
      progress.show(`${amount(announced, 'customer')} ${dryRun ? 'found' : 'announced again'}`)
    }
  } catch (error) {
    failure = error
  } finally {
    progress.end()
  }
  for (const customerId of unreadable) {
    output.error(`Not announced, because its item cannot be read: ${customerId} (docs/runbook.md, events-Unreadable).`)
  }
  if (signal.aborted || failure !== undefined) {
    if (!signal.aborted) output.error(describeError(failure, denied))
    output.error(`Stopped early, after ${amount(announced, 'customer')}. To begin at the start, which is harmless:`)
    output.error(`  ${commandLine(work, sinceMs)}`)
    return signal.aborted ? exitCodes.interrupted : exitCodes.failed
  }
  const outcome = dryRun ? 'would be announced again' : 'is announced again'
  output.log(`${amount(announced, 'customer')}: what the table says of them ${outcome}.`)
  return unreadable.length > 0 ? exitCodes.unreadable : exitCodes.done
}

/** AWS throttles each action of an account, and the invocations of a function: adaptive clients call as often as that allows. */
function clientsOf({ settings }: Connection) {
  const patient = { ...settings, retryMode: 'adaptive', maxAttempts: 10 } as const
  // An answer comes at the latest when Lambda ends the function.
  const socketTimeout = (functions.announce.timeoutSeconds + 10) * 1000
  return {
    dynamodb: new DynamoDBClient(patient),
    lambda: new LambdaClient({ ...patient, requestHandler: { ...settings.requestHandler, socketTimeout } }),
  }
}
