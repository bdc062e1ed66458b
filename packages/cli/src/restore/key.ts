import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { isExpired, type RegisteredCustomer } from '@confirmation-reminder/customers/customer'
import { customerIdOf } from '@confirmation-reminder/customers/customer-id'
import { rowsIn } from '@confirmation-reminder/customers/rows'
import { compareStageKeys, copyStageKey, openStageKey } from '@confirmation-reminder/customers/stage-key'
import { Refusal } from '../terminal/refusal.ts'
import { amount } from '../terminal/words.ts'

/**
 * Gives the table of the stage the key of the restored table, without which every address would have another id.
 * @returns how many customers have an id of another key, if that key was replaced
 * @throws Refusal if the stage has customers under another key, and it was not asked to replace it
 */
export async function bringKey(
  client: DynamoDBClient,
  {
    from,
    to,
    nowMs,
    replaceKey,
    dryRun,
  }: { from: string; to: string; nowMs: number; replaceKey: boolean; dryRun: boolean },
): Promise<number | undefined> {
  const tables = { from, to }
  const keys = await compareStageKeys(client, tables)
  if (keys === 'same') return undefined
  if (keys === 'missing') {
    if (!dryRun) await copyStageKey(client, tables)
    return undefined
  }
  let customers = 0
  for await (const page of rowsIn(client, to)) customers += page.filter((row) => !isExpired(row.customer, nowMs)).length
  if (customers > 0 && !replaceKey) {
    throw new Refusal(
      `The table ${to} has another key than ${from}, and ${amount(customers, 'customer')} whose ids were made with it. --replace-key keeps them: their links and reminders work, but their addresses can be registered a second time.`,
    )
  }
  if (!dryRun) await copyStageKey(client, tables)
  return customers
}

/**
 * The registrations of the table of the stage whose ids were made with another key than that of the restored table, by the ids
 * that their addresses have under that one. A tombstone has no address, so it is not among them.
 */
export async function underOtherKey(
  client: DynamoDBClient,
  { from, to, nowMs }: { from: string; to: string; nowMs: number },
): Promise<Map<string, RegisteredCustomer[]>> {
  const key = openStageKey(from, { client })
  const found = new Map<string, RegisteredCustomer[]>()
  for await (const page of rowsIn(client, to)) {
    for (const { customer } of page) {
      if (customer.state === 'WITHDRAWN' || isExpired(customer, nowMs)) continue
      const id = await customerIdOf(key, customer.email)
      if (id !== customer.customerId) found.set(id, [...(found.get(id) ?? []), customer])
    }
  }
  return found
}
