import type { Bucket, Ends, Overview } from '@confirmation-reminder/console/api'
import { parseJson } from '../core/json.ts'

/** What is known of one registration. Times are milliseconds since 1970. */
interface Registration {
  registeredMs: number
  remindedMs?: number
  confirmedMs?: number
  withdrawnMs?: number
  undeliverable?: boolean
  lapsed?: boolean
}

const hourMs = 3_600_000
// Wide enough to be read on a phone.
const mostBuckets = 48
const bucketHours = [1, 3, 6, 12, 24, 48, 168, 720, 8760] as const
const mostErrors = 20
// Names of errors are few; a defect may make them many.
const mostNames = 1000

type Counts = Omit<Bucket, 'at'>
const nothing = (): Counts => ({ registered: 0, confirmed: 0, reminded: 0, withdrawn: 0, errors: 0 })
const noEnds = (): Ends => ({ confirmed: 0, withdrawn: 0, undeliverable: 0, lapsed: 0, waiting: 0 })
const sumOf = (ends: Ends) => Object.values<number>({ ...ends }).reduce((sum, count) => sum + count, 0)

/** What a function writes when an invocation ends. */
interface Ending {
  level?: unknown
  message?: unknown
  function?: unknown
  traceId?: unknown
  outcome?: unknown
  error?: unknown
}

/**
 * Counts what became of the registrations, from the lines that functions write when they end. A line may come twice, and
 * lines of different functions in any order: what counts is the time of each.
 */
export class OverviewCounts {
  private readonly registrations = new Map<string, Registration>()
  /** In the order in which they were seen: who has not answered lapses in about this order. */
  private readonly unanswered: Registration[] = []
  private firstUnanswered = 0
  private readonly withoutReminder = noEnds()
  private readonly afterReminder = noEnds()
  private readonly hours = new Map<number, Counts>()
  private readonly errors = new Map<string, { function: string; error: string; count: number; lastMs: number }>()

  /**
   * - `lifetimeMs`: from registration to the moment when an unanswered one lapses. A registration that a late reminder keeps for
   *   longer counts as lapsed somewhat early.
   */
  constructor(private readonly lifetimeMs: number) {}

  /** Counts a line of a function's log. Most lines say nothing here. */
  add(line: string, atMs: number): void {
    if (!line.startsWith('{') || !/"message":"(ends|fails)|"level":"error"/.test(line)) return
    const ending = read(line)
    if (!ending) return
    const { level, traceId, outcome } = ending
    const name = String(ending.function)
    if (level === 'error') this.failed(name, errorOf(ending), atMs)
    if (typeof traceId !== 'string' || typeof outcome !== 'string') return
    const change = changes.get(`${name} ${outcome}`)
    if (change) this.change(traceId, atMs, change)
  }

  /** @param nowMs the current time: what is unanswered for too long has lapsed */
  at(nowMs: number): Overview {
    this.lapse(nowMs)
    const { bucketSeconds, buckets } = bucketsOf(this.hours, nowMs)
    const errors = [...this.errors.values()]
      .sort((a, b) => b.count - a.count)
      .slice(0, mostErrors)
      .map(({ lastMs, ...error }) => ({ ...error, lastAt: iso(lastMs) }))
    const [withoutReminder, afterReminder] = [{ ...this.withoutReminder }, { ...this.afterReminder }]
    const reminded = sumOf(afterReminder)
    const registered = sumOf(withoutReminder) + reminded
    return { funnel: { registered, withoutReminder, reminded, afterReminder }, bucketSeconds, buckets, errors }
  }

  private change(traceId: string, atMs: number, { stage, count }: Change): void {
    const registration = this.registrationOf(traceId, atMs)
    this.count(registration, -1)
    const isNew = stage(registration, atMs)
    this.count(registration, 1)
    if (isNew && count) this.hour(atMs)[count] += 1
  }

  private count(registration: Registration, change: 1 | -1): void {
    const { isReminded, end } = endOf(registration)
    const ends = isReminded ? this.afterReminder : this.withoutReminder
    ends[end] += change
  }

  /** A registration whose own line was lost, as its function was killed, begins with the first line that names it. */
  private registrationOf(traceId: string, atMs: number): Registration {
    const known = this.registrations.get(traceId)
    if (known) return known
    const registration = { registeredMs: atMs }
    this.registrations.set(traceId, registration)
    this.unanswered.push(registration)
    this.count(registration, 1)
    this.hour(atMs).registered += 1
    return registration
  }

  private lapse(nowMs: number): void {
    for (; this.firstUnanswered < this.unanswered.length; this.firstUnanswered++) {
      const registration = this.unanswered[this.firstUnanswered]
      if (!registration) continue
      if (registration.registeredMs + this.lifetimeMs > nowMs) return
      this.count(registration, -1)
      registration.lapsed = true
      this.count(registration, 1)
    }
  }

  private failed(name: string, error: string, atMs: number): void {
    this.hour(atMs).errors += 1
    const key = `${name} ${error}`
    if (!this.errors.has(key) && this.errors.size === mostNames) return
    const known = this.errors.get(key) ?? { function: name, error, count: 0, lastMs: 0 }
    this.errors.set(key, { ...known, count: known.count + 1, lastMs: Math.max(known.lastMs, atMs) })
  }

  private hour(atMs: number): Counts {
    const hour = Math.floor(atMs / hourMs)
    const known = this.hours.get(hour) ?? nothing()
    this.hours.set(hour, known)
    return known
  }
}

/** What a line means: it changes a registration, unless it is known already, and is counted in the hour of the line. */
interface Change {
  /** Returns whether anything changed. */
  stage: (registration: Registration, atMs: number) => boolean
  count?: keyof Counts
}

/** A change that keeps its first moment: lines are not read in their order. */
const dated = (moment: 'remindedMs' | 'confirmedMs' | 'withdrawnMs', count: keyof Counts): Change => ({
  stage: (registration, atMs) => {
    const isNew = registration[moment] === undefined
    registration[moment] = Math.min(registration[moment] ?? Infinity, atMs)
    return isNew
  },
  count,
})
const reminded = dated('remindedMs', 'reminded')
const confirmed = dated('confirmedMs', 'confirmed')
const withdrawn = dated('withdrawnMs', 'withdrawn')
const undeliverable: Change = {
  stage: (registration) => {
    registration.undeliverable = true
    return true
  },
}
const lapsed: Change = {
  stage: (registration) => {
    registration.lapsed = true
    return true
  },
}

/** By function and outcome. */
const changes: ReadonlyMap<string, Change> = new Map<string, Change>(
  Object.entries({
    'register pending': {
      stage: (registration, atMs) => {
        registration.registeredMs = Math.min(registration.registeredMs, atMs)
        return false
      },
    },
    'reminder sent': reminded,
    'reminder alreadySent': reminded,
    // The lines of the invocations that did it may be missing, because a function was killed before it wrote them.
    'reminder alreadyConfirmed': confirmed,
    'reminder withdrawn': withdrawn,
    'reminder undeliverable': undeliverable,
    'reminder expired': lapsed,
    'confirm confirmed': confirmed,
    'confirm expired': lapsed,
    'withdraw withdrawn': withdrawn,
  }),
)

/** Where a registration has come to. Someone may confirm and withdraw later: then the answer is the withdrawal. */
function endOf(registration: Registration): { isReminded: boolean; end: keyof Ends } {
  const { remindedMs = Infinity, confirmedMs, withdrawnMs, undeliverable, lapsed } = registration
  const answeredMs = withdrawnMs ?? confirmedMs
  const isReminded = remindedMs < Infinity && remindedMs <= (answeredMs ?? Infinity)
  if (withdrawnMs !== undefined) return { isReminded, end: 'withdrawn' }
  if (confirmedMs !== undefined) return { isReminded, end: 'confirmed' }
  if (undeliverable) return { isReminded, end: 'undeliverable' }
  return { isReminded, end: lapsed ? 'lapsed' : 'waiting' }
}

/** The hours in as many buckets as can be drawn, from the first hour until now. */
function bucketsOf(hours: ReadonlyMap<number, Counts>, nowMs: number): Pick<Overview, 'bucketSeconds' | 'buckets'> {
  const last = Math.floor(nowMs / hourMs)
  let first = last
  for (const hour of hours.keys()) first = Math.min(first, hour)
  const isEnough = (size: number) => (last - first + 1) / size <= mostBuckets
  const size = bucketHours.find(isEnough) ?? Math.ceil((last - first + 1) / mostBuckets)
  const begin = Math.floor(first / size)
  const buckets = Array.from(
    { length: Math.floor(last / size) - begin + 1 },
    (_, n): Bucket => ({
      at: iso((begin + n) * size * hourMs),
      ...nothing(),
    }),
  )
  for (const [hour, counts] of hours) {
    const bucket = buckets[Math.floor(hour / size) - begin]
    if (bucket) for (const name of Object.keys(counts) as (keyof Counts)[]) bucket[name] += counts[name]
  }
  return { bucketSeconds: size * 3600, buckets }
}

/** The name of the error that was thrown, or the outcome that is one. */
function errorOf({ message, outcome, error }: Ending): string {
  const names = String(message).startsWith('fails') ? [error, outcome] : [outcome, error]
  return names.find((name): name is string => typeof name === 'string') ?? 'unknown'
}

function read(line: string): Ending | undefined {
  try {
    const value = parseJson(line)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

const iso = (ms: number) => new Date(ms).toISOString()
