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

/** When a request was answered as its sender wants, by the virtual clock; otherwise how long they wait before a retry. */
type Answer = { at: number } | { waitMs: number }

async function register(cloud: CrashingCloud, { email }: Customer, random: Random): Promise<Answer> {
  const answer = await cloud.send('/registrations', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email }),
  })
  return readAnswer(answer, 202, random)
}

/** Confirms with the link of any mail that has come. */
async function confirm(cloud: CrashingCloud, { email }: Customer, random: Random): Promise<Answer> {
  const mails = await cloud.mails(email)
  const mail = mails[random.whole(0, mails.length - 1)]
  if (!mail) throw new Error(`${email} was acknowledged, but has no mail.`)
  const body = new URLSearchParams({ token: tokenIn(mail), by: 'button' })
  const answer = await cloud.send('/confirm', { method: 'POST', body })
  return readAnswer(answer, 200, random)
}

/**
 * An answer is dated by the API itself, because a skip of the clock may be under way. Its date has whole seconds: the end of
 * that second is the first moment from which the answer certainly counts.
 *
 * A client retries after what Retry-After says, otherwise within a minute.
 */
function readAnswer(answer: Response | undefined, wanted: number, random: Random): Answer {
  if (answer?.status === wanted) return { at: Date.parse(answer.headers.get('date') ?? '') + 999 }
  if (answer && answer.status < 500) throw new Error(`The API refuses the request with ${answer.status}.`)
  const retryAfter = Number(answer?.headers.get('retry-after') ?? 0)
  return { waitMs: (retryAfter || random.between(1, 60)) * 1000 }
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

  registered(customer: Customer, answer: Answer): void {
    if ('waitMs' in answer) {
      this.again({ at: this.at, customer, kind: 'register' }, answer.waitMs)
      return
    }
    this.acknowledged += 1
    customer.acknowledgedAt = answer.at
    if (customer.confirmsAfter === undefined) return
    const due = answer.at + customer.confirmsAfter * 1000
    this.steps.push({ at: customer.atTheReminder ? due : this.nextFull(due, halfHourMs), customer, kind: 'confirm' })
  }

  confirmed(customer: Customer, answer: Answer): void {
    if ('waitMs' in answer) {
      this.again({ at: this.at, customer, kind: 'confirm' }, answer.waitMs)
      return
    }
    this.confirmations += 1
    customer.confirmedAt = answer.at
  }

  private again(step: Step, waitMs: number): void {
    this.steps.push({ ...step, at: this.nextFull(step.at + waitMs, crowdMs) })
  }

  /** The next full interval after a moment. */
  private nextFull(at: number, intervalMs: number): number {
    return this.start + Math.ceil((at - this.start) / intervalMs) * intervalMs
  }
}
