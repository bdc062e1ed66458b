/**
 * The task behind the state TriggerNotification: sends the one reminder, unless there is nothing to do.
 * What ends well is an outcome of the contract. What the workflow can retry, or somebody must see to, is thrown by name;
 * the decision how often to try is deliberately the workflow's.
 */
import { readEnvironment } from '@confirmation-reminder/contracts/environment'
import type { ReminderOutcome } from '@confirmation-reminder/contracts/outcomes'
import { openCustomers } from '@confirmation-reminder/customers/customers'
import { logged } from '@confirmation-reminder/log/logged'
import { openMailer } from '@confirmation-reminder/mail/mailer'
import { readPayload } from './payload.ts'
import { remind } from './remind.ts'

const environment = readEnvironment('reminder')
const customers = openCustomers(environment.CUSTOMERS_TABLE)
// Nobody waits, and an answer that is not awaited leaves in doubt whether the mail was sent.
const mailer = openMailer(environment, { patienceMs: 15_000 })

export const handler = logged('reminder', async (event: unknown, note): Promise<{ outcome: ReminderOutcome }> => {
  const outcome = await remind({ customers, mailer }, readPayload(event))
  note({ outcome })
  return { outcome }
})
