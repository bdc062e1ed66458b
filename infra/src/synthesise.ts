import { join } from 'node:path'
import { type Stage, stages } from '@confirmation-reminder/contracts/stages'
import { App } from 'cdktf'
import { checkSettings } from './check-settings.ts'
import type { Code } from './code.ts'
import type { Settings } from './settings.ts'
import { ReminderStack } from './stack.ts'

/** A stage whose settings have been checked. */
export type CheckedStage = [stage: Stage, settings: Settings]

/**
 * Which stages to synthesise, their settings checked.
 * @param requested the environment variable STAGE: one stage, or nothing for all
 * @throws Error that says what to set, and where.
 */
export function checkedStages(requested: string | undefined, settings: Record<Stage, Settings>): CheckedStage[] {
  const wanted = stages.filter((stage) => !requested || stage === requested)
  if (wanted.length === 0) {
    throw new Error(`There is no stage "${requested}": set STAGE to ${stages.join(' or ')}, or leave it unset for all.`)
  }
  const others = Object.keys(settings).filter((name) => !stages.some((stage) => stage === name))
  if (others.length > 0) {
    throw new Error(
      `There is no stage "${others[0]}", and infra/src/settings.ts has settings for it: it may have ${stages.join(' and ')}.`,
    )
  }
  return wanted.map((stage) => [stage, checkSettings(stage, settings[stage] ?? {})])
}

/** Writes the Terraform of these stages into a folder. Returns the file of each stack, by the stack's id. */
export function synthesise(checked: CheckedStage[], code: Code, outdir: string): Map<string, string> {
  const app = new App({ outdir })
  const stacks = checked.map(([stage, settings]) => new ReminderStack(app, stage, settings, code))
  app.synth()
  return new Map(stacks.map(({ node: { id } }) => [id, join(outdir, 'stacks', id, 'cdk.tf.json')]))
}
