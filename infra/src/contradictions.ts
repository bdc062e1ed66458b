import { quietSeconds, registrationLifetimeSeconds } from './reminder-plan.ts'
import type { Settings } from './settings.ts'
import { runTimeoutSeconds } from './workflow.ts'

/** What is wrong with settings that are well each by itself: the setting to change, and what to put there. */
export function contradictions(settings: Settings): string[] {
  const { spreadSeconds, expiresDaysAfterReminder: days } = settings
  const longestSpread = 86_400 - quietSeconds(settings) - 1
  if (spreadSeconds > longestSpread) {
    return [
      `spreadSeconds is "${spreadSeconds}": put at most ${longestSpread}, ` +
        'so that whoever waits for the morning has their turn before the next night.',
    ]
  }
  const missingSeconds = runTimeoutSeconds(settings) + 1 - registrationLifetimeSeconds(settings)
  if (missingSeconds <= 0) return []
  return [
    `expiresDaysAfterReminder is "${days}": put at least ${days + Math.ceil(missingSeconds / 86_400)}, ` +
      'so that no registration lapses while its run still tries to send.',
  ]
}
