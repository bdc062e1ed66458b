import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { customerIdOf } from '@confirmation-reminder/customers/customer-id'
import { openCustomers } from '@confirmation-reminder/customers/customers'
import { eraseCustomer } from '@confirmation-reminder/customers/erase'
import { exportCustomer } from '@confirmation-reminder/customers/export'
import { NoStageKey, openStageKey } from '@confirmation-reminder/customers/stage-key'
import { help, type Plan, plan, UsageError } from './command.ts'

const exitCodes = { done: 0, failed: 1, usage: 2, nobody: 3 }

const whatRemains = `Erased. What remains elsewhere, and for how long:
- backups of the table (point-in-time recovery): 35 days
- logs and run histories: the customerId, no address; as long as the stage keeps its logs, runs 90 days. Only with the
  key in the table can anybody compute it from the address
- the address itself, only if mail to it bounced or was complained of: in the suppression list of SES, until somebody
  runs aws sesv2 delete-suppressed-destination --email-address <address>`

async function main(): Promise<number> {
  const planned = plan(process.argv.slice(2), process.env)
  if (planned === 'help') {
    console.log(help)
    return exitCodes.done
  }
  const client = new DynamoDBClient(planned.client)
  const customerId = await customerIdOf(openStageKey(planned.table, { client }), planned.address)
  return planned.action === 'export'
    ? await print(client, planned, customerId)
    : await erase(client, planned, customerId)
}

async function print(client: DynamoDBClient, { table }: Plan, customerId: string): Promise<number> {
  const customer = await openCustomers(table, client).find(customerId)
  if (!customer) return nobody(customerId)
  console.log(JSON.stringify(exportCustomer(customer, Date.now()), null, 2))
  return exitCodes.done
}

async function erase(client: DynamoDBClient, { table, dryRun }: Plan, customerId: string): Promise<number> {
  if (dryRun) {
    if (!(await openCustomers(table, client).find(customerId))) return nobody(customerId)
    console.log(`This would delete customer ${customerId} from the table ${table} for good.`)
    return exitCodes.done
  }
  if (!(await eraseCustomer(client, table, customerId))) return nobody(customerId)
  console.log(whatRemains)
  return exitCodes.done
}

function nobody(customerId: string): number {
  console.error(`Nobody is stored under this address, in any spelling (customer ${customerId}).`)
  return exitCodes.nobody
}

/** What to do about the errors that everybody meets once. */
function remedy({ name, message }: Error): string {
  if (message === 'Region is missing') return ': say where the stage is, as in AWS_REGION=eu-west-1.'
  if (name === 'ResourceNotFoundException') return ': is this the account and the Region of the stage?'
  if (/ECONNREFUSED/.test(message)) return ': does the local cloud run? npm start starts it.'
  return ''
}

main().then(
  (code) => {
    process.exitCode = code
  },
  (error: Error) => {
    const usage = error instanceof UsageError
    console.error(usage ? `${error.message} --help shows how.` : `${error.message}${remedy(error)}`)
    process.exitCode = usage ? exitCodes.usage : error instanceof NoStageKey ? exitCodes.nobody : exitCodes.failed
  },
)
