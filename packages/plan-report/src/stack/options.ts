import { type Stage, stages } from '@confirmation-reminder/contracts/stages'
import { readArguments } from '@confirmation-reminder/options/read-arguments'
import { UsageError } from '@confirmation-reminder/options/usage-error'
import { oneOf } from '@confirmation-reminder/options/values'

export const help = `Checks a synthesised stack before Terraform runs on it with credentials, and
copies it. Terraform then reads the copy: what was checked, and nothing else.

Usage: npm run check-stack -- [options] <cdktf.out>

  cdktf.out           what was synthesised
  --stage <stage>     ${stages.join(' or ')}
  --into <folder>     new folder for the stack's JSON and the code that it names
  --main <cdktf.out>  what main synthesises: the stack must keep its state there
  --help              show this

Refused by name: providers other than hashicorp/aws of the pinned version, data
sources and resource types that infra does not use, modules, provisioners,
imports, functions, other backends, and files that the stack does not need.

Exit codes: 0 copied; 1 refused, nothing is copied; 2 wrong options or input`

export interface Options {
  help: boolean
  stage: Stage
  /** The folder to create. */
  into: string
  synthesised: string
  main?: string
}

/** Reads the command line. @throws UsageError that says what to write instead. */
export function readOptions(args: string[]): Options {
  const option = { type: 'string' } as const
  const { values, positionals } = readArguments(
    args,
    { stage: option, into: option, main: option },
    { positionals: true },
  )
  const [synthesised = '', ...more] = positionals
  const { stage = '', into = '', main } = values
  if (values.help) return { help: true, stage: 'dev', into, synthesised }
  if (!synthesised || more.length)
    throw new UsageError('Name one folder that was synthesised. --help lists the options.')
  if (!into) throw new UsageError('Missing --into: the folder for the checked stack.')
  return { help: false, stage: oneOf('--stage', stage, stages), into, synthesised, ...(main !== undefined && { main }) }
}
