import { setTimeout as pause } from 'node:timers/promises'
import { concurrently } from '../concurrently.ts'
import { type Mail, type SlackPost, tokenIn } from '../local-cloud.ts'
import { audit, type Verdict } from './audit.ts'
import { CrashingCloud } from './crashing-cloud.ts'
import { type Customer, customers, pauseBetweenCrowds } from './customer.ts'
import type { FaultRule, InjectedRule } from './faults.ts'
import { Random } from './random.ts'

export interface Settings {
  registrations: number
  /** The share of the customers who confirm: half of them by default. */
  confirming?: number
  seed: number
  /** A synthesised folder. */
  stack: string
  faults: FaultRule[]
  /** How many seconds pass between a start and the next `kill -9`, at least and at most; more where a start takes long. */
  killEverySeconds?: readonly [number, number]
  /** Whether the mails already show what the test is to find: it then waits for no further run. */
  isFound?: (mails: Mail[]) => boolean
  /** Is called now and then with the share that is done, from 0 to 1. */
  progress?: (share: number, words: string) => void
}

export interface Result {
  verdict: Verdict
  customers: Customer[]
  mails: Mail[]
  kills: number
  faults: InjectedRule[]
  slackPosts: SlackPost[]
  seconds: number
  registrationsPerSecond: number
  /** The log of the local cloud, over all its starts. */
  output: string
}

// More at once would only wait for the workers of the local cloud.
const atOnce = 24
// Customers retry with the next crowd, and confirm on the half hour: each skip takes time.
const crowdMs = pauseBetweenCrowds * 1000
const minuteMs = 60_000
const halfHourMs = 30 * minuteMs
const dayMs = 86_400_000
// A run ends within its day, its retries and the wait for evidence. A run that is open after that is an error in itself.
const longestMs = 4 * dayMs

/**
 * Registers customers over HTTP as a client does that retries, confirms a share of them, injects the faults, kills the
 * local cloud again and again, waits until every run has ended, and audits the mailbox.
 *
 * The clock is skipped only while no customer waits for an answer: for customers time passes as it does.
 */
export async function killTest(settings: Settings): Promise<Result> {
  const { registrations, confirming = 0.5, seed, stack, faults, killEverySeconds } = settings
  const { isFound, progress = () => {} } = settings
  const began = performance.now()
  const random = new Random(seed)
  const all = customers(registrations, confirming, random)
  const cloud = await CrashingCloud.start(stack)
  try {
    await cloud.injectFaults(seed, faults)
    if (killEverySeconds) cloud.killEvery(killEverySeconds, random)

    const started = cloud.now()
    const schedule = new Schedule(all, started)
    let registeringMs = 0
    while (schedule.steps.length > 0) {
      const { at, registers, confirms, confirmsAmid } = schedule.next()
      const roundBegan = performance.now()
      const showProgress = () => progress(schedule.share, `${schedule.words}, ${cloud.kills} kills`)
      // Those who confirm at the reminder do so while it is sent, over the seconds in which their crowd had registered.
      const amid = concurrently(confirmsAmid, atOnce, async (customer) => {
        await pause(random.between(20, 3000))
        schedule.confirmed(customer, await confirm(cloud, customer, random))
        showProgress()
      })
      await cloud.advanceTo(at)
      await amid
      await concurrently(registers, atOnce, async (customer) => {
        schedule.registered(customer, await register(cloud, customer, random))
        showProgress()
      })
      await concurrently(confirms, atOnce, async (customer) => {
        schedule.confirmed(customer, await confirm(cloud, customer, random))
        showProgress()
      })
      schedule.closeRound(cloud.now() - Date.now())
      if (registers.length > 0) registeringMs += performance.now() - roundBegan
    }

    const ended = cloud.now()
    while (cloud.now() - ended < longestMs && (await cloud.openRuns()) > 0) {
      if (isFound?.(await cloud.mails())) break
      // No run ends within the first day.
      await cloud.advanceTo(Math.max(cloud.now() + (isFound ? minuteMs : halfHourMs), started + dayMs))
      progress(1, `waiting for the last runs, ${cloud.kills} kills`)
    }

    await cloud.stopKills()
    const injected = await cloud.faults()
    await cloud.injectFaults(seed, [])
    const [mails, slackPosts] = [await cloud.mails(), await cloud.slack()]
    const verdict = audit(all, mails, await cloud.claims(), await cloud.failedRuns(), slackPosts)
    return {
      verdict,
      customers: all,
      mails,
      kills: cloud.kills,
      faults: injected,
      slackPosts,
      seconds: (performance.now() - began) / 1000,
      registrationsPerSecond: registrations / (registeringMs / 1000),
      output: cloud.output,
    }
  } finally {
    await cloud.dispose()
  }
}

/** Resolves with undefined if it was acknowledged, otherwise with the milliseconds to wait before a retry. */
async function register(cloud: CrashingCloud, { email }: Customer, random: Random): Promise<number | undefined> {
  const answer = await cloud.send('/registrations', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email }),
  })
  return answer?.status === 202 ? undefined : retryAfterMs(answer, random)
}

/** Confirms with the link of any mail that has come. Resolves as `register` does. */
async function confirm(cloud: CrashingCloud, { email }: Customer, random: Random): Promise<number | undefined> {
  const mails = await cloud.mails(email)
  const mail = mails[random.whole(0, mails.length - 1)]
  if (!mail) throw new Error(`${email} was acknowledged, but has no mail.`)
  const body = new URLSearchParams({ token: tokenIn(mail), by: 'button' })
  const answer = await cloud.send('/confirm', { method: 'POST', body })
  return answer?.status === 200 ? undefined : retryAfterMs(answer, random)
}

/** How long a client waits before it retries: as Retry-After says, otherwise up to a minute. */
function retryAfterMs(answer: Response | undefined, random: Random): number {
  if (answer && answer.status < 500) throw new Error(`The API refuses the request with ${answer.status}.`)
  const retryAfter = Number(answer?.headers.get('retry-after') ?? 0)
  return (retryAfter || random.between(1, 60)) * 1000
}

/** Something that a customer does at a moment of the virtual clock. */
interface Step {
  at: number
  customer: Customer
  kind: 'register' | 'confirm'
}

/** What the customers still have to do, and when. */
class Schedule {
  steps: Step[]
  private at: number
  private acknowledged = 0
  private confirmations = 0
  private readonly wanted: number
  /** The answers of this round. Their virtual time is known when a skip that may be under way has ended. */
  private answered: { step: Step; realMs: number }[] = []

  constructor(
    private readonly customers: Customer[],
    private readonly start: number,
  ) {
    this.at = start
    this.steps = customers.map((customer) => ({
      at: start + customer.registersAt * 1000,
      customer,
      kind: 'register',
    }))
    this.wanted = customers.length + customers.filter(({ confirmsAfter }) => confirmsAfter !== undefined).length
  }

  get share(): number {
    return (this.acknowledged + this.confirmations) / this.wanted
  }

  get words(): string {
    return `${this.acknowledged} of ${this.customers.length} registered, ${this.confirmations} confirmed`
  }

  /** The next moment with steps, and the customers who take them. */
  next() {
    this.at = this.steps.reduce((first, { at }) => Math.min(first, at), Infinity)
    const due = this.steps.filter(({ at }) => at <= this.at + crowdMs / 4)
    this.steps = this.steps.filter(({ at }) => at > this.at + crowdMs / 4)
    const those = (kind: Step['kind'], amid: boolean) =>
      due
        .filter((step) => step.kind === kind && (kind === 'confirm' && step.customer.atTheReminder) === amid)
        .map(({ customer }) => customer)
    return {
      at: this.at,
      registers: those('register', false),
      confirms: those('confirm', false),
      confirmsAmid: those('confirm', true),
    }
  }

  registered(customer: Customer, waitMs: number | undefined): void {
    this.answer({ at: this.at, customer, kind: 'register' }, waitMs)
    if (waitMs === undefined) this.acknowledged += 1
  }

  confirmed(customer: Customer, waitMs: number | undefined): void {
    this.answer({ at: this.at, customer, kind: 'confirm' }, waitMs)
    if (waitMs === undefined) this.confirmations += 1
  }

  private answer(step: Step, waitMs: number | undefined): void {
    if (waitMs === undefined) this.answered.push({ step, realMs: Date.now() })
    else this.steps.push({ ...step, at: this.nextFull(step.at + waitMs, crowdMs) })
  }

  /** Converts the times of the answers to the virtual clock. */
  closeRound(offsetMs: number): void {
    for (const { step, realMs } of this.answered.splice(0)) {
      const { customer, kind } = step
      const at = realMs + offsetMs
      if (kind === 'confirm') customer.confirmedAt = at
      else customer.acknowledgedAt = at
      if (kind === 'confirm' || customer.confirmsAfter === undefined) continue
      const due = at + customer.confirmsAfter * 1000
      this.steps.push({
        at: customer.atTheReminder ? due : this.nextFull(due, halfHourMs),
        customer,
        kind: 'confirm',
      })
    }
  }

  /** The next full interval after a moment. */
  private nextFull(at: number, intervalMs: number): number {
    return this.start + Math.ceil((at - this.start) / intervalMs) * intervalMs
  }
}
