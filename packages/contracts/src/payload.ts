import * as v from 'valibot'
import { QuietHoursText } from './quiet-hours.ts'

/** A UUID, lower case, as RFC 9562 writes it. */
export const Uuid = v.pipe(
  v.string(),
  v.regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'is not a lower-case UUID'),
)

/**
 * Which words a reminder has, by their key in `mail`. A key that was ever deployed stays: waiting runs use it.
 * - `reminder`: the only one, as in the article
 * - `firstReminder`, `secondReminder`: in a plan in which others follow
 * - `lastReminder`: in a plan with several, when no other follows
 */
export const ReminderWords = v.picklist(['reminder', 'firstReminder', 'secondReminder', 'lastReminder'])
export type ReminderWords = v.InferOutput<typeof ReminderWords>
/** Every text that a mail may have. */
export type MailKind = 'confirmation' | 'alreadyConfirmed' | ReminderWords

/** The input of a run, and its name: the ids of a customer and of a registration. */
export const RunInput = v.object({ customerId: Uuid, traceId: Uuid })
export type RunInput = v.InferOutput<typeof RunInput>

function wholeNumber(least: number) {
  return v.pipe(v.number(), v.integer('is not a whole number'), v.minValue(least, `is below ${least}`))
}

/**
 * What a run of the state machine carries from registration to reminder: the article's two fields and nothing else,
 * so that run inputs contain no personal data.
 * The workflow passes to the task what only the plan of the run knows, so that a change of the settings does not change
 * what a waiting run does.
 * Additions must be optional: runs that wait a day hold payloads that an older version wrote.
 */
export const ReminderPayload = v.object({
  ...RunInput.entries,
  /** Which reminder of the plan, from 1. 0 is no reminder: the visit only keeps the registration for `lifetimeSeconds`. */
  step: v.optional(wholeNumber(0), 1),
  words: v.optional(ReminderWords, 'reminder'),
  /**
   * Whether the run can wait and invoke the task again. A run that began before its stage had quiet hours cannot:
   * postponing would end it.
   */
  postponable: v.optional(v.boolean()),
  /** When the reminders of this run go out. Runs of earlier definitions lack it: then the function's environment decides. */
  timetable: v.optional(
    v.object({
      /** When no reminder goes out, such as `21:00-08:00 Europe/Berlin`. Left out: never. */
      quietHours: v.optional(QuietHoursText),
      /** Over how long reminders that fall due together are spread. */
      spreadSeconds: wholeNumber(0),
    }),
  ),
  /** How long the plan of this run keeps an unanswered registration, in seconds since it was made. */
  lifetimeSeconds: v.optional(wholeNumber(1)),
})
export type ReminderPayload = v.InferOutput<typeof ReminderPayload>
/** The same as a definition writes it. */
export type WrittenReminderPayload = v.InferInput<typeof ReminderPayload>

/**
 * The name of a run. Unique per registration, so that starting a run twice is harmless; at most 73 of the 80 characters
 * that Step Functions allows, and only those that it can also log.
 */
export function runName({ customerId, traceId }: RunInput): string {
  return `${customerId}_${traceId}`
}
