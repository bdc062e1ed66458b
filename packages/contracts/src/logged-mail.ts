import * as v from 'valibot'
import { Locale } from './locale.ts'
import { ReminderWords } from './payload.ts'

/**
 * A mail that SES accepted, as the line says that a function writes when it ends. `npm run restore` reads it from there when a restore of
 * the table has lost it: without its id, the hash of its token, its link would lead nowhere.
 */
export const LoggedMail = v.object({
  id: v.string(),
  kind: v.picklist(['confirmation', 'alreadyConfirmed', ...ReminderWords.options]),
  textVersion: v.string(),
  locale: Locale,
  /** For a reminder: its step in the plan, from 1. */
  step: v.optional(v.number()),
  /** Milliseconds since 1970. */
  claimedAt: v.number(),
})
export type LoggedMail = v.InferOutput<typeof LoggedMail>
