import { setTimeout as pause } from 'node:timers/promises'
import { type Mail, type SlackPost, tokenIn } from '../local-cloud.ts'
import { audit, type Verdict } from './audit.ts'
import { Victim } from './crashing-cloud.ts'
import { type Customer, customers, pauseBetweenCrowds } from './customer.ts'
import type { FaultRule, InjectedRule } from './faults.ts'
import { Random } from './random.ts'

export interface Settings {
  registrations: number
  /** The share of the customers who confirm: half of them, where not said. */
  confirming?: number
  seed: number
  /** A synthesised folder. */
  stack: string
  faults: FaultRule[]
  /** How many seconds there are between a start and the next `kill -9`, at least and at most. */
  killEverySeconds?: readonly [number, number]
  /** Told now and then how far it has come, from 0 to 1. */
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
  /** The log of the local cloud, over all its lives. */
  output: string
}

// More at once would only wait for the workers of the local cloud.
const atOnce = 24
// Whoever tries again does so with the next crowd, and who confirms does so on the half hour: skipping costs time too.
const crowdMs = pauseBetweenCrowds * 1000
const halfHourMs = 1_800_000
// A run ends within its day, its retries and its evidence; what is open after that is an error in itself.
const longestMs = 4 * 86_400_000

/**
 * Registers customers over HTTP as programs do that do not give up, confirms a share of them, lets all that can go wrong go
 * wrong, kills the local cloud again and again, waits until every run has ended, and audits the mailbox.
 *
 * The clock is skipped only while no customer waits for an answer: for them time passes as it does.
 */
export async function killTest(settings: Settings): Promise<Result> {
  const { registrations, confirming = 0.5, seed, stack, faults, killEverySeconds, progress = () => {} } = settings
  const began = performance.now()
  const random = new Random(seed)
  const all = customers(registrations, confirming, random)
  const victim = await Victim.start(stack)
  try {
    await victim.meet(seed, faults)
    if (killEverySeconds) victim.killEvery(killEverySeconds, random)

    const diary = new Diary(all, victim.now())
    let registeringMs = 0
    while (diary.errands.length > 0) {
      const { at, registers, confirms, confirmsAmid } = diary.next()
      const roundBegan = performance.now()
      const tell = () => progress(diary.share, `${diary.words}, ${victim.kills} kills`)
      // Those who confirm at the reminder do so while it is sent, over the seconds in which their crowd had registered.
      const amid = inCrowds(confirmsAmid, async (customer) => {
        await pause(random.between(20, 3000))
        diary.confirmed(customer, await confirm(victim, customer, random))
        tell()
      })
      await victim.advanceTo(at)
      await amid
      await inCrowds(registers, async (customer) => {
        diary.registered(customer, await register(victim, customer, random))
        tell()
      })
      await inCrowds(confirms, async (customer) => {
        diary.confirmed(customer, await confirm(victim, customer, random))
        tell()
      })
      diary.closeRound(victim.now() - Date.now())
      if (registers.length > 0) registeringMs += performance.now() - roundBegan
    }

    const ended = victim.now()
    while (victim.now() - ended < longestMs && (await victim.openRuns()) > 0) {
      await victim.advanceTo(victim.now() + halfHourMs)
      progress(1, `waiting for the last runs, ${victim.kills} kills`)
    }

    await victim.spare()
    const injected = await victim.faults()
    await victim.meet(seed, [])
    const [mails, slackPosts] = [await victim.mails(), await victim.slack()]
    const verdict = audit(all, mails, await victim.failedRuns(), slackPosts)
    return {
      verdict,
      customers: all,
      mails,
      kills: victim.kills,
      faults: injected,
      slackPosts,
      seconds: (performance.now() - began) / 1000,
      registrationsPerSecond: registrations / (registeringMs / 1000),
      output: victim.output,
    }
  } finally {
    await victim.dispose()
  }
}

/** Does the work for every customer, some at the same time. */
async function inCrowds(customers: Customer[], work: (customer: Customer) => Promise<void>): Promise<void> {
  const waiting = [...customers]
  const one = async () => {
    for (let customer = waiting.shift(); customer; customer = waiting.shift()) await work(customer)
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, customers.length) }, one))
}

/** Undefined, if it was acknowledged; otherwise for how many milliseconds to wait before trying again. */
async function register(victim: Victim, { email }: Customer, random: Random): Promise<number | undefined> {
  const answer = await victim.send('/registrations', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email }),
  })
  return answer?.status === 202 ? undefined : patienceMs(answer, random)
}

/** Clicks in any mail that has come. Answers as `register` does. */
async function confirm(victim: Victim, { email }: Customer, random: Random): Promise<number | undefined> {
  const mails = await victim.mails(email)
  const mail = mails[random.whole(0, mails.length - 1)]
  if (!mail) throw new Error(`${email} was told to wait for a mail, and none came.`)
  const body = new URLSearchParams({ token: tokenIn(mail), by: 'button' })
  const answer = await victim.send('/confirm', { method: 'POST', body })
  return answer?.status === 200 ? undefined : patienceMs(answer, random)
}

/** How long a client waits before it tries again: as long as it was told to, or as long as it thinks right. */
function patienceMs(answer: Response | undefined, random: Random): number {
  if (answer && answer.status < 500) throw new Error(`The API refuses for good, with ${answer.status}.`)
  const told = Number(answer?.headers.get('retry-after') ?? 0)
  return (told || random.between(1, 60)) * 1000
}

/** Something that a customer does at a moment of the virtual clock. */
interface Errand {
  at: number
  customer: Customer
  kind: 'register' | 'confirm'
}

/** Who does what when. */
class Diary {
  errands: Errand[]
  private at: number
  private acknowledged = 0
  private confirmations = 0
  private readonly wanted: number
  /** What was answered in this round: its moment is certain when the skip that may be under way has ended. */
  private answered: { errand: Errand; realMs: number }[] = []

  constructor(
    private readonly customers: Customer[],
    private readonly start: number,
  ) {
    this.at = start
    this.errands = customers.map((customer) => ({
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

  /** The next moment at which somebody does something, and who does what then. */
  next() {
    this.at = this.errands.reduce((first, { at }) => Math.min(first, at), Infinity)
    const due = this.errands.filter(({ at }) => at <= this.at + crowdMs / 4)
    this.errands = this.errands.filter(({ at }) => at > this.at + crowdMs / 4)
    const those = (kind: Errand['kind'], amid: boolean) =>
      due
        .filter((errand) => errand.kind === kind && (kind === 'confirm' && errand.customer.atTheReminder) === amid)
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

  private answer(errand: Errand, waitMs: number | undefined): void {
    if (waitMs === undefined) this.answered.push({ errand, realMs: Date.now() })
    else this.errands.push({ ...errand, at: this.next_(errand.at + waitMs, crowdMs) })
  }

  /** Turns the moments of the answers into the virtual clock's. */
  closeRound(offsetMs: number): void {
    for (const { errand, realMs } of this.answered.splice(0)) {
      const { customer, kind } = errand
      const at = realMs + offsetMs
      if (kind === 'confirm') customer.confirmedAt = at
      else customer.acknowledgedAt = at
      if (kind === 'confirm' || customer.confirmsAfter === undefined) continue
      const due = at + customer.confirmsAfter * 1000
      this.errands.push({
        at: customer.atTheReminder ? due : this.next_(due, halfHourMs),
        customer,
        kind: 'confirm',
      })
    }
  }

  /** The next full interval after a moment. */
  private next_(at: number, intervalMs: number): number {
    return this.start + Math.ceil((at - this.start) / intervalMs) * intervalMs
  }
}
