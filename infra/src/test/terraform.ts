import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { functionNames } from '@confirmation-reminder/contracts/functions'
import type { Stage } from '@confirmation-reminder/contracts/stages'
import type { Code } from '../code.ts'
import type { Settings } from '../settings.ts'
import { synthesise } from '../synthesise.ts'
import { settings } from './settings.ts'

/** The arguments of a resource that tests look at. */
// biome-ignore lint/suspicious/noExplicitAny: what Terraform's JSON holds is what the tests find out.
export type Arguments = Record<string, any>

export interface Terraform {
  resource: Record<string, Record<string, Arguments>>
  data: Record<string, Record<string, Arguments>>
  output: Record<string, { value: string }>
  variable?: Record<string, Arguments>
  removed?: Arguments[]
  provider: { aws: Arguments[] }
  terraform: { backend: Record<string, Arguments>; required_providers: Record<string, Arguments> }
}

/** What was synthesised in this process, as text, by the stage and the changes of its settings. */
const synthesised = new Map<string, string>()

/** The Terraform of a stage with the settings of the tests and a stand-in for the code. */
export function terraformOf(stage: Stage, changes: Partial<Settings> = {}): Terraform {
  const key = JSON.stringify([stage, changes], (_, value) => value ?? null)
  const text = synthesised.get(key) ?? textOf(stage, changes)
  synthesised.set(key, text)
  return JSON.parse(text)
}

function textOf(stage: Stage, changes: Partial<Settings>): string {
  const outdir = mkdtempSync(join(tmpdir(), 'infra-'))
  try {
    const file = join(outdir, 'stand-in.zip')
    writeFileSync(file, 'no code')
    const code = Object.fromEntries(functionNames.map((name) => [name, { file, sha256Base64: `hash of ${name}` }]))
    const [stack = ''] = synthesise([[stage, { ...settings[stage], ...changes }]], code as Code, outdir).values()
    return readFileSync(stack, 'utf8')
  } finally {
    rmSync(outdir, { recursive: true })
  }
}

/** Every resource of a type, by name. */
export function resources({ resource }: Terraform, type: string): [name: string, args: Arguments][] {
  return Object.entries(resource[type] ?? {})
}

/** The one resource of a type. */
export function only(terraform: Terraform, type: string): Arguments {
  const found = resources(terraform, type)
  if (found.length !== 1 || !found[0]) throw new Error(`There are ${found.length} of ${type}.`)
  return found[0][1]
}
