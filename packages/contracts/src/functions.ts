import * as v from 'valibot'
import { BrandText } from './brand.ts'
import { FailedRunEvent } from './failed-run.ts'
import { Locale, localeOf } from './locale.ts'
import { BatchResponse, Notification } from './notification.ts'
import { failureOutcomes, reminderOutcomes } from './outcomes.ts'
import { OwnPagesText } from './own-pages.ts'
import { ReminderPayload } from './payload.ts'
import { QuietHoursText } from './quiet-hours.ts'
import { AttributeRules } from './registration-fields.ts'
import { Changes } from './stream-event.ts'

/**
 * The body of `POST /registrations`, besides the fields that a stage declares. `customers` decides whether the address is
 * valid. The language is any tag that names one of our locales.
 */
export const Registration = v.strictObject({
  email: v.string(),
  locale: v.optional(
    v.pipe(
      v.string(),
      v.transform((tag) => localeOf(tag) ?? tag),
      Locale,
    ),
  ),
  /** Where the confirmation leads: a URL below an origin that the stage allows. */
  returnTo: v.optional(v.string()),
  /** The proof of work, if the stage asks for one: a challenge of the API and its solution, as JSON in base64. */
  altcha: v.optional(v.string()),
})
export type Registration = v.InferOutput<typeof Registration>

/** How a person gave their consent on the page: the first sign of a person. */
export const ConsentWay = v.picklist(['button', 'pointer', 'touch', 'key', 'wheel'])
export type ConsentWay = v.InferOutput<typeof ConsentWay>

/** What confirms on the page: the first sign of a person, or only the button. */
export const ConfirmBy = v.picklist(['sign', 'button'], 'is neither sign nor button')
export type ConfirmBy = v.InferOutput<typeof ConfirmBy>

const text = v.pipe(v.string(), v.nonEmpty('is empty'))
const seconds = v.pipe(text, v.digits('is not a whole number of seconds'), v.transform(Number))
const days = v.pipe(text, v.digits('is not a whole number of days'), v.transform(Number))
const count = v.pipe(text, v.regex(/^[1-9]\d*$/, 'is not a whole number above 0'), v.transform(Number))
const url = v.pipe(text, v.url('is not a URL'))
/** A mailbox as RFC 5322 writes it in a header: `name <local@domain>` or the bare address. */
const mailbox = v.pipe(
  text,
  v.regex(/^(?:[^\r\n<@]*<[^\s@<>]+@[^\s@<>]+>|[^\s@<>]+@[^\s@<>]+)$/, 'is not an email address'),
)

/** What mails and pages look like. */
const brand = { BRAND: BrandText }
const customersTable = { CUSTOMERS_TABLE: text }
const pages = {
  ...brand,
  /** The stage's own registration form; empty if it has none, and pages show the plain one. */
  FORM_URL: v.optional(v.union([v.literal(''), url], 'is neither empty nor a URL'), ''),
  /** The stage's own pages, as JSON: they are shown in the place of ours. */
  PAGES: v.optional(OwnPagesText, '{}'),
  /** How many keys a browser derives at most before it registers somebody. 0: it proves no work. */
  PROOF_OF_WORK: v.optional(v.pipe(text, v.digits('is not a whole number'), v.transform(Number)), '0'),
}
const sending = {
  ...brand,
  /** Where links in mails begin, without a slash at the end. */
  PUBLIC_URL: url,
  MAIL_SENDER: mailbox,
  MAIL_REPLY_TO: mailbox,
  MAIL_CONFIGURATION_SET: text,
}

/**
 * Every function of the system: who calls it with what, what it answers, what it needs and what it may use.
 * Infra deploys this table, the functions read their environment through it, and the local cloud runs it.
 * - `routes`: API Gateway route keys. The `ANY` routes answer 405, which API Gateway alone would call 404.
 * - `timeoutSeconds`, `memoryMegabytes`: Lambda's limits.
 */
export const functions = {
  register: {
    description: 'Takes a registration, starts its run and sends the confirmation mail',
    routes: ['POST /registrations', 'ANY /registrations', 'ANY /registrations/challenge'],
    input: Registration,
    output: v.object({ status: v.literal('pending') }),
    environment: v.object({
      ...customersTable,
      ...sending,
      ...pages,
      /** Counts registrations by where they come from. */
      SOURCES_TABLE: text,
      /** How many registrations of one IP address (IPv6: one /64) have an effect in an hour. */
      REGISTRATIONS_PER_SOURCE_AND_HOUR: count,
      STATE_MACHINE_ARN: text,
      /** The fields of a registration that are kept with the customer, as JSON. */
      ATTRIBUTES: v.optional(AttributeRules, '{}'),
      /** From registration to the moment when an unanswered one lapses. */
      REGISTRATION_LIFETIME_SECONDS: seconds,
    }),
    // API Gateway gives up after 30 s; people leave a web page that takes 10.
    timeoutSeconds: 10,
    // CPU comes with memory: with 512 MB the cold start is parsed in well under a second.
    memoryMegabytes: 512,
  },
  confirm: {
    description: 'Shows the page that confirms, and confirms',
    routes: ['GET /confirm', 'POST /confirm', 'ANY /confirm'],
    input: v.object({ token: v.string(), by: v.optional(ConsentWay) }),
    output: v.string(),
    environment: v.object({ ...customersTable, ...pages, CONFIRM_BY: ConfirmBy }),
    // It responds once no reminder is on its way, which takes up to `attemptSeconds`.
    timeoutSeconds: 20,
    memoryMegabytes: 512,
  },
  withdraw: {
    description: 'Shows the page that says "this was not me", and deletes the customer',
    routes: ['GET /withdraw', 'POST /withdraw', 'ANY /withdraw'],
    input: v.object({ token: v.string() }),
    output: v.string(),
    environment: v.object({
      ...customersTable,
      ...pages,
      /** How long no mail goes to an address that was withdrawn, even if it is registered again. */
      WITHDRAWAL_HOLD_DAYS: days,
    }),
    // As for confirm: it responds once no reminder is on its way.
    timeoutSeconds: 20,
    memoryMegabytes: 512,
  },
  reminder: {
    description: 'The task behind TriggerNotification: sends a reminder, unless there is nothing to do',
    routes: [],
    input: ReminderPayload,
    output: v.object({
      outcome: v.enum(reminderOutcomes),
      /** With `postponed`: when the workflow invokes the task again. */
      until: v.optional(v.pipe(v.string(), v.isoTimestamp())),
    }),
    environment: v.object({
      ...customersTable,
      ...sending,
      /** The queue of mail events, that of the events which SNS could not deliver to it, and that of those which could not be recorded. */
      EVENTS_QUEUE_URL: url,
      EVENTS_UNDELIVERED_URL: url,
      EVENTS_DEAD_LETTERS_URL: url,
      /**
       * The timetable of runs whose definition has none. A later release removes both, once no such run can wait any more.
       * When no reminder goes out: `21:00-08:00 Europe/Berlin`, or empty for none.
       */
      QUIET_HOURS: QuietHoursText,
      /** Over how long reminders that fall due together are spread. 0 sends each when it is due. */
      SPREAD_SECONDS: seconds,
    }),
    // No caller waits for it; long enough for SES at its slowest.
    timeoutSeconds: 30,
    memoryMegabytes: 256,
  },
  failures: {
    description: 'Posts failed runs by name to the channel, in few posts however many fail',
    routes: [],
    input: FailedRunEvent,
    output: v.object({ outcome: v.enum(failureOutcomes) }),
    environment: v.object({
      FAILURES_TABLE: text,
      /** The topic of the alarms, which the Slack channel listens to. */
      NOTIFY_TOPIC_ARN: text,
      /** The page of the runbook, without a fragment. */
      RUNBOOK_URL: url,
    }),
    // No caller waits for it; long enough for four calls that each need a second attempt.
    timeoutSeconds: 30,
    memoryMegabytes: 256,
  },
  feedback: {
    description: 'Records what SES reports about each mail: sent, delivered, bounced, complained of, rejected',
    routes: [],
    input: Notification,
    output: BatchResponse,
    environment: v.object(customersTable),
    // No caller waits for it.
    timeoutSeconds: 30,
    memoryMegabytes: 256,
  },
  announce: {
    description: 'Announces on the event bus what happened to customers, from the changes of their table',
    routes: [],
    input: Changes,
    output: BatchResponse,
    environment: v.object({
      EVENT_BUS: text,
      /** Whether events have the email address. */
      EVENTS_WITH_ADDRESS: v.picklist(['true', 'false'], 'is neither true nor false'),
    }),
    // No caller waits for it; long enough for a whole batch, each call of which needs a second attempt.
    timeoutSeconds: 60,
    memoryMegabytes: 256,
  },
} as const satisfies Record<string, FunctionContract>

interface FunctionContract {
  description: string
  routes: readonly string[]
  input: v.GenericSchema
  output: v.GenericSchema
  environment: v.ObjectSchema<v.ObjectEntries, undefined>
  timeoutSeconds: number
  memoryMegabytes: number
}

export type FunctionName = keyof typeof functions
export const functionNames = Object.keys(functions) as FunctionName[]
/** What a function reads from its environment, parsed. */
export type EnvironmentOf<F extends FunctionName> = v.InferOutput<(typeof functions)[F]['environment']>
/** What must be put into a function's environment: a forgotten variable is a compile error. */
export type EnvironmentVariables<F extends FunctionName> = Record<
  keyof v.InferInput<(typeof functions)[F]['environment']>,
  string
>
