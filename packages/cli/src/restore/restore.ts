import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { runName } from '@confirmation-reminder/contracts/payload'
import {
  type Customer,
  isExpired,
  type PendingCustomer,
  type RegisteredCustomer,
} from '@confirmation-reminder/customers/customer'
import { type Customers, openCustomers } from '@confirmation-reminder/customers/customers'
import { type Findings, type Restored, restored, withheld } from '@confirmation-reminder/customers/restored'
import type { Row } from '@confirmation-reminder/customers/row'
import { otherThan, putMissing, rowsIn } from '@confirmation-reminder/customers/rows'
import { tombstone } from '@confirmation-reminder/customers/withdraw'
import type { Answers } from './logs.ts'
import { type Attempt, findingsIn, type Run, type RunFindings } from './runs.ts'

/** What became of a customer of the restored table, or of a registration since. */
export type Fate =
  | Restored['outcome']
  /** Restored as they were; their run has ended, because it found no row. */
  | 'gone'
  /** The table has a row of this registration already: it is newer. */
  | 'kept'
  /** The table has a pending registration of an address that may have confirmed or withdrawn: no reminder is sent. */
  | 'registeredAgain'
  /** Restored as confirmed, though a withdrawal since found no row. */
  | 'askedToWithdraw'
  /** The same address has another row, whose id was made with another key: this one gets no reminder. */
  | 'duplicate'
  /** Registered since, and lost. */
  | 'lost'
  | 'lostConfirmed'
  | 'lostWithdrawn'
  /** … and lost, but the table has another registration of the same address. */
  | 'replaced'

export interface Seen {
  fate: Fate
  customerId: string
  traceId: string
}

export interface Plan {
  dynamodb: DynamoDBClient
  from: string
  to: string
  /** The runs that were open or ended since, or began since, by their names. */
  runs: ReadonlyMap<string, Run>
  /** Reads the history of a run. */
  attemptsOf: (run: Run) => Promise<Attempt[]>
  /** Whether these are all; otherwise runs may be lost. */
  runsAreKnown: boolean
  /** Undefined: the logs could not be read. */
  answers: Answers | undefined
  /** Registrations of the stage's table under another key, by the ids that their addresses have in the restored table. */
  underOtherKey: ReadonlyMap<string, readonly RegisteredCustomer[]>
  /** The moment to which the table was restored. */
  sinceMs: number
  nowMs: number
  holdDays: number
  /** How long the stage keeps an unanswered registration. */
  lifetimeSeconds: number
  dryRun: boolean
  /** @throws Refusal if a function that must be held is not */
  checkHold: () => Promise<void>
  /** Ends the work between two customers. */
  signal: AbortSignal
}

/** How many customers are looked up at once. The clients slow down by themselves if AWS throttles them. */
const atOnce = 8

/**
 * Copies every customer of the restored table, made safe, into the table of the stage, and then finds the registrations that
 * are in neither. It yields what became of each; a dry run yields what would become of it.
 */
export async function* restoreAll(plan: Plan): AsyncGenerator<Seen> {
  const customers = openCustomers(plan.to, plan.dynamodb)
  const inBackup = new Set<string>()
  for await (const page of rowsIn(plan.dynamodb, plan.from)) {
    await plan.checkHold()
    for (const { customer } of page) inBackup.add(runName(customer))
    for await (const seen of inLanes(page, plan.signal, (row) => restoreOne(row, plan, customers))) yield* seen
    if (plan.signal.aborted) return
  }
  const since = [...plan.runs.values()].filter((run) => run.startMs >= plan.sinceMs && !inBackup.has(runName(run)))
  for await (const seen of inLanes(since, plan.signal, (run) => findLost(run, plan, customers))) yield* seen
  // A deploy ends the hold: then what was written may be on a guess after all.
  await plan.checkHold()
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

async function restoreOne({ customer, version }: Row, plan: Plan, customers: Customers): Promise<Seen[]> {
  const { customerId, traceId } = customer
  const { findings, isGone } = await findingsOf(customer, plan)
  const { sinceMs: since, nowMs: now, holdDays } = plan
  const safe = restored(customer, findings, { since, now, holdDays })
  const seen = (fate: Fate): Seen => ({ fate, customerId, traceId })
  if (safe.outcome === 'lapsed') return [seen('lapsed')]
  if (safe.outcome === 'lapsedConfirmed') {
    const live = await customers.find(customerId)
    const isAgain = live?.state === 'PENDING' && live.traceId !== traceId && !isExpired(live, now)
    if (isAgain) await withhold(customerId, plan, customers)
    const again = await withholdUnderOtherKey(customerId, plan, customers)
    return [seen(isAgain ? 'registeredAgain' : 'lapsedConfirmed'), ...again]
  }

  const hadAnswered = safe.customer.state !== 'PENDING' || safe.outcome === 'confirmed'
  const mayHaveAnswered = hadAnswered || safe.outcome === 'uncertain' || findings.isUncertain
  // The newer row gets the reminder: its run is the one that waits longer.
  const isDuplicate = plan.underOtherKey.has(customerId) && safe.customer.state === 'PENDING' && !hadAnswered
  const copy = isDuplicate ? withheld(safe.customer as PendingCustomer, 'unknown', since) : safe.customer
  const row = { customer: copy, version: copy === customer ? version : version + 1 }
  const again = mayHaveAnswered ? await withholdUnderOtherKey(customerId, plan, customers) : []
  const other = await put(row, plan)
  if (!other) {
    const askedToWithdraw = copy.state === 'CONFIRMED' && plan.answers?.hasLostAnswer(customerId, 'withdraw')
    const unlost = safe.outcome === 'unchanged' && isGone ? 'gone' : safe.outcome
    const fate = askedToWithdraw ? 'askedToWithdraw' : unlost
    return [seen(isDuplicate ? 'duplicate' : fate), ...again]
  }
  const isAnotherRegistration = other.state === 'PENDING' && other.traceId !== copy.traceId
  // An earlier start knew less, as one without the logs.
  const isWithheldByRestore = other.state === 'PENDING' && other.withheld?.at === since
  if (isWithheldByRestore && !isAnotherRegistration) {
    return [seen(safe.outcome === 'confirmed' ? 'confirmed' : 'uncertain'), ...again]
  }
  // They asked for it after an earlier start had read the logs, and before it wrote their row.
  if (!isAnotherRegistration && other.state === 'PENDING' && plan.answers?.hasLostAnswer(customerId, 'withdraw')) {
    await withhold(customerId, plan, customers)
    return [seen('uncertain'), ...again]
  }
  if (!isAnotherRegistration || !(mayHaveAnswered || isWithheldByRestore)) return [seen('kept'), ...again]
  await withhold(customerId, plan, customers)
  return [seen('registeredAgain'), ...again]
}

/** Withholds the reminders of every pending registration that the address has under another key. */
async function withholdUnderOtherKey(customerId: string, plan: Plan, customers: Customers): Promise<Seen[]> {
  const pending = (plan.underOtherKey.get(customerId) ?? []).filter(({ state }) => state === 'PENDING')
  for (const other of pending) await withhold(other.customerId, plan, customers)
  return pending.map((other) => ({ fate: 'registeredAgain', customerId: other.customerId, traceId: other.traceId }))
}

async function withhold(customerId: string, { sinceMs, dryRun }: Plan, customers: Customers): Promise<void> {
  if (dryRun) return
  await customers.change(customerId, (stored) => ({
    outcome: 'withheld',
    customer: stored?.state === 'PENDING' ? withheld(stored, 'unknown', sinceMs) : stored,
  }))
}

async function findingsOf(customer: Customer, plan: Plan): Promise<{ findings: Findings; isGone: boolean }> {
  const { answers, sinceMs } = plan
  const { customerId, traceId } = customer
  const run = plan.runs.get(runName(customer))
  const isWithdrawn = customer.state === 'WITHDRAWN'
  const fromRun: Partial<RunFindings> = run && !isWithdrawn ? findingsIn(await plan.attemptsOf(run), sinceMs) : {}
  const { reminders = [], isGone = false, lifetimeSeconds } = fromRun
  const { withdrawnAt } = fromRun
  const seenByRun = withdrawnAt === undefined ? undefined : { traceId, at: withdrawnAt }
  const withdrawal = answers?.withdrawalOf(customerId) ?? seenByRun
  const tokenHashes = (of: string) => answers?.mailsOf(customerId, of).map(({ id }) => id) ?? []
  const confirmedAt = answers?.confirmedAt(customerId, traceId) ?? fromRun.confirmedAt
  const undeliverableAt = answers?.undeliverableAt(customerId) ?? fromRun.undeliverableAt
  const findings = {
    ...(withdrawal && { withdrawal: { ...withdrawal, tokenHashes: tokenHashes(withdrawal.traceId) } }),
    ...(confirmedAt !== undefined && { confirmedAt }),
    ...(undeliverableAt !== undefined && { undeliverableAt }),
    ...(lifetimeSeconds !== undefined && { lifetimeSeconds }),
    mails: answers?.mailsOf(customerId, traceId) ?? [],
    reminders,
    // A lost run cannot send a reminder, but one that a repeated registration starts in its place can.
    isOpen: run?.isOpen ?? !plan.runsAreKnown,
    isUncertain:
      (fromRun.isUncertain ?? !(run || plan.runsAreKnown)) ||
      !answers ||
      answers.isPerhapsUndeliverable(customerId) ||
      answers.hasLostAnswer(customerId),
  }
  return { findings, isGone }
}

/** What became of a registration that the restored table does not have; nothing if the table of the stage has it. */
async function findLost(run: Run, plan: Plan, customers: Customers): Promise<Seen[]> {
  const { answers, holdDays, nowMs: now } = plan
  const { customerId, traceId } = run
  const seen = (fate: Fate): Seen => ({ fate, customerId, traceId })
  const withdrawal = answers?.withdrawalOf(customerId)
  const wasWithdrawn = withdrawal?.traceId === traceId
  const wasConfirmed = answers?.confirmedAt(customerId, traceId) !== undefined
  const mayHaveAnswered = !answers || wasWithdrawn || wasConfirmed || answers.hasLostAnswer(customerId)
  if (wasWithdrawn) {
    const tokenHashes = answers?.mailsOf(customerId, traceId).map(({ id }) => id) ?? []
    const customer = tombstone({ customerId, traceId, tokenHashes }, { holdDays, now: withdrawal.at })
    if (isExpired(customer, now)) return []
    if (!(await put({ customer, version: 1 }, plan))) {
      return [seen('lostWithdrawn'), ...(await withholdUnderOtherKey(customerId, plan, customers))]
    }
  }
  const other = await customers.find(customerId)
  if (other?.traceId === traceId) return []
  const again = mayHaveAnswered ? await withholdUnderOtherKey(customerId, plan, customers) : []
  // It would have lapsed by now in any case. An open run may keep its registration for longer.
  if (!mayHaveAnswered && !run.isOpen && run.startMs + plan.lifetimeSeconds * 1000 <= now) return []
  if (!other || isExpired(other, now)) return [seen(wasConfirmed ? 'lostConfirmed' : 'lost'), ...again]
  if (other.state !== 'PENDING' || !mayHaveAnswered) return [seen('replaced'), ...again]
  await withhold(customerId, plan, customers)
  return [seen('registeredAgain'), ...again]
}

/** Writes the row if none is there, or finds out whether it would. Returns the customer that is there instead. */
function put(row: Row, { dynamodb: client, to: table, nowMs: now, dryRun }: Plan): Promise<Customer | undefined> {
  return (dryRun ? otherThan : putMissing)(row, { client, table, now })
}
