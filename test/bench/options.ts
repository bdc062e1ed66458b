import { readArguments } from '@confirmation-reminder/options/read-arguments'
import { UsageError } from '@confirmation-reminder/options/usage-error'
import { wholeNumber } from '@confirmation-reminder/options/values'

/** What is measured, in the order of the table. */
export const rows = ['start', 'loop', 'work', 'polls', 'runs', 'waiting'] as const
export type Row = (typeof rows)[number]

export const help = `Measures the local cloud and the commands that developers wait for, and prints a
table in Markdown. Run it on an idle Linux machine: it takes about ten minutes.

Usage: npm run bench -- [options]

  --rows <names>  what to measure, separated by commas (all):
                  start    npm start, and the local cloud alone
                  loop     check, synth, and the first reminder after a start
                  work     registrations, reminders, and memory
                  polls    what is asked again and again, with many mails stored
                  runs     StartExecution, beside other emulators from npm and
                           moto_server, where they can be had
                  waiting  a start after kill -9 with many waiting runs
  --waiting <n>   how many runs wait (100000; 1000000 need 3 GB of disk)
  --mails <n>     how many mails are stored (22200)
  --help          show this

Exit codes: 0 measured, 2 wrong options, 3 failed`

export interface Options {
  rows: Row[]
  waiting: number
  mails: number
  help: boolean
}

/** @throws UsageError that names the option and what it takes. */
export function readOptions(args: string[]): Options {
  const { values } = readArguments(args, {
    rows: { type: 'string', default: rows.join() },
    waiting: { type: 'string', default: '100000' },
    mails: { type: 'string', default: '22200' },
  })
  const asked = values.rows.split(',')
  const unknown = asked.find((name) => !rows.some((row) => row === name))
  if (unknown !== undefined) throw new UsageError(`--rows takes ${rows.join(', ')}, and not "${unknown}".`)
  return {
    rows: rows.filter((row) => asked.includes(row)),
    // AWS has no more open runs in an account and Region.
    waiting: wholeNumber('--waiting', values.waiting, 1, 1_000_000),
    mails: wholeNumber('--mails', values.mails, 1, 1_000_000),
    help: values.help,
  }
}
