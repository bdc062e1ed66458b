import { neededToReserve, reservable, reservationRefused } from '@confirmation-reminder/contracts/concurrency'
import { quietSeconds, registrationLifetimeSeconds } from './reminder-plan.ts'
import type { Settings } from './settings.ts'
import { runTimeoutSeconds } from './workflow.ts'

/** What is wrong with settings that are well each by itself: the setting to change, and what to put there. */
export function contradictions(settings: Settings): string[] {
  return [...reservations(settings), ...durations(settings)]
}

/** Reservations that the account does not hold would stop the deploy half way. */
function reservations({ accountConcurrency, reservedConcurrency = {} }: Settings): string[] {
  const reserved = Object.values(reservedConcurrency).reduce((whole, each) => whole + each, 0)
  const most = reservable(accountConcurrency)
  if (reserved <= most) return []
  return [
    `reservedConcurrency adds up to "${reserved}", and accountConcurrency is "${accountConcurrency}": reserve at most ` +
      `${most}, or ask AWS for ${neededToReserve(reserved)} concurrent executions (docs/deploy.md). As it is, Lambda would ` +
      `refuse the deploy: ${reservationRefused(accountConcurrency)}`,
  ]
}

function durations(settings: Settings): string[] {
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
