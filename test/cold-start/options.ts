import { readArguments } from '@confirmation-reminder/options/read-arguments'
import { UsageError } from '@confirmation-reminder/options/usage-error'
import { oneOf, wholeNumber } from '@confirmation-reminder/options/values'
import { runningMajor } from '../installed.ts'
import { empty, ours, type Row, rows } from './rows.ts'

export const help = `Measures what a cold start costs: a process loads a function's bundle, and
handles one event against a stub of AWS. The result is a ratio to a process
whose handler does nothing: of instructions, or of processor time.

Usage: npm run cold-start -- [options]

  --rows <names>  only these, such as register,middy (all; with --check ours)
  --node <major>  on this Node, which npm installs if it is not the running one;
                  repeat it for several (the running one, and Lambda's: 24)
  --rounds <n>    how often processor time is measured (15)
  --cpu           measure processor time, also if valgrind is there
  --check         compare with test/cold-start/budget.json, on the running Node
  --update        write the budget
  --help          show this

Exit codes: 0 measured, or within the budget; 1 failed, or over it;
2 wrong options`

export interface Options {
  rows: Row[]
  nodes: number[]
  rounds: number
  cpu: boolean
  mode: 'report' | 'check' | 'update'
  help: boolean
}

const lambdaMajor = 24
// A day and more of measuring.
const maximumRounds = 100_000

/** @throws UsageError that names the option and what it takes. */
export function readOptions(args: string[]): Options {
  const { values } = readArguments(args, {
    rows: { type: 'string' },
    node: { type: 'string', multiple: true },
    rounds: { type: 'string', default: '15' },
    cpu: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    update: { type: 'boolean', default: false },
  })
  const budgeted = values.check || values.update
  if (values.check && values.update) throw new UsageError('--check and --update exclude each other.')
  if (budgeted && (values.rows !== undefined || values.cpu)) {
    throw new UsageError('The budget is about the instructions of all functions: leave out --rows and --cpu.')
  }
  const names = rows.map(({ name }) => name)
  const named = values.rows?.split(',').map((name) => oneOf('--rows', name, names))
  const nodes = values.node?.map((major) => wholeNumber('--node', major, 20, 99, 'a major version'))
  return {
    rows: budgeted ? [empty, ...ours] : rows.filter((row) => row === empty || (named?.includes(row.name) ?? true)),
    nodes: [...new Set(nodes ?? (budgeted ? [runningMajor] : [runningMajor, lambdaMajor]))],
    rounds: wholeNumber('--rounds', values.rounds, 1, maximumRounds),
    cpu: values.cpu,
    mode: values.check ? 'check' : values.update ? 'update' : 'report',
    help: values.help,
  }
}
