import { assumptions } from '@confirmation-reminder/plan-report/cost/assumptions'

/**
 * What each step of a registration does, as the code of the functions does it. test/journeys/simulate.test.ts counts the same in the
 * local cloud.
 */
export const work = {
  // The row with the claim of its mail, and what became of the mail. The table of sources has one write besides.
  registration: { requests: 1, writes: 2, events: 1 },
  // One request for the page, and one that confirms.
  confirmation: { requests: assumptions.requestsToConfirm, writes: 1, events: 1 },
  // The claim; and its record, or its release where SES refuses.
  attempt: { writes: 2 },
  // The choice and the wait of a run that has to wait for the morning or for its turn; the task is counted as an attempt.
  postponement: { writes: 1, transitions: 2 },
  reminder: { events: 1 },
  // SES says that it has accepted the mail, and that it has delivered it.
  mailEvents: assumptions.eventsPerMail,
} as const

/** How `feedback` gets SES's events: at most so many batches at once, each of so many events (infra/src/mail-events.ts). */
export const feedback = { batches: 5, batchSize: 10 } as const

/** The most events that `announce` puts on the bus in one call. At the rates at which that matters, its calls are full. */
export const eventsPerCall = 10

/** How long an invocation takes, in seconds. */
export const seconds = {
  register: assumptions.milliseconds.register / 1000,
  confirm: assumptions.milliseconds.confirm / 1000,
  reminder: assumptions.milliseconds.reminder / 1000,
  feedback: assumptions.milliseconds.feedback / 1000,
} as const
