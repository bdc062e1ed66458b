import type { AlarmId } from './alarm.ts'

/** What an alarm tells whoever reads it in Slack. */
export interface AlarmText {
  /** What it means for customers, in a sentence or two. */
  meaning: string
  firstSteps: readonly [string, string, string]
  /** A link to where it shows in the AWS console. */
  look: string
}

/** The texts of these alarms: a forgotten one does not compile. */
export type AlarmTexts<Id extends AlarmId> = Record<Id, AlarmText>
