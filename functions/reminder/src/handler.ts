/**
 * The task behind the state TriggerNotification: sends a reminder, unless there is nothing to do, or not yet.
 * An expected result is an outcome of the contract. What the workflow can retry, or a person must fix, is thrown by
 * name; how often to retry is deliberately the workflow's decision.
 */

import { sesPatienceSeconds } from '@confirmation-reminder/contracts/sending'
import { openCustomers } from '@confirmation-reminder/customers/customers'
import { readEnvironment } from '@confirmation-reminder/handler/environment'
import { logged } from '@confirmation-reminder/handler/logged'
import { openMailer } from '@confirmation-reminder/mail/mailer'
import { readPayload } from './payload.ts'
import { type Dependencies, type Reminded, remind } from './remind.ts'

const environment = readEnvironment('reminder')
const queues = [environment.EVENTS_QUEUE_URL, environment.EVENTS_UNDELIVERED_URL, environment.EVENTS_DEAD_LETTERS_URL]
const dependencies: Dependencies = {
  customers: openCustomers(environment.CUSTOMERS_TABLE),
  // Its client of SQS is loaded when it is first needed, which is after an attempt that broke off.
  noEvents: async () => (await import('./mail-events.ts')).openMailEvents(...queues)(),
  mailer: openMailer(environment, { patienceMs: sesPatienceSeconds * 1000 }),
  timetable: { quietHours: environment.QUIET_HOURS, spreadSeconds: environment.SPREAD_SECONDS },
}

export const handler = logged('reminder', async (event: unknown, note, count): Promise<Reminded> => {
  const { mail, ...reminded } = await remind(dependencies, readPayload(event), count)
  note({ outcome: reminded.outcome, ...(mail && { mail }) })
  return reminded
})
