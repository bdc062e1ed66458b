import type { Settings } from '../settings.ts'
import type { AlarmId } from './alarm.ts'
import type { AlarmText, AlarmTexts } from './alarm-text.ts'
import { consoleLinks } from './console-links.ts'
import { functionTexts } from './function-texts.ts'
import { serviceTexts } from './service-texts.ts'
import type { Watched } from './table.ts'
import { workflowTexts } from './workflow-texts.ts'

/** What every alarm of a stage says. */
export function alarmTexts({ region, alarmStyle }: Settings, watched: Watched): AlarmTexts<AlarmId> {
  const open = consoleLinks(region, watched.stateMachineArn)
  return {
    ...workflowTexts(alarmStyle, open),
    ...functionTexts(watched.functionNames, open),
    ...serviceTexts(watched.api.name, watched.functionNames, open),
  }
}

/** What the post of an alarm says, in Slack's markdown. CloudWatch takes 1,024 characters. */
export function description(
  id: AlarmId,
  { meaning, firstSteps, look }: AlarmText,
  { runbookUrl, owner }: Pick<Settings, 'runbookUrl' | 'owner'>,
): string {
  return [
    `*For customers*: ${meaning}`,
    '*First*:',
    ...firstSteps.map((step, index) => `${index + 1}. ${step}`),
    `<${runbookUrl}#${runbookSection(id)}|Runbook> · ${look} · *Owner*: ${owner}`,
  ].join('\n')
}

/** The fragment that leads to the section of an alarm, as GitHub makes it of a heading. */
export function runbookSection(id: AlarmId): string {
  return id.toLowerCase()
}
