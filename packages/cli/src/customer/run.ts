import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { customerIdOf } from '@confirmation-reminder/customers/customer-id'
import { openCustomers } from '@confirmation-reminder/customers/customers'
import { eraseCustomer } from '@confirmation-reminder/customers/erase'
import { exportCustomer } from '@confirmation-reminder/customers/export'
import { NoStageKey, openStageKey } from '@confirmation-reminder/customers/stage-key'
import { UsageError } from '@confirmation-reminder/options/usage-error'
import { describeError } from '../stage/describe-error.ts'
import { help, type Options, readOptions } from './options.ts'

const denied = 'These credentials may not read and change customers: use a role that may read and write the table.'
const exitCodes = { done: 0, failed: 1, notFound: 3 }

const whatRemains = `Erased. What remains elsewhere, and for how long:
- backups of the table (point-in-time recovery): 35 days. Keep your record of this request until then: a restore brings
  the customer back, and they have to be erased again
- the run of a customer who had not answered: it ends when it wakes, and the alarm runs-Gone goes off
- logs and run histories: the customerId, no address; as long as the stage keeps its logs, runs 90 days. Only with the
  key in the table can it be calculated from the address
- the address itself, only after a bounce or a complaint: in the suppression list of SES, until you run
  aws sesv2 delete-suppressed-destination --email-address <address>`

/** Where the answer and the errors go, such as the console. */
type Output = Pick<Console, 'log' | 'error'>

/**
 * Executes a command line: prints what it asks for, or what to do about an error.
 * @returns the exit code
 */
export async function run(args: string[], environment: NodeJS.ProcessEnv, output: Output): Promise<number> {
  try {
    return await answer(readOptions(args, environment), output)
  } catch (error) {
    output.error(describeError(error, denied))
    return exitCodeOf(error)
  }
}

async function answer(options: Options | 'help', output: Output): Promise<number> {
  if (options === 'help') {
    output.log(help)
    return exitCodes.done
  }
  const client = new DynamoDBClient(options.client)
  const customerId = await customerIdOf(openStageKey(options.table, { client }), options.address)
  return options.action === 'export'
    ? await print(client, options, customerId, output)
    : await erase(client, options, customerId, output)
}

async function print(client: DynamoDBClient, { table }: Options, customerId: string, output: Output): Promise<number> {
  const customer = await openCustomers(table, client).find(customerId)
  if (!customer) return notFound(customerId, output)
  output.log(JSON.stringify(exportCustomer(customer, Date.now()), null, 2))
  return exitCodes.done
}

async function erase(
  client: DynamoDBClient,
  { table, dryRun }: Options,
  customerId: string,
  output: Output,
): Promise<number> {
  if (dryRun) {
    if (!(await openCustomers(table, client).find(customerId))) return notFound(customerId, output)
    output.log(`This would delete customer ${customerId} from the table ${table} for good.`)
    return exitCodes.done
  }
  if (!(await eraseCustomer(client, table, customerId))) return notFound(customerId, output)
  output.log(whatRemains)
  return exitCodes.done
}

function notFound(customerId: string, output: Output): number {
  output.error(`No customer has this address, in upper or lower case (customer ${customerId}).`)
  return exitCodes.notFound
}

function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return error.exitCode
  return error instanceof NoStageKey ? exitCodes.notFound : exitCodes.failed
}
