import { readArguments } from '@confirmation-reminder/options/read-arguments'
import { wholeNumber } from '@confirmation-reminder/options/values'

export const help = `Measures the cost of a cold start: whole processes load a function's bundle and
handle one event against the local cloud, alternating with a process whose
handler does nothing. The result is the ratio of their processor times.

Usage: npm run cold-start -- [options]

  --rounds <n>  how often each function is measured (15)
  --help        show this

Exit codes: 0 measured, 1 failed, 2 wrong options`

// A day and more of measuring.
const maximumRounds = 100_000

/** @throws UsageError that names the option and what it takes. */
export function readOptions(args: string[]): { rounds: number; help: boolean } {
  const { rounds, help } = readArguments(args, { rounds: { type: 'string', default: '15' } }).values
  return { rounds: wholeNumber('--rounds', rounds, 1, maximumRounds), help }
}
