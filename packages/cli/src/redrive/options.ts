import { needDecision } from '@confirmation-reminder/contracts/redrive'
import { stages } from '@confirmation-reminder/contracts/stages'
import { pastMoment } from '@confirmation-reminder/options/past-moment'
import { readArguments } from '@confirmation-reminder/options/read-arguments'
import { oneOf, wholeNumber } from '@confirmation-reminder/options/values'
import { places, type StageOrLocal } from '../stage/connection.ts'

export const help = `Redrives the failed runs of a stage: each continues in the state where it ended.

Usage: npm run redrive -- --since <when> [options]

  --stage <stage>   ${stages.join(', ')} or local (local, which is the cloud at
                    AWS_ENDPOINT_URL, or else http://127.0.0.1:4566)
  --since <when>    only runs that ended since then: a duration such as 90m, 6h
                    or 2d, or a moment such as 2026-11-27T08:00:00Z
  --error <name>    only runs that ended with this error; repeatable (all errors
                    but those that need a decision: ${needDecision.join(', ')}, stopped runs)
  --per-second <n>  redrive at most this many runs a second, 1 to 100 (1)
  --dry-run         print what would be redriven, and redrive nothing
  --help            show this

Ctrl-C stops it between two runs. It can be started again, also while another
one is running: no run is redriven twice for the same failure.
Exit codes: 0 done or nothing to do, 1 stopped by an error, 2 wrong options,
3 done, but runs are left that need a decision or cannot be redriven,
130 interrupted`

// A new SES account sends one mail a second: the redriven runs do not fail for exceeding that.
const defaultPerSecond = 1

export interface Options {
  stage: StageOrLocal
  /** The moment in milliseconds since 1970, given the present one by the clock of the stage. */
  since: (nowMs: number) => number
  /** The errors that were named; none means every error that needs no decision. */
  errors: string[]
  perSecond: number
  dryRun: boolean
}

/**
 * Reads the command line; `help`, if it asks for that.
 * @throws UsageError that names the option and what it takes.
 */
export function readOptions(args: string[]): Options | 'help' {
  const { values } = readArguments(args, {
    stage: { type: 'string', default: 'local' },
    since: { type: 'string' },
    error: { type: 'string', multiple: true, default: [] as string[] },
    'per-second': { type: 'string', default: String(defaultPerSecond) },
    'dry-run': { type: 'boolean', default: false },
  })
  if (values.help) return 'help'
  return {
    stage: oneOf('--stage', values.stage, places),
    since: pastMoment('--since', values.since),
    errors: values.error,
    perSecond: wholeNumber('--per-second', values['per-second'], 1, 100),
    dryRun: values['dry-run'],
  }
}

/** How a shell command names an error. A person who stops a run may give it any name. */
export function errorOption(error: string): string {
  return `--error ${/^[\w.-]+$/.test(error) ? error : `'${error.replaceAll("'", "'\\''")}'`}`
}

/** The command with the same moment: a duration would begin later if it were given again. */
export function commandLine({ stage, errors, perSecond, dryRun }: Options, sinceMs: number): string {
  return [
    `npm run redrive -- --stage ${stage} --since ${new Date(sinceMs).toISOString()}`,
    ...errors.map(errorOption),
    ...(perSecond === defaultPerSecond ? [] : [`--per-second ${perSecond}`]),
    ...(dryRun ? ['--dry-run'] : []),
  ].join(' ')
}
