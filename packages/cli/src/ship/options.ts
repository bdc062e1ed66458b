import type { Released } from '@confirmation-reminder/contracts/examples'
import { type FunctionName, functionNames } from '@confirmation-reminder/contracts/functions'
import { stages } from '@confirmation-reminder/contracts/stages'
import { readArguments } from '@confirmation-reminder/options/read-arguments'
import { UsageError } from '@confirmation-reminder/options/usage-error'
import { oneOf, refuse } from '@confirmation-reminder/options/values'
import { places, type StageOrLocal } from '../stage/connection.ts'

/** The command and its options. */
export type Options =
  | { command: 'ship'; name: FunctionName; stage: StageOrLocal; canaryMinutes: number; dryRun: boolean }
  | { command: 'status'; names: FunctionName[]; stage: StageOrLocal }
  | { command: 'rollback'; name: FunctionName; stage: StageOrLocal; to: string | undefined; dryRun: boolean }
  | { command: 'sample'; name: Released }
  | { command: 'changed'; since: string }
  | { command: 'help' }

export const help = `Ships one function: its code, and the configuration that Terraform has prepared.

Usage: npm run ship -- <function> --stage <stage> [--canary <n>] [--dry-run]
       npm run ship -- status [<function>] --stage <stage>
       npm run ship -- rollback <function> --stage <stage> [--to <n>]
       npm run ship -- sample <function|events>  keep its payloads as a contract
       npm run ship -- changed --since <commit>  list affected functions as JSON

  <function>       ${functionNames.slice(0, 5).join(', ')},
                   ${functionNames.slice(5).join(', ')}
  --stage <stage>  ${stages.join(', ')} or local
                   (at AWS_ENDPOINT_URL, or else http://127.0.0.1:4566)
  --canary <n>     minutes in which the new version gets only 10 % of the calls;
                   0 is all at once (5)
  --dry-run        print the plan and change nothing; also of a rollback
  --to <n>         roll back to this version, not the one that was live before
  --help           show this

Ctrl-C rolls back.
Exit codes: 0 done or nothing to do, 1 not done and live is unchanged,
2 wrong options, 3 the canary failed and was rolled back, 4 another ship or
update is running, 5 the rollback of live failed: run the printed command,
130 interrupted and rolled back`

// A canary of more than a day is the job of an alarm.
const longestCanaryMinutes = 24 * 60

/** @throws UsageError that names the option and what it takes. */
export function readOptions(args: string[]): Options {
  const { values, positionals } = readArguments(
    args,
    {
      stage: { type: 'string' },
      canary: { type: 'string', default: '5' },
      'dry-run': { type: 'boolean', default: false },
      to: { type: 'string' },
      since: { type: 'string' },
    },
    { positionals: true },
  )
  if (values.help || args.length === 0) return { command: 'help' }
  const [first = '', second, ...rest] = positionals
  const command = commands.find((one) => one === first) ?? 'ship'
  const given = command === 'ship' ? [first, second] : [second, rest.shift()]
  const [name, tooMuch] = [given[0], given[1] ?? rest[0]]
  if (tooMuch !== undefined) throw new UsageError(`Unexpected argument "${tooMuch}": name one function at a time.`)

  if (command === 'changed') {
    if (!values.since)
      throw new UsageError('Missing --since: it takes the commit to compare with, such as origin/main.')
    return { command, since: values.since }
  }
  if (command === 'sample') return { command, name: name === 'events' ? name : functionOf(name) }
  const stage = oneOf('--stage', values.stage, places)
  if (command === 'status') return { command, stage, names: name === undefined ? functionNames : [functionOf(name)] }
  const { 'dry-run': dryRun, to } = values
  if (command === 'rollback') return { command, name: functionOf(name), stage, to: versionOf(to), dryRun }
  return { command, name: functionOf(name), stage, canaryMinutes: minutesOf(values.canary), dryRun }
}

const commands = ['status', 'rollback', 'sample', 'changed'] as const

function functionOf(text: string | undefined): FunctionName {
  const listed = functionNames.join(', ')
  if (!text) throw new UsageError(`Name the function: ${listed}.`)
  const name = functionNames.find((one) => one === text)
  if (!name) throw new UsageError(`There is no function "${text}". The functions are ${listed}.`)
  return name
}

function versionOf(text: string | undefined): string | undefined {
  return text === undefined || /^[1-9]\d*$/.test(text) ? text : refuse('--to', text, 'the number of a version')
}

function minutesOf(text: string): number {
  const minutes = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN
  return minutes <= longestCanaryMinutes
    ? minutes
    : refuse('--canary', text, `minutes from 0 to ${longestCanaryMinutes}`)
}
