import { setTimeout as pause } from 'node:timers/promises'
import { concurrently } from '../concurrently.ts'
import { type Mail, type SlackPost, tokenIn } from '../local-cloud.ts'
import { audit, customerIdIn, type Records, type Verdict } from './audit.ts'
import { type Customer, cohortStartMs, customersOf, type Kind } from './behaviours.ts'
import { CrashingCloud } from './crashing-cloud.ts'
import type { FaultRule, Phase } from './faults.ts'
import { Listener } from './listener.ts'
import { cohortSizes, type OutageName, outages } from './outages.ts'
import { personalDataIn } from './personal-data.ts'
import { dayMs, hourMs, type Plan } from './plan.ts'
import { Random } from './random.ts'
import { type Answer, Schedule, type Step } from './schedule.ts'

/** A synthesised folder, and what its settings promise. */
export interface Deployment {
  stack: string
  plan: Plan
}

export interface Settings {
  registrations: number
  /** The number in the address of the first customer: 0, unless it is said. */
  firstNumber?: number
  /** Which kinds of customers register: all, unless it is said. */
  kinds?: readonly Kind[]
  seed: number
  deployment: Deployment
  /** What is deployed and shipped in the middle, while runs wait. Code is shipped once before. */
  later?: Deployment
  faults: readonly FaultRule[]
  /** Each for a cohort of customers of its own; the first cohort has none. */
  outages?: readonly OutageName[]
  /** The hour of the day, UTC, at which the first customers register: in the afternoon, unless it is said. */
  hourOfDay?: number
  /** How many lines the local cloud prints between a start and the next `kill -9`, at least and at most. */
  killEveryLines?: readonly [number, number]
  /** Whether the mails already show what the test is to find: it then waits for no further run. */
  isFound?: (mails: Mail[]) => boolean
  progress?: (progress: Progress) => void
}

/** How many acts of customers are answered, of how many, and how often the local cloud was killed. */
export interface Progress {
  answers: number
  acts: number
  kills: number
}

export interface Result {
  verdict: Verdict
  customers: Customer[]
  mails: Mail[]
  kills: number
  phases: Phase[]
  slackPosts: SlackPost[]
  seconds: number
  /** The log of each local cloud, over all its starts. */
  logs: string[]
}

const lookEveryMs = 250
// More at once would only wait for the workers of the local cloud, each of which takes memory.
const atOnce = 12
// No stage of the test is quiet then, and every stage twelve hours later.
const afternoon = 13
// No run ends within the first day; then one step of the clock is this long.
const stepMs = 3 * hourMs
// A run ends within its plan, its retries and the wait for evidence. A run that is open after that is an error in itself.
const longestMs = 14 * dayMs
// Longer than the longest pause of EventBridge and of Lambda between two attempts.
const longestRetryMs = 6 * hourMs
// Items of customers who withdrew or lapsed are deleted: the claims in them are read before that.
const claimsKeptMs = 3 * dayMs

/**
 * Registers customers over HTTP as a client does that retries, lets them do what their kind does, injects the faults, takes
 * parts away for hours, kills the local cloud again and again, ships and deploys in the middle, waits until every run has
 * ended, and audits the mailbox.
 *
 * The clock is skipped only while no customer waits for an answer, except for those who act while reminders are sent.
 */
export async function killTest(settings: Settings): Promise<Result> {
  const {
    registrations,
    firstNumber = 0,
    kinds,
    seed,
    deployment,
    later,
    faults,
    killEveryLines,
    isFound,
    progress = () => {},
  } = settings
  const began = performance.now()
  const random = new Random(seed)
  // Two before the change of settings, of which one has its reminders at night, and one after it.
  const cohorts = cohortSizes(registrations, settings.outages ?? [], later ? 3 : 1)
  const all = customersOf(cohorts, { firstNumber, ...(kinds && { of: kinds }) }, random)
  const listener = await Listener.start(new Random(seed))
  const cloud = await CrashingCloud.start(listener.listeningIn(deployment.stack)).catch(async (error: unknown) => {
    await listener.stop()
    throw error
  })
  try {
    await cloud.skipPauses(true)
    await cloud.injectFaults(seed, faults)
    if (killEveryLines) cloud.killEvery(killEveryLines, random)

    // The reminders of the first customers are due at that time of day.
    await cloud.advanceTo(nextHour(settings.hourOfDay ?? afternoon, cloud.now()))
    const started = cloud.now()
    const schedule = new Schedule(all, started, random)
    const timeline = new Timeline(cloud)
    const away: Records['outages'][number][] = []
    for (const [n, name] of (settings.outages ?? []).entries()) {
      const { fromHours, hours, rules } = outages[name]
      const from = started + cohortStartMs(n + 1) + fromHours * hourMs
      const to = from + hours * hourMs
      timeline.add(from, () => cloud.injectFaults(seed + n + 1, [...rules, ...faults]))
      timeline.add(to, () => cloud.injectFaults(seed - n - 1, faults))
      away.push({ from, to })
    }
    // While the first reminders are being sent.
    if (later) timeline.add(started + dayMs, () => cloud.ship())
    const deployments = [{ from: 0, plan: deployment.plan }]
    const changesAt = started + cohortStartMs(Math.ceil(cohorts.length / 2))
    const plan = () => deployments.at(-1)?.plan ?? deployment.plan

    const report = () => progress({ answers: schedule.answers, acts: schedule.acts, kills: cloud.kills })
    while (!schedule.isDone) {
      const { at, steps } = schedule.next()
      if (later && deployments.length === 1 && at >= changesAt && !schedule.isRegistering) {
        await timeline.advanceTo(changesAt)
        await cloud.deploy(listener.listeningIn(later.stack))
        deployments.push({ from: cloud.now(), plan: later.plan })
      }
      const act = async (step: Step) => {
        const { answer, customerId } = await deeds[step.does](cloud, step, { random, plan: plan() })
        schedule.answered(step, answer, { plan: plan(), customerId })
        report()
      }
      // Those who act at the reminder do so while it is sent, over the seconds in which their crowd had registered.
      const first = steps.filter((step) => step.amid && step.tries === 0)
      if (first.length > 0) await cloud.skipPauses(false)
      const amid = concurrently(first, atOnce, async (step) => {
        await cloud.reached(step.at)
        await untilClaimed(cloud, step.customer, random)
        await act(step)
      })
      await timeline.advanceTo(Math.max(at, ...steps.map((step) => (step.amid ? step.at : at))))
      await amid
      if (first.length > 0) await cloud.skipPauses(true)
      const others = steps.filter((step) => !step.amid || step.tries > 0)
      await concurrently(others, atOnce, act)
    }

    const ended = cloud.now()
    while (timeline.isOpen || (cloud.now() - ended < longestMs && (await cloud.openRuns()) > 0)) {
      if (isFound?.(await cloud.mails())) break
      await timeline.advanceTo(Math.max(cloud.now() + (isFound ? stepMs / 6 : stepMs), started + dayMs))
      report()
    }

    await cloud.stopKills()
    await cloud.injectFaults(seed, [])
    await cloud.readClaims()
    // What the bus or the listener refused last is tried again within that time.
    await cloud.advanceTo(cloud.now() + longestRetryMs)
    const [mails, posts, failed] = [await cloud.mails(), await cloud.slack(), await cloud.failedRuns()]
    const records: Records = {
      ...{ mails, posts, failed, deployments, outages: away, phases: cloud.phases, claims: cloud.claims },
      events: listener.heard,
      attempts: await cloud.attempts(withdrawnAndMailed(all, mails)),
      personalData: personalDataIn(
        cloud.output,
        all.map(({ email }) => email),
        mails,
      ),
    }
    return {
      verdict: audit(all, records),
      customers: all,
      mails,
      kills: cloud.kills,
      phases: cloud.phases,
      slackPosts: posts,
      seconds: (performance.now() - began) / 1000,
      logs: [cloud.output],
    }
  } finally {
    await cloud.dispose()
    await listener.stop()
  }
}

/** The next moment at which this hour of the day begins, UTC. */
function nextHour(hour: number, now: number): number {
  const today = Math.floor(now / dayMs) * dayMs + hour * hourMs
  return today < now ? today + dayMs : today
}

/** What happens at moments of the virtual clock, beside what customers do. */
class Timeline {
  private readonly events: { at: number; happens: () => Promise<void> }[] = []
  private claimsReadAt = 0

  constructor(private readonly cloud: CrashingCloud) {}

  add(at: number, happens: () => Promise<void>): void {
    this.events.push({ at, happens })
    this.events.sort((a, b) => a.at - b.at)
  }

  /** Whether something is still to happen. */
  get isOpen(): boolean {
    return this.events.length > 0
  }

  /** Moves the clock to a moment, and on the way lets everything happen when it is due. */
  async advanceTo(moment: number): Promise<void> {
    for (let next = this.events[0]; next && next.at <= moment; next = this.events[0]) {
      await this.skipTo(next.at)
      this.events.shift()
      await next.happens()
    }
    await this.skipTo(moment)
  }

  private async skipTo(moment: number): Promise<void> {
    while (moment - this.claimsReadAt > claimsKeptMs) {
      if (this.claimsReadAt > 0) await this.cloud.advanceTo(this.claimsReadAt + claimsKeptMs)
      await this.cloud.readClaims()
      this.claimsReadAt = this.cloud.now()
    }
    await this.cloud.advanceTo(moment)
  }
}

/** The customers who withdrew and got a mail after that. */
function withdrawnAndMailed(customers: Customer[], mails: Mail[]): Set<string> {
  const withdrawnAt = new Map(
    customers.flatMap(({ email, registrations }) =>
      registrations.map(({ withdrawnAt = Infinity }) => [email, withdrawnAt]),
    ),
  )
  const late = mails.filter(({ at, to }) => to.some((email) => Date.parse(at) > (withdrawnAt.get(email) ?? Infinity)))
  return new Set(late.map(customerIdIn))
}

interface Around {
  random: Random
  /** The settings with which a run begins now. */
  plan: Plan
}

type Deed = (cloud: CrashingCloud, step: Step, around: Around) => Promise<{ answer: Answer; customerId: string }>

const deeds: Record<Step['does'], Deed> = {
  async register(cloud, { customer, heldOff, tries }, { random, plan }) {
    const { email, registrations } = customer
    // A second earlier, because the clock moves while no one looks.
    if (!heldOff && tries === 0) registrations.push({ plan, triedAt: cloud.now() - 1000 })
    const headers = { 'content-type': 'application/json' }
    const answer = await cloud.send('/registrations', { method: 'POST', headers, body: JSON.stringify({ email }) })
    const read = readAnswer(answer, 202, random)
    // Only in a stage that spreads its reminders does the customer's id decide when they get theirs.
    const [mail] = 'at' in read && plan.spreadSeconds > 0 && !heldOff ? await cloud.mails(email) : []
    return { answer: read, customerId: mail ? customerIdIn(mail) : '' }
  },

  async confirm(cloud, { customer }, { random }) {
    const body = new URLSearchParams({ token: tokenIn(await anyMail(cloud, customer, random)), by: 'button' })
    return { answer: readAnswer(await cloud.send('/confirm', { method: 'POST', body }), 200, random), customerId: '' }
  },

  async withdraw(cloud, { customer }, { random }) {
    const mail = await anyMail(cloud, customer, random)
    // The claims are deleted with the customer.
    await cloud.readClaims(customerIdIn(mail))
    const body = new URLSearchParams({ token: tokenIn(mail) })
    return { answer: readAnswer(await cloud.send('/withdraw', { method: 'POST', body }), 200, random), customerId: '' }
  },
}

/** Resolves when the customer's reminder is on its way, or after some seconds: some act before it is claimed, or after. */
async function untilClaimed(cloud: CrashingCloud, customer: Customer, random: Random): Promise<void> {
  const customerId = customerIdIn(await anyMail(cloud, customer, random))
  const looks = random.whole(0, 15)
  for (let n = 0; n < looks && !(await cloud.readClaims(customerId)); n++) await pause(lookEveryMs)
}

/** Any mail of the customer's present registration. */
async function anyMail(cloud: CrashingCloud, { email, registrations }: Customer, random: Random): Promise<Mail> {
  const since = registrations.at(-1)?.triedAt ?? 0
  const mails = (await cloud.mails(email)).filter(({ at }) => Date.parse(at) >= since)
  const mail = mails[random.whole(0, mails.length - 1)]
  if (!mail) throw new Error(`${email} was acknowledged, but has no mail.`)
  return mail
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
