import { readArguments } from '@confirmation-reminder/options/read-arguments'

export const help = `Takes the screenshots of the console that the documentation shows: starts a
local cloud, registers, skips a day, and photographs pages in a browser.

Usage: npm run screenshots -- [options]

  --folder <folder>  where the pictures go (docs)
  --help             show this

Exit codes: 0 taken, 2 wrong options, 3 failed`

/** @throws UsageError that names the option and what it takes. */
export function readOptions(args: string[]): { folder: string; help: boolean } {
  const { values } = readArguments(args, { folder: { type: 'string', default: 'docs' } })
  return { folder: values.folder, help: values.help }
}
