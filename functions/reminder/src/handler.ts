/**
 * The task behind the state TriggerNotification: sends a reminder, unless there is nothing to do, or not yet.
 * What ends well is an outcome of the contract. What the workflow can retry, or somebody must see to, is thrown by name;
 * the decision how often to try is deliberately the workflow's.
 */

import { sesPatienceSeconds } from '@confirmation-reminder/contracts/sending'
import { openCustomers } from '@confirmation-reminder/customers/customers'
import { readEnvironment } from '@confirmation-reminder/handler/environment'
import { logged } from '@confirmation-reminder/handler/logged'
import { openMailer } from '@confirmation-reminder/mail/mailer'
import { readPayload } from './payload.ts'
import { type Dependencies, type Reminded, remind } from './remind.ts'

const environment = readEnvironment('reminder')
const dependencies: Dependencies = {
  customers: openCustomers(environment.CUSTOMERS_TABLE),
  mailer: openMailer(environment, { patienceMs: sesPatienceSeconds * 1000 }),
  timetable: { quietHours: environment.QUIET_HOURS, spreadSeconds: environment.SPREAD_SECONDS },
}

export const handler = logged('reminder', async (event: unknown, note): Promise<Reminded> => {
  const reminded = await remind(dependencies, readPayload(event))
  note({ outcome: reminded.outcome })
  return reminded
})
