import {
  type CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs'
import type { FunctionName } from '@confirmation-reminder/contracts/functions'
import { LoggedMail } from '@confirmation-reminder/contracts/logged-mail'
import { resourceName } from '@confirmation-reminder/contracts/names'
import { Uuid } from '@confirmation-reminder/contracts/payload'
import type { Stage } from '@confirmation-reminder/contracts/stages'
import type { Mail } from '@confirmation-reminder/customers/customer'
import { is, looseObject, optional, safeParse, string, unknown } from 'valibot'
import { Refusal } from '../terminal/refusal.ts'

/** The line that a function writes when it begins or ends, as far as it is read. */
const Line = looseObject({
  message: string(),
  function: string(),
  requestId: string(),
  customerId: optional(string()),
  traceId: optional(string()),
  outcome: optional(string()),
  undeliverable: optional(string()),
  mail: optional(unknown()),
})

/** What the logs of functions say about the time since a moment. Times are milliseconds since 1970. */
export class Answers {
  private readonly confirmations = new Map<string, number>()
  private readonly mails = new Map<string, Mail[]>()
  private readonly withdrawals = new Map<string, Map<string, number>>()
  private readonly unreachable = new Map<string, number>()
  private readonly perhapsUnreachable = new Set<string>()
  private readonly foundNothing = new Map<string, Set<string>>()
  private readonly unfinished = new Set<string>()
  private readonly reminded = new Map<string, number>()

  /** Takes a line of a function's log. */
  take(line: string, at: number): void {
    const read = safeParse(Line, parsed(line))
    if (!read.success) return
    const { message, function: name, requestId, customerId, traceId, outcome, undeliverable } = read.output
    // A message that `feedback` did not record comes again, a run tries again, and its history is known.
    if (message === 'begins' && askedByPeople.has(name)) this.unfinished.add(requestId)
    if (message === 'ends') this.unfinished.delete(requestId)
    if (customerId === undefined) return
    if (name === 'reminder') this.reminded.set(customerId, Math.max(this.reminded.get(customerId) ?? 0, at))
    // Only answers write the id of a customer who was not found, not pages that were only shown. An answer that failed has no outcome.
    if (outcome === 'unknown' || outcome === 'expired' || (outcome === undefined && askedByPeople.has(name))) {
      this.unfinished.delete(requestId)
      this.foundNothing.set(customerId, (this.foundNothing.get(customerId) ?? new Set()).add(name))
    }
    if (outcome === undefined) return
    const mail = safeParse(LoggedMail, read.output.mail)
    if (mail.success && is(Uuid, traceId)) {
      const key = `${customerId} ${traceId}`
      this.mails.set(key, [...(this.mails.get(key) ?? []), { ...mail.output, sentAt: at } as Mail])
    }
    if (is(Uuid, traceId)) {
      // Pages say it again whenever they are opened: the first time counts.
      if (outcome === 'confirmed') earliest(this.confirmations, `${customerId} ${traceId}`, at)
      if (outcome === 'withdrawn') {
        const ofCustomer = this.withdrawals.get(customerId) ?? new Map<string, number>()
        this.withdrawals.set(customerId, earliest(ofCustomer, traceId, at))
      }
    }
    // The function feedback writes one line about all messages of its batch. Older versions did not write which customers they are.
    if (undeliverable !== undefined) {
      for (const id of undeliverable.split(' ')) earliest(this.unreachable, id, at)
    } else if (outcome.split(' ').includes('undeliverable')) this.takeUnreachable(customerId.split(' '), at)
  }

  private takeUnreachable(customerIds: string[], at: number): void {
    const [only = '', ...others] = customerIds
    if (others.length === 0) earliest(this.unreachable, only, at)
    else for (const id of customerIds) this.perhapsUnreachable.add(id)
  }

  /** When the customer confirmed this registration. */
  confirmedAt(customerId: string, traceId: string): number | undefined {
    return this.confirmations.get(`${customerId} ${traceId}`)
  }

  /** The mails that were sent for this registration. */
  mailsOf(customerId: string, traceId: string): Mail[] {
    return this.mails.get(`${customerId} ${traceId}`) ?? []
  }

  /** The last withdrawal of the customer, and the registration that it ended. */
  withdrawalOf(customerId: string): { traceId: string; at: number } | undefined {
    const all = [...(this.withdrawals.get(customerId) ?? [])].map(([traceId, at]) => ({ traceId, at }))
    return all.sort((a, b) => a.at - b.at).at(-1)
  }

  /** When it was known that no mail reaches the customer. */
  undeliverableAt(customerId: string): number | undefined {
    return this.unreachable.get(customerId)
  }

  /** Whether the customer is one of several, and no mail reaches one or more of these. */
  isPerhapsUndeliverable(customerId: string): boolean {
    return this.perhapsUnreachable.has(customerId)
  }

  /** When the reminder last wrote about the customer. */
  reminderRanAt(customerId: string): number | undefined {
    return this.reminded.get(customerId)
  }

  /** Whether an answer for the customer found no row, or failed, by the function that got it or by either. */
  hasLostAnswer(customerId: string, name?: 'confirm' | 'withdraw'): boolean {
    const found = this.foundNothing.get(customerId)
    return name === undefined ? found !== undefined : found?.has(name) === true
  }

  /** How many requests began and wrote no result: their customers are not known. */
  get unknown(): number {
    return this.unfinished.size
  }
}

const earliest = (map: Map<string, number>, key: string, at: number) =>
  map.set(key, Math.min(map.get(key) ?? Infinity, at))

const askedByPeople: ReadonlySet<string> = new Set<FunctionName>(['confirm', 'withdraw'])

/** The functions whose logs say what customers did, which mails they got, and what became of these. */
const read: readonly FunctionName[] = ['confirm', 'withdraw', 'feedback', 'reminder', 'register']

/**
 * Reads the logs since a moment.
 * @param progress gets the number of lines that were read
 * @throws Refusal if a log does not go back to that moment; the SDK's errors if it cannot be read
 */
export async function readLogs(
  client: CloudWatchLogsClient,
  { stage, sinceMs, nowMs, signal }: { stage: Stage; sinceMs: number; nowMs: number; signal: AbortSignal },
  progress: (lines: number) => void,
): Promise<Answers> {
  const answers = new Answers()
  let lines = 0
  for (const name of read) {
    const logGroupName = `/aws/lambda/${resourceName(stage, name)}`
    await checkRetention(client, logGroupName, { sinceMs, nowMs })
    const pages = paginateFilterLogEvents({ client }, { logGroupName, startTime: sinceMs })
    for await (const { events = [] } of pages) {
      for (const { message = '', timestamp = 0 } of events) answers.take(message, timestamp)
      lines += events.length
      progress(lines)
      if (signal.aborted) return answers
    }
  }
  return answers
}

async function checkRetention(
  client: CloudWatchLogsClient,
  name: string,
  { sinceMs, nowMs }: { sinceMs: number; nowMs: number },
): Promise<void> {
  const { logGroups = [] } = await client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name }))
  const group = logGroups.find(({ logGroupName }) => logGroupName === name)
  if (!group) throw new Refusal(`There is no log group ${name}.`)
  const { retentionInDays = Infinity, creationTime = 0 } = group
  if (creationTime > sinceMs) {
    throw new Refusal(
      `The log group ${name} was created at ${new Date(creationTime).toISOString()}, after the moment to which the table was restored.`,
    )
  }
  if (sinceMs >= nowMs - retentionInDays * 86_400_000) return
  throw new Refusal(
    `The log group ${name} keeps ${retentionInDays} days, and the table was restored to a moment before.`,
  )
}

function parsed(line: string): unknown {
  try {
    return line.startsWith('{') ? JSON.parse(line) : undefined
  } catch {
    return undefined
  }
}
