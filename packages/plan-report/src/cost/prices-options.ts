import { readArguments } from '@confirmation-reminder/options/read-arguments'

export const help = `Reads the prices from AWS's price list and writes them into price-figures.ts.

Usage: npm run prices -- [options]

  --help  show this

Exit codes: 0 written; prices that were not found are listed, 1 failed,
2 wrong options`

/** @throws UsageError, because the command has no option but --help. */
export function readOptions(args: string[]): { help: boolean } {
  return { help: readArguments(args, {}).values.help }
}
