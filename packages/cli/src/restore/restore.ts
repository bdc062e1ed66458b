import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { SFNClient } from '@aws-sdk/client-sfn'
import type { Customer } from '@confirmation-reminder/customers/customer'
import { isExpired } from '@confirmation-reminder/customers/customer'
import { type Customers, openCustomers } from '@confirmation-reminder/customers/customers'
import { type Findings, type Restored, restored, withheld } from '@confirmation-reminder/customers/restored'
import { otherThan, putMissing, type Row, rowsIn } from '@confirmation-reminder/customers/rows'
import { tombstone } from '@confirmation-reminder/customers/withdraw'
import type { Answers } from './logs.ts'
import { type Run, readRun, type Told } from './runs.ts'

/** What became of a customer of the restored table, or of a registration since. */
export type Fate =
  | Restored['outcome']
  /** Restored as they were; their run has ended, because it found no row. */
  | 'gone'
  /** The table has a row of this registration already: it is newer. */
  | 'kept'
  /** The table has a pending registration of an address that had confirmed or withdrawn: no reminder is sent. */
  | 'registeredAgain'
  /** Registered since, and lost. */
  | 'lost'
  | 'lostConfirmed'
  | 'lostWithdrawn'

export interface Seen {
  fate: Fate
  customerId: string
  traceId: string
}

export interface Plan {
  dynamodb: DynamoDBClient
  states: SFNClient
  from: string
  to: string
  /** The runs that were open or ended since, or began since, by customer and registration. */
  runs: ReadonlyMap<string, Run>
  /** Undefined: the logs could not be read. */
  answers: Answers | undefined
  /** The moment to which the table was restored. */
  sinceMs: number
  nowMs: number
  holdDays: number
  dryRun: boolean
  /** Ends the work between two customers. */
  signal: AbortSignal
}

/** How many customers are looked up at once. The clients slow down by themselves if AWS throttles them. */
const atOnce = 8

/** The name under which a run is looked up. */
export const keyOf = ({ customerId, traceId }: { customerId: string; traceId: string }) => `${customerId}_${traceId}`

/**
 * Copies every customer of the restored table, made safe, into the table of the stage, and then finds the registrations that
 * are in neither. It yields what became of each; a dry run yields what would become of it.
 */
export async function* restoreAll(plan: Plan): AsyncGenerator<Seen> {
  const customers = openCustomers(plan.to, plan.dynamodb)
  const inBackup = new Set<string>()
  for await (const page of rowsIn(plan.dynamodb, plan.from)) {
    for (const { customer } of page) inBackup.add(keyOf(customer))
    yield* inLanes(page, plan.signal, (row) => restoreOne(row, plan, customers))
    if (plan.signal.aborted) return
  }
  const since = [...plan.runs.values()].filter((run) => run.startMs >= plan.sinceMs && !inBackup.has(keyOf(run)))
  for await (const seen of inLanes(since, plan.signal, (run) => findLost(run, plan, customers))) if (seen) yield seen
}

async function* inLanes<T, R>(
  items: readonly T[],
  signal: AbortSignal,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  for (let from = 0; from < items.length && !signal.aborted; from += atOnce) {
    yield* await Promise.all(items.slice(from, from + atOnce).map(work))
  }
}

async function restoreOne({ customer, version }: Row, plan: Plan, customers: Customers): Promise<Seen> {
  const { dynamodb, to, dryRun } = plan
  const { customerId, traceId } = customer
  const { findings, isGone } = await findingsOf(customer, plan)
  const { sinceMs: since, nowMs: now, holdDays } = plan
  const safe = restored(customer, findings, { since, now, holdDays })
  const seen = (fate: Fate): Seen => ({ fate, customerId, traceId })
  if (safe.outcome === 'lapsed') return seen('lapsed')

  const row = { customer: safe.customer, version: safe.customer === customer ? version : version + 1 }
  const other = dryRun ? await otherThan(row, dynamodb, to) : await putMissing(dynamodb, to, row)
  if (!other) return seen(safe.outcome === 'unchanged' && isGone ? 'gone' : safe.outcome)
  const isAnotherRegistration = other.state === 'PENDING' && other.traceId !== safe.customer.traceId
  if (!isAnotherRegistration || safe.customer.state === 'PENDING' || isExpired(other, now)) return seen('kept')
  if (!dryRun) {
    await customers.change(customerId, (stored) => ({
      outcome: 'withheld',
      customer: stored?.state === 'PENDING' ? withheld(stored, 'unknown', since) : stored,
    }))
  }
  return seen('registeredAgain')
}

async function findingsOf(customer: Customer, plan: Plan): Promise<{ findings: Findings; isGone: boolean }> {
  const { answers, sinceMs, states } = plan
  const { customerId, traceId } = customer
  const run = plan.runs.get(keyOf(customer))
  const isWithdrawn = customer.state === 'WITHDRAWN'
  const told: Partial<Told> = run && !isWithdrawn ? await readRun(states, run.executionArn, sinceMs) : {}
  const { reminders = [], isGone = false } = told
  const fromRun = told.withdrawnAt === undefined ? undefined : { traceId, at: told.withdrawnAt }
  const withdrawal = answers?.withdrawalOf(customerId) ?? fromRun
  const confirmedAt = answers?.confirmedAt(customerId, traceId) ?? told.confirmedAt
  const undeliverableAt = answers?.undeliverableAt(customerId) ?? told.undeliverableAt
  const findings = {
    ...(withdrawal && { withdrawal }),
    ...(confirmedAt !== undefined && { confirmedAt }),
    ...(undeliverableAt !== undefined && { undeliverableAt }),
    reminders,
    isOpen: run?.isOpen ?? false,
    isUncertain: (told.isUncertain ?? false) || !answers || answers.isPerhapsUndeliverable(customerId),
  }
  return { findings, isGone }
}

/** What became of a registration that the restored table does not have; undefined if the table of the stage has it. */
async function findLost(run: Run, plan: Plan, customers: Customers): Promise<Seen | undefined> {
  const { answers, holdDays, nowMs: now, dynamodb, to, dryRun } = plan
  const { customerId, traceId } = run
  const found = await customers.find(customerId)
  const withdrawal = answers?.withdrawalOf(customerId)
  const seen = (fate: Fate): Seen => ({ fate, customerId, traceId })
  if (withdrawal?.traceId === traceId) {
    const customer = tombstone({ customerId, traceId, tokenHashes: [] }, { holdDays, now: withdrawal.at })
    if (isExpired(customer, now)) return undefined
    if (!found && !dryRun) await putMissing(dynamodb, to, { customer, version: 1 })
    if (!found || isTombstoneOf(found, traceId)) return seen('lostWithdrawn')
  }
  if (found?.traceId === traceId) return undefined
  return seen(answers?.confirmedAt(customerId, traceId) === undefined ? 'lost' : 'lostConfirmed')
}

/** Whether an earlier command has written it: the customer's own withdrawal keeps the hashes of their tokens. */
function isTombstoneOf(found: Customer, traceId: string): boolean {
  return found.state === 'WITHDRAWN' && found.traceId === traceId && found.tokenHashes.length === 0
}
