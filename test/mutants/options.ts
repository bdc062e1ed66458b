import { readArguments } from '@confirmation-reminder/options/read-arguments'
import { oneOf } from '@confirmation-reminder/options/values'

/** The folders whose sources have mutants: where a wrong decision loses, doubles or misdirects a mail. */
export const folders = [
  'packages/customers',
  'functions/reminder',
  'functions/feedback',
  'functions/confirm',
  'functions/withdraw',
  'functions/register',
] as const
export type Folder = (typeof folders)[number]

export interface Options {
  folders: readonly Folder[]
  help: boolean
}

export const help = `Changes the code of the domain in one place after another, and runs the tests
that are beside it: a change that they do not notice is a test that is missing,
or code that is not needed. test/mutants/explained.json names the changes that
no test can notice, and why.

Usage: npm run mutants -- [folder ...]

  folder   ${folders[0]}, ${folders[1]}, ${folders[2]},
           ${folders[3]}, ${folders[4]} or ${folders[5]};
           all of them if none is named
  --help   show this

Exit codes: 0 every change is noticed or explained; 1 one is not, or an
explanation has become wrong; 2 wrong options`

/** @throws UsageError that names the option or the folder. */
export function readOptions(args: string[]): Options {
  const { values, positionals } = readArguments(args, {}, { positionals: true })
  const named = positionals.map((folder) => oneOf('folder', folder.replace(/\/$/, ''), folders))
  return { folders: named.length > 0 ? named : folders, help: values.help }
}
