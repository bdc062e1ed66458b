import { stages } from '@confirmation-reminder/contracts/stages'
import { pastMoment } from '@confirmation-reminder/options/past-moment'
import { readArguments } from '@confirmation-reminder/options/read-arguments'
import { UsageError } from '@confirmation-reminder/options/usage-error'
import { oneOf } from '@confirmation-reminder/options/values'
import { places, type StageOrLocal } from '../stage/connection.ts'

export const help = `Copies the customers of a restored table into the table of a stage, and makes
each safe by what runs and logs know since. docs/runbook.md has all steps.

Usage: npm run restore -- --from <table> [options]

  --stage <stage>  ${stages.join(', ')} or local (local, which is the cloud at
                   AWS_ENDPOINT_URL, or else http://127.0.0.1:4566)
  --from <table>   the table that DynamoDB restored; it is only read
  --at <when>      the moment to which it was restored, such as
                   2026-11-27T08:00:00Z; left out: the restored table says it
  --without-logs   the logs cannot be read: pending customers get no reminder
  --replace-key    replace the key of the stage, though it has customers
  --dry-run        print what would be done, and change nothing
  --help           show this

It never overwrites what the table has. Ctrl-C stops it; a second start reads
only the histories that may have changed. Exit codes: 0 done, 1 stopped by an
error, 2 wrong options, 3 done, but some customers need a decision,
130 interrupted`

export interface Options {
  stage: StageOrLocal
  /** The restored table. */
  from: string
  /** The moment in milliseconds since 1970, given the present one by the clock of the stage; undefined if it was left out. */
  at: ((nowMs: number) => number) | undefined
  withoutLogs: boolean
  replaceKey: boolean
  dryRun: boolean
}

// DynamoDB's names of tables.
const tableName = /^[\w.-]{3,255}$/

/**
 * Reads the command line; `help`, if it asks for that.
 * @throws UsageError that names the option and what it takes.
 */
export function readOptions(args: string[]): Options | 'help' {
  const { values } = readArguments(args, {
    stage: { type: 'string', default: 'local' },
    from: { type: 'string' },
    at: { type: 'string' },
    'without-logs': { type: 'boolean', default: false },
    'replace-key': { type: 'boolean', default: false },
    'dry-run': { type: 'boolean', default: false },
  })
  if (values.help) return 'help'
  const stage = oneOf('--stage', values.stage, places)
  if (values.from === undefined) throw new UsageError('Missing --from: it takes the name of the restored table.')
  if (!tableName.test(values.from)) {
    throw new UsageError(`--from takes the name of a table, not "${values.from}".`)
  }
  return {
    stage,
    from: values.from,
    at: values.at === undefined ? undefined : pastMoment('--at', values.at),
    withoutLogs: values['without-logs'],
    replaceKey: values['replace-key'],
    dryRun: values['dry-run'],
  }
}
