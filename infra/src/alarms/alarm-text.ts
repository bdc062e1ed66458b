import type { AlarmId } from './alarm.ts'

/** The text of an alarm in Slack. */
export interface AlarmText {
  /** The impact on customers, in a sentence or two. */
  meaning: string
  firstSteps: readonly [string, string, string]
  /** A link to the page of the AWS console that shows it. */
  look: string
}

/** The texts of these alarms: a forgotten one does not compile. */
export type AlarmTexts<Id extends AlarmId> = Record<Id, AlarmText>
