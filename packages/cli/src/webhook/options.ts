import { stages } from '@confirmation-reminder/contracts/stages'
import { readArguments } from '@confirmation-reminder/options/read-arguments'
import { UsageError } from '@confirmation-reminder/options/usage-error'
import { oneOf } from '@confirmation-reminder/options/values'
import { places, type StageOrLocal } from '../stage/connection.ts'

export const help = `Sets the secret of a stage's webhook, and delivers again what it did not take.

Usage: npm run webhook -- secret --stage <stage>
       npm run webhook -- redeliver --stage <stage> [--dry-run]

  secret           make a secret, set it and print it once; or set the one on
                   standard input, if that is not a terminal
  redeliver        put each event of the dead-letter queue on the bus again
  --stage <stage>  ${stages.join(', ')} or local (local is the cloud at
                   AWS_ENDPOINT_URL, or else http://127.0.0.1:4566)
  --dry-run        count what redeliver would deliver, and deliver nothing
  --help           show this

Ctrl-C stops redeliver between two requests. It can be started again at any
time: an event is deleted from the queue only after the bus has accepted it.
Exit codes: 0 done or nothing to do, 1 stopped by an error, 2 wrong options,
3 done, but messages are left in the queue, 130 interrupted`

/** What to do, and where. */
export interface Options {
  action: 'secret' | 'redeliver'
  stage: StageOrLocal
  dryRun: boolean
}

/**
 * Reads the command line; `help`, if it asks for that.
 * @throws UsageError that says what to write.
 */
export function readOptions(args: string[]): Options | 'help' {
  const { values, positionals } = readArguments(
    args,
    { stage: { type: 'string' }, 'dry-run': { type: 'boolean', default: false } },
    { positionals: true },
  )
  if (values.help) return 'help'
  const [action, ...rest] = positionals
  if (action !== 'secret' && action !== 'redeliver') throw new UsageError('Name the action, secret or redeliver.')
  // It may be the secret, so it is not repeated.
  if (rest.length > 0)
    throw new UsageError(`Write nothing after ${action} but options: secrets are read from standard input.`)
  if (action === 'secret' && values['dry-run']) throw new UsageError('--dry-run belongs to redeliver.')
  return { action, stage: oneOf('--stage', values.stage, places), dryRun: values['dry-run'] }
}
