import type { Clock } from '../core/clock.ts'
import { memberOf } from '../core/json.ts'
import { chance } from '../core/seeded-random.ts'
import type { Store } from '../core/store.ts'
import type { Call } from './call.ts'
import { type FaultPlan, type FaultRule, mailEvent } from './fault-rules.ts'

/** A rule, and how often it was applied. */
export interface Injected {
  rule: FaultRule
  /** How many calls it was compared with. */
  seen: number
  /** How many of them it affected. */
  injected: number
}

const machineClock: Clock = {
  now: Date.now,
  at(dueMs, fire) {
    const timer = setTimeout(fire, dueMs - Date.now())
    return () => clearTimeout(timer)
  },
}

interface Kept {
  seed: number
  rules: Injected[]
}

/**
 * The faults of calls. The rules outlive the process, and so do their counts: after the local cloud was killed they are
 * active from its first call on.
 *
 * Every call is compared with all rules in order, and the first that applies decides. Each rule has its own random
 * numbers, from the seed and the number of the call: the same calls meet the same faults again.
 */
export class Faults {
  private seed = 0
  private rules: Injected[] = []
  private keeping: Promise<void> = Promise.resolve()
  private keepingNext = false
  /** The calls that are being delayed, and until when. */
  readonly delayed = new Map<Call, number>()

  /**
   * @param clock delays calls. A skip of the virtual clock must include that: a call that is delayed by seconds would
   *   otherwise take effect after the hours that were skipped meanwhile.
   */
  constructor(
    private readonly keep: (kept: Kept) => Promise<void> = async () => {},
    private readonly clock: Clock = machineClock,
  ) {}

  static async open(store: Store, clock: Clock): Promise<Faults> {
    const kept = store.sublevel<string, Kept>('faults', { valueEncoding: 'json' })
    const faults = new Faults((state) => kept.put('faults', state), clock)
    const { seed = 0, rules = [] } = (await kept.get('faults')) ?? {}
    Object.assign(faults, { seed, rules })
    return faults
  }

  /** Delays a call by so many milliseconds. */
  async delay(call: Call, ms: number): Promise<void> {
    const untilMs = this.clock.now() + ms
    this.delayed.set(call, untilMs)
    await new Promise<void>((resolve) => this.clock.at(untilMs, resolve))
    this.delayed.delete(call)
  }

  /** Replaces all rules by these. Resolves when they are durable. */
  async replace({ seed = 0, rules }: FaultPlan): Promise<void> {
    this.seed = seed
    this.rules = rules.map((rule) => ({ rule: { ...rule }, seen: 0, injected: 0 }))
    this.save()
    await this.keeping
  }

  /** Adds a rule behind the others, whose counts go on. Resolves when it is durable. */
  async add(rule: FaultRule): Promise<void> {
    this.rules.push({ rule: { ...rule }, seen: 0, injected: 0 })
    this.save()
    await this.keeping
  }

  /** Removes the rule with this index; the counts of the others go on. Resolves when that is durable. */
  async remove(index: number): Promise<void> {
    this.rules.splice(index, 1)
    this.save()
    await this.keeping
  }

  /** All rules in order, with how often each can still apply and how often it has applied. */
  list(): (FaultRule & { injected: number })[] {
    return this.rules.map(({ rule, injected }) => ({
      ...rule,
      ...(rule.times !== undefined && { times: rule.times - injected }),
      injected,
    }))
  }

  /** The fault of this call, if any. It is counted. */
  next(call: Call): FaultRule | undefined {
    let chosen: FaultRule | undefined
    for (const [index, state] of this.rules.entries()) {
      const { rule } = state
      if (rule.service !== call.service || rule.action !== call.action) continue
      if (rule.kind === 'crashCaller' && !call.caller?.crash) continue
      if (rule.match !== undefined && !matches(rule.match, call)) continue
      const applies =
        rule.times === undefined
          ? chance(this.seed, index, state.seen) < (rule.rate ?? 0)
          : state.injected < rule.times && !chosen
      state.seen += 1
      if (!applies || chosen) continue
      state.injected += 1
      chosen = rule
    }
    if (chosen) this.save()
    return chosen
  }

  /** Resolves when all counts so far are durable. */
  stop(): Promise<void> {
    return this.keeping
  }

  /** Writes the rules as they are at that moment; while one write is queued, no other is needed. */
  private save(): void {
    if (this.keepingNext) return
    this.keepingNext = true
    this.keeping = this.keeping.then(async () => {
      this.keepingNext = false
      await this.keep({ seed: this.seed, rules: this.rules })
    })
  }
}

/** What can fail beside the actions that clients call. */
const beyondActions = new Map([
  [mailEvent.service, [mailEvent.action]],
  ['sns', ['Deliver']],
])

/** Refuses rules that could never apply, because no service or action has the name. */
export function unknownIn(
  rules: FaultRule[],
  actions: Readonly<Record<string, readonly string[]>>,
): string | undefined {
  for (const [index, { service, action }] of rules.entries()) {
    const known = Object.hasOwn(actions, service) ? [...(actions[service] ?? [])] : undefined
    if (!known) return `The member ${index}.service takes one of ${Object.keys(actions).join(', ')}.`
    known.push(...(beyondActions.get(service) ?? []))
    if (!known.includes(action)) return `The member ${index}.action takes one of ${known.join(', ')}.`
  }
  return undefined
}

/**
 * Whether a call matches a rule: its request contains the text, or each named member contains its own.
 * Two members are in every request: `request`, all of it, and `caller`, who calls, named in full or by the end of the
 * name alone, because the name of the stack may be anything.
 */
function matches(match: NonNullable<FaultRule['match']>, { input, caller }: Call): boolean {
  if (typeof match === 'string') return text(input).includes(match)
  const { caller: whoCalls, ...others } = match
  if (whoCalls !== undefined && !`-${caller?.name}`.endsWith(`-${whoCalls}`)) return false
  const members = { ...input, request: input }
  return Object.entries(others).every(([path, part]) => text(member(members, path)).includes(part))
}

function member(value: unknown, path: string): unknown {
  return path.split('.').reduce(memberOf, value)
}

/** A value as the author of a rule sees it: text unchanged, bytes and base64 mails decoded, the rest as JSON. */
function text(value: unknown): string {
  if (typeof value === 'string') return value
  if (Buffer.isBuffer(value)) return value.toString()
  if (value === null || typeof value !== 'object') return String(value ?? '')
  const { RawMessage, Payload } = value as { RawMessage?: { Data?: unknown }; Payload?: unknown }
  const mail = typeof RawMessage?.Data === 'string' ? Buffer.from(RawMessage.Data, 'base64').toString() : ''
  return `${JSON.stringify(value)}${mail}${Buffer.isBuffer(Payload) ? Payload.toString() : ''}`
}
