import { type Act, behaviours, type Customer, type Deed, dueAfterMs } from './behaviours.ts'
import type { Plan } from './plan.ts'
import type { Random } from './random.ts'

/** Something that a customer does at a moment of the virtual clock. */
export interface Step {
  at: number
  customer: Customer
  does: Deed
  /** While reminders are being sent. */
  amid: boolean
  /** A registration that leads to no mail. */
  heldOff: boolean
  /** How often it was tried before. */
  tries: number
}

/** When a request was answered as its sender wants, by the virtual clock; otherwise how long they wait before a retry. */
export type Answer = { at: number } | { waitMs: number }

// Customers retry on the full minute, with the next crowd, and answer on the full half hour: each skip takes time.
const retriesEveryMs = 60_000
const actsEveryMs = 30 * 60_000
const windowMs = 15_000
// A client that is refused again and again waits longer each time, up to an hour.
const quickTries = 5
const longestWaitMs = 60 * 60_000
// More than a day: longer than any outage of the test.
const mostTries = 40

/** What the customers still have to do, and when. */
export class Schedule {
  private steps: Step[]
  private at: number
  /** How many acts are answered. */
  answers = 0
  /** How many acts the customers want to be answered in all. */
  readonly acts: number

  constructor(
    customers: Customer[],
    private readonly start: number,
    private readonly random: Random,
  ) {
    this.at = start
    this.steps = customers.map((customer) => ({
      ...{ at: start + customer.registersAt, customer, does: 'register' },
      ...{ amid: false, heldOff: false, tries: 0 },
    }))
    this.acts = customers.reduce((sum, { kind }) => sum + 1 + behaviours[kind].acts.length, 0)
  }

  /** Whether no customer has anything left to do. */
  get isDone(): boolean {
    return this.steps.length === 0
  }

  /** Whether a registration was sent that is not acknowledged yet. */
  get isRegistering(): boolean {
    return this.steps.some(({ does, tries }) => does === 'register' && tries > 0)
  }

  /** The next moment with steps, and these steps: those amid the reminders have moments of their own, a little later. */
  next(): { at: number; steps: Step[] } {
    this.at = this.steps.reduce((first, { at }) => Math.min(first, at), Infinity)
    const due = (step: Step) => step.at <= this.at + windowMs
    const steps = this.steps.filter(due)
    this.steps = this.steps.filter((step) => !due(step))
    return { at: this.at, steps }
  }

  /**
   * Notes an answer, and schedules what follows: a retry, or the customer's next act.
   * @param plan the settings with which a run begins now
   */
  answered(step: Step, answer: Answer, { plan, customerId }: { plan: Plan; customerId: string }): void {
    const { customer, does, heldOff } = step
    if ('waitMs' in answer && step.tries >= mostTries) {
      customer.gaveUp = true
      this.answers += 1
      return
    }
    if ('waitMs' in answer) {
      const waitMs = Math.min(answer.waitMs * 2 ** Math.max(0, step.tries - quickTries), longestWaitMs)
      this.steps.push({ ...step, at: this.nextFull(this.at + waitMs, retriesEveryMs), tries: step.tries + 1 })
      return
    }
    this.answers += 1
    const registration = customer.registrations.at(-1)
    if (registration && !heldOff) {
      if (does === 'register') registration.acknowledgedAt = answer.at
      else if (does === 'confirm') registration.confirmedAt = answer.at
      else registration.withdrawnAt = answer.at
    }
    this.follow(customer, answer.at, registration?.plan ?? plan, customerId)
  }

  /** Schedules the act after those that the customer has done. */
  private follow(customer: Customer, answeredAt: number, plan: Plan, customerId: string): void {
    const acts: readonly Act[] = behaviours[customer.kind].acts
    const act = acts[customer.acts]
    if (!act) return
    customer.acts += 1
    const due = answeredAt + dueAfterMs(act, plan, customerId, this.random)
    const amid = act.atTheReminder === true
    this.steps.push({
      at: amid ? due : this.nextFull(due, actsEveryMs),
      ...{ customer, does: act.does, amid, heldOff: act.heldOff === true, tries: 0 },
    })
  }

  /** The next full interval after a moment. */
  private nextFull(at: number, intervalMs: number): number {
    return this.start + Math.ceil((at - this.start) / intervalMs) * intervalMs
  }
}
