import { parseArgs } from 'node:util'
import { type FunctionName, functionNames } from '@confirmation-reminder/contracts/functions'
import { type Stage, stages } from '@confirmation-reminder/contracts/stages'
import { exitCodes, Refusal } from './refusal.ts'

/** A stage in AWS, or whatever answers at AWS_ENDPOINT_URL. */
export type StageOrLocal = Stage | 'local'

/** What the command was asked for. */
export type Options =
  | { command: 'ship'; name: FunctionName; stage: StageOrLocal; canaryMinutes: number; dryRun: boolean }
  | { command: 'status'; names: FunctionName[]; stage: StageOrLocal }
  | { command: 'rollback'; name: FunctionName; stage: StageOrLocal; to: string | undefined; dryRun: boolean }
  | { command: 'sample'; name: FunctionName }
  | { command: 'changed'; since: string }
  | { command: 'help' }

const places = [...stages, 'local'] as const

export const help = `Ships one function: its code, and the configuration that Terraform holds ready for it.

Usage: npm run ship -- <function> --stage <stage> [--canary <minutes>] [--dry-run]
       npm run ship -- status [<function>] --stage <stage>
       npm run ship -- rollback <function> --stage <stage> [--to <version>] [--dry-run]
       npm run ship -- sample <function>     keep today's payload of the contract for good
       npm run ship -- changed --since <commit>   the functions whose code changed, as JSON

  <function>          ${functionNames.join(', ')}
  --stage <stage>     ${stages.join(', ')}, or local: the cloud at AWS_ENDPOINT_URL (http://127.0.0.1:4566)
  --canary <minutes>  how long the new version takes 10 % of the calls before it takes all; 0 is all at once (5)
  --dry-run           print the plan and change nothing
  --to <version>      roll back to this version instead of the one before

Ctrl-C rolls back. Exit codes: 0 done or nothing to do, 1 not done and live is as before, 2 wrong options,
3 the canary failed and was rolled back, 4 somebody else is shipping, 5 the rollback of live failed: run what it says,
130 interrupted and rolled back.`

// Longer than a day, nobody looks at a canary; whoever wants that wants an alarm.
const longestCanaryMinutes = 24 * 60

/** @throws Refusal that names the option and what it takes. */
export function readOptions(args: string[]): Options {
  const { values, positionals } = parse(args)
  if (values.help || args.length === 0) return { command: 'help' }
  const [first = '', second, ...rest] = positionals
  const command = commands.find((one) => one === first) ?? 'ship'
  const given = command === 'ship' ? [first, second] : [second, rest.shift()]
  const [name, tooMuch] = [given[0], given[1] ?? rest[0]]
  if (tooMuch !== undefined) refuse(`One function at a time: what is "${tooMuch}"?`)

  if (command === 'changed') {
    return { command, since: values.since ?? refuse('--since takes the commit to compare with, such as origin/main.') }
  }
  if (command === 'sample') return { command, name: functionOf(name) }
  const stage = stageOf(values.stage)
  if (command === 'status') return { command, stage, names: name === undefined ? functionNames : [functionOf(name)] }
  const { 'dry-run': dryRun, to } = values
  if (command === 'rollback') return { command, name: functionOf(name), stage, to: versionOf(to), dryRun }
  return { command, name: functionOf(name), stage, canaryMinutes: minutesOf(values.canary), dryRun }
}

const commands = ['status', 'rollback', 'sample', 'changed'] as const

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        stage: { type: 'string' },
        canary: { type: 'string', default: '5' },
        'dry-run': { type: 'boolean', default: false },
        to: { type: 'string' },
        since: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    })
  } catch (error) {
    return refuse(`${(error as Error).message.split(/\.\s|\n/)[0]?.replace(/\.$/, '')}; --help lists what there is.`)
  }
}

function functionOf(text = ''): FunctionName {
  return (
    functionNames.find((name) => name === text) ??
    refuse(`${text ? `"${text}" is no function` : 'Name the function'}: there are ${functionNames.join(', ')}.`)
  )
}

function stageOf(text: string | undefined): StageOrLocal {
  if (text === undefined) return refuse(`Name the stage with --stage: there are ${places.join(', ')}.`)
  return places.find((place) => place === text) ?? refuse(`--stage takes ${places.join(', ')}, not "${text}".`)
}

function versionOf(text: string | undefined): string | undefined {
  if (text === undefined || /^[1-9]\d*$/.test(text)) return text
  return refuse(`--to takes the number of a version, not "${text}".`)
}

function minutesOf(text: string): number {
  const minutes = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN
  if (minutes <= longestCanaryMinutes) return minutes
  return refuse(`--canary takes minutes from 0 to ${longestCanaryMinutes}, not "${text}".`)
}

function refuse(sentence: string): never {
  throw new Refusal(sentence, exitCodes.usage)
}
