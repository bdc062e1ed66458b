import { departuresMs } from '@confirmation-reminder/contracts/departures'
import type { FunctionName } from '@confirmation-reminder/contracts/functions'

/** Assumptions about people and functions. Every figure is a cautious guess until you know your own. */
export const assumptions = {
  // Public reports of double opt-in speak of 40 to 70 % who confirm by themselves.
  confirmingBeforeReminder: 0.5,
  // People who are late confirm by the first link or by the second; this many do in the end.
  confirming: 0.7,
  // An evening's hour, or a newsletter's: an even day would have 1/24, which is 4.2 %.
  busiestHour: 0.1,
  // Within that hour people come in clusters.
  burst: 2,
  // One to see the page, one to confirm.
  requestsToConfirm: 2,
  // Billed milliseconds of a warm invocation. `register` answers at a fixed time; of the others the calls to AWS are the
  // longest part.
  milliseconds: {
    register: departuresMs[0],
    confirm: 40,
    withdraw: 50,
    reminder: 100,
    failures: 50,
    feedback: 40,
    announce: 40,
  } satisfies Record<FunctionName, number>,
  // Of a function in a plan that the contracts do not have.
  otherMilliseconds: 50,
  // Invocations per registration of a function that few registrations lead to, and of one that the contracts do not have.
  rareInvocations: 0.001,
  // A mail server asks for the key of the signature, SPF, DMARC and the servers of the envelope; caches answer most of it.
  dnsQueriesPerMail: 4,
  // The events of a mail: SES accepted it, and delivered it.
  eventsPerMail: 2,
  // SNS sends it; Lambda receives and deletes it. Both are cheaper in batches.
  requestsPerQueuedEvent: 3,
  // Five pollers, each of which waits 20 seconds for a message.
  requestsPerEventSource: 5 * 3 * 60 * 24 * 30.4,
  // A few changes of state a month.
  publicationsPerAlarm: 10,
  // A topic takes a new data key every five minutes at most: 12 an hour.
  requestsPerKey: 12 * 24 * 30.4,
  // One line in, one line out, and Lambda's own START, END and REPORT.
  logBytesPerInvocation: 1_500,
  logBytesPerRequest: 500,
  // CloudWatch bills what is kept by its compressed size.
  logCompression: 0.15,
  itemBytes: 700,
  // Of the customer: storing, and the result of the mail; confirming; claiming and recording; the SES event. Lambda invokes
  // `announce` about once for each: its batches are small. To read the table's stream costs Lambda nothing.
  writes: { register: 2, confirm: 1, reminder: 2, feedback: 1 },
  // `register` also counts where a registration comes from, in a table of its own.
  writesOfSource: 1,
  reads: { register: 1, confirm: 1, reminder: 1, feedback: 1 },
  // An item is deleted some days after its last reminder.
  daysKept: 8,
  // X-Ray's default rule: one a second, and 5 % of the rest.
  traced: 0.05,
  // A run that resumes starts its task at once.
  runSecondsBesidesWaiting: 2,
} as const

export const daysOfMonth = 30.4
