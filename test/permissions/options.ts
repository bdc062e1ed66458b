import { readArguments } from '@confirmation-reminder/options/read-arguments'

export interface Options {
  /** Patterns of the test files to run. */
  journeys: readonly string[]
  help: boolean
}

const all = ['test/journeys']

export const help = `Runs the journeys, and prints for every statement of every role which of them
used it. What none used is explained in test/permissions/explained.ts, or must
be removed. The report is on the stage dev; what the same roles of prod used
counts too.

Usage: npm run permissions -- [journey ...]

  journey  files or folders of journeys (${all.join(', ')})
  --help   show this

Exit codes: 0 every grant is either used or explained; 1 one is neither or
both, or a journey failed; 2 wrong options`

/** @throws UsageError that names the option */
export function readOptions(args: string[]): Options {
  const { values, positionals } = readArguments(args, {}, { positionals: true })
  return { journeys: positionals.length > 0 ? positionals : all, help: values.help }
}
