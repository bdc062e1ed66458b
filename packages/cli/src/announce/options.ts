import { stages } from '@confirmation-reminder/contracts/stages'
import { pastMoment } from '@confirmation-reminder/options/past-moment'
import { readArguments } from '@confirmation-reminder/options/read-arguments'
import { oneOf } from '@confirmation-reminder/options/values'
import { places, type StageOrLocal } from '../stage/connection.ts'

export const help = `Announces again, on the event bus of a stage, what its table says of customers.
Those who have an event already recognise it by its eventId, which is the same.

Usage: npm run announce -- --stage <stage> [options]

  --stage <stage>  ${stages.join(', ')} or local (local is the cloud at
                   AWS_ENDPOINT_URL, or else http://127.0.0.1:4566)
  --since <when>   only customers to whom something happened since then: a
                   duration such as 90m, 6h or 2d, or a moment such as
                   2026-11-27T08:00:00Z. All that the table says of them is
                   announced again, also what happened to them before
  --dry-run        print how many customers it would be, and announce nothing
  --help           show this

Ctrl-C ends it after the batch in progress. It begins at the start each time:
to announce twice is harmless.
Exit codes: 0 done, 1 stopped by an error, 2 wrong options, 3 done, but some
items cannot be read, 130 interrupted`

export interface Options {
  stage: StageOrLocal
  /** The moment in milliseconds since 1970, given the present one by the clock of the stage; undefined means all customers. */
  since: ((nowMs: number) => number) | undefined
  dryRun: boolean
}

/**
 * Reads the command line; `help`, if it asks for that.
 * @throws UsageError that names the option and what it takes.
 */
export function readOptions(args: string[]): Options | 'help' {
  const { values } = readArguments(args, {
    stage: { type: 'string' },
    since: { type: 'string' },
    'dry-run': { type: 'boolean', default: false },
  })
  if (values.help) return 'help'
  return {
    stage: oneOf('--stage', values.stage, places),
    since: values.since === undefined ? undefined : pastMoment('--since', values.since),
    dryRun: values['dry-run'],
  }
}

/** The command with the same moment: a duration would begin later if it were given again. */
export function commandLine({ stage, dryRun }: Options, sinceMs: number | undefined): string {
  return [
    `npm run announce -- --stage ${stage}`,
    ...(sinceMs === undefined ? [] : [`--since ${new Date(sinceMs).toISOString()}`]),
    ...(dryRun ? ['--dry-run'] : []),
  ].join(' ')
}
