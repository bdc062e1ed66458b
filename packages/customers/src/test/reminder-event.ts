import type { ReminderEvent } from '../claim-reminder.ts'
import { registrationEvent } from './registration-event.ts'

/** The run of that registration wakes after a day; pass what matters to the test. */
export function reminderEvent(event: Partial<ReminderEvent> = {}): ReminderEvent {
  const { traceId, textVersion, now } = registrationEvent()
  const due = event.now ?? now + 86_400_000
  return {
    traceId,
    step: 1,
    words: 'reminder',
    textVersion,
    tokenHash: 'reminder',
    now: due,
    opensAt: () => due,
    ...event,
  }
}
