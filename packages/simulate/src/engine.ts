import { errorNames } from '@confirmation-reminder/contracts/errors'
import { type Retrier, retriers } from '@confirmation-reminder/contracts/retriers'
import { Calendar } from './calendar.ts'
import type { Design } from './design.ts'
import type { Limits, Wall } from './limits.ts'
import type { People } from './people.ts'
import { Retries } from './retries.ts'
import { TokenBucket } from './token-bucket.ts'
import { patienceSeconds, Watch } from './watch.ts'
import { eventsPerCall, seconds as lasting, work } from './work.ts'

// Looked up once: Jest's sandbox makes each look-up of a global slow, and these are asked for millions of times.
const { max, min } = Math

/** What is simulated. Times are in seconds from its beginning. */
export interface Scenario {
  seconds: number
  /** How many register in this second. */
  arrivals: (second: number) => number
  people: People
  design: Design
  limits: Limits
  /** The registrations meet no limit, so that only what comes after them is seen. */
  isAccepted?: boolean
  /** When no reminder goes out. One that falls due then waits for the end, and from there for its turn. */
  quiet?: { from: number; to: number }
  /** How many attempts to remind fail besides, from the first that falls due: Lambda does not run them, or SES refuses the mail. */
  faults?: { lambda?: number; ses?: number }
  /** Limits that hold nothing up: the result says when each would. */
  watched?: Limits
}

/** How often each thing happened. Fractions stand for the expected number. */
export interface Counts {
  registrations: number
  /** Registrations that were refused before their run began. */
  refused: number
  /** How many waits began, and how each ended: `open` have not. A confirmed one ended when it woke, or at the confirmation. */
  started: number
  confirmedBefore: number
  reminded: number
  failed: number
  open: number
  /** Of those that began: without a confirmation mail, because SES refused it. The person sees an error; the wait goes on. */
  unmailed: number
  confirmedAfter: number
  transitions: number
  /** Invocations of `reminder`, and those that Step Functions repeated. */
  attempts: number
  retries: number
  postponed: number
  /** Calls of StartExecution that were accepted, calls of SES, and what it accepted. */
  startCalls: number
  sesCalls: number
  mails: number
  /** Successful writes of the customers' table, and events about customers. */
  writes: number
  events: number
}

export interface Result {
  counts: Counts
  /** How often each wall refused; or of those that delay, how much work waited at most. */
  met: Record<Wall, number>
  first?: { wall: Wall; second: number }
  /** With watched limits: the second in which each was reached first. */
  reached: Partial<Record<Wall, number>>
  /** The most that was used of each, in the unit of its limit. */
  peak: Record<Wall, number>
  /** By second: waits that are open, reminders that went out, attempts to remind that were refused. */
  open: Float64Array
  reminders: Float64Array
  refusals: Float64Array
}

const day = 86_400

const retrierOf = (error: string) =>
  retriers.find(({ ErrorEquals }) => ErrorEquals.includes(error) || ErrorEquals.includes('States.ALL')) as Retrier

/**
 * Simulates registrations second by second. It counts people instead of following them, so a day takes as long at one registration
 * a second as at 10,000; within a second all that ask for the same share what is left of it.
 *
 * What it leaves out: latencies, retries of the SDK within an invocation, evidence of mails (nothing gets lost here), people who
 * register again, and that a run keeps its count of other errors when the error changes.
 */
export function simulate(scenario: Scenario): Result {
  const { seconds, arrivals, people, design, limits, quiet, isAccepted = false } = scenario
  const bucketOf = (wall: Wall) => new TokenBucket(limits[wall].limit, limits[wall].bucket)
  const api = bucketOf('apiRequests')
  const starts = bucketOf('starts')
  const transitions = bucketOf('transitions')
  const wakes = bucketOf('wakes')
  const ses = bucketOf('mailsPerSecond')
  const all = [api, starts, transitions, wakes, ses]

  const mailed = new Float64Array(seconds)
  const sent = new Float64Array(seconds)
  const open = new Float64Array(seconds)
  const reminders = new Float64Array(seconds)
  const refusals = new Float64Array(seconds)
  const answeredWakes = new Calendar(seconds)
  const unansweredWakes = new Calendar(seconds)
  const turns = new Calendar(seconds)
  /** Due, and not begun yet: those who have confirmed, those who have not, and those whose turn has come. */
  const due = { answered: 0, unanswered: 0, turn: 0 }
  const waiting = { mailEvents: 0, putEvents: 0, webhookCalls: 0 }
  const away = { answered: new Retries(retrierOf('any')), unanswered: new Retries(retrierOf('any')) }
  const throttled = new Retries(retrierOf(errorNames.mailThrottled))
  const quotaUsed = new Retries(retrierOf(errorNames.mailQuotaExceeded))

  const counts = zeros()
  const met = Object.fromEntries(Object.keys(limits).map((wall) => [wall, 0])) as Record<Wall, number>
  const peak = { ...met }
  const left = { lambda: scenario.faults?.lambda ?? 0, ses: scenario.faults?.ses ?? 0 }
  let first: Result['first']
  let inTheDay = 0
  const confirming = people.confirming.reduce((sum, { share }) => sum + share, 0)

  const refuse = (wall: Wall, amount: number, second: number) => {
    if (amount <= 1e-9) return
    met[wall] += amount
    first ??= { wall, second }
  }
  const wait = (wall: Wall, backlog: number, second: number) => {
    if (backlog <= patienceSeconds * limits[wall].limit) return
    met[wall] = max(met[wall], backlog)
    first ??= { wall, second }
  }
  const table = limits.newTableWrites.limit < limits.tableWrites.limit ? 'newTableWrites' : 'tableWrites'
  const watch = scenario.watched && new Watch(scenario.watched)
  const use = (wall: Wall, amount: number, second: number) => {
    if (amount > peak[wall]) peak[wall] = amount
    watch?.use(wall, amount, second)
  }
  const queue = (wall: keyof typeof waiting, amount: number, second: number) => {
    use(wall, amount, second)
    waiting[wall] = max(0, waiting[wall] + amount - limits[wall].limit)
    wait(wall, waiting[wall], second)
  }

  for (let t = 0; t < seconds; t++) {
    const answers = answersAt(people.confirming, mailed, t)
    const lateAnswers = answersAt(people.confirmingAfterReminder, reminders, t)
    counts.confirmedAfter += lateAnswers
    if (design.endsAtConfirmation) {
      counts.confirmedBefore += answers
      counts.open -= answers
    }

    // What is due, and what of it begins: each wake of a run and each retry is a transition.
    due.answered += answeredWakes.due(t)
    due.unanswered += unansweredWakes.due(t)
    due.turn += turns.due(t)
    const retriedAnswered = away.answered.due(t)
    const retriedUnanswered = away.unanswered.due(t)
    const retriedThrottled = throttled.due(t)
    const retriedQuota = quotaUsed.due(t)
    const dueRetries = retriedAnswered + retriedUnanswered + retriedThrottled + retriedQuota
    const dueWakes = due.answered + due.unanswered + due.turn
    const woken = dueWakes > 0 ? wakes.take(dueWakes) / dueWakes : 1
    const perWake = design.transitionsAtWake + design.transitionsPerAttempt
    const wanted = dueRetries * design.transitionsPerAttempt + dueWakes * woken * perWake
    const entered = wanted > 0 ? transitions.take(wanted) / wanted : 1
    const begun = woken * entered
    use('wakes', dueWakes, t)
    wait('wakes', dueWakes * (1 - woken), t)
    wait('transitions', wanted * (1 - entered), t)

    // Lambda: what registers, confirms and reminds in this second shares the executions of the account.
    const registering = arrivals(t)
    const requests = registering * work.registration.requests + (answers + lateAnswers) * work.confirmation.requests
    const attempts = dueWakes * begun + dueRetries * entered
    const atOnce =
      (isAccepted ? 0 : registering * lasting.register) +
      (answers + lateAnswers) * work.confirmation.requests * lasting.confirm +
      attempts * lasting.reminder
    use('concurrency', atOnce, t)
    const run = atOnce > 0 ? min(1, limits.concurrency.limit / atOnce) : 1
    const broken = min(left.lambda, attempts * run)
    left.lambda -= broken
    const invoked = attempts > 0 ? (attempts * run - broken) / attempts : 1

    // The table.
    const isQuiet = quiet !== undefined && t >= quiet.from && t < quiet.to
    const answeredAttempts = due.answered * begun + retriedAnswered * entered
    const unansweredAttempts = attempts - answeredAttempts
    const writesWanted =
      (isAccepted ? 0 : registering * run * work.registration.writes) +
      (answers + lateAnswers) * work.confirmation.writes +
      unansweredAttempts * invoked * work.attempt.writes
    use('newTableWrites', writesWanted, t)
    use('tableWrites', writesWanted, t)
    const written = writesWanted > 0 ? min(1, limits[table].limit / writesWanted) : 1
    const reached = invoked * written

    // A reminder that has to wait for the morning, or for its turn.
    const fresh = due.unanswered * begun * reached
    const unsure = unansweredAttempts * reached
    const postponed = isQuiet ? unsure : design.spreadSeconds > 0 ? fresh : 0
    const sending = unsure - postponed

    // Registrations, one limit after another.
    const passed = isAccepted ? registering : registering * (requests > 0 ? api.take(requests) / requests : 1)
    use('apiRequests', requests, t)
    const ran = isAccepted ? passed : passed * run
    const stored = isAccepted ? ran : ran * written
    const room = max(0, limits.open.limit - counts.open)
    const canStart = isAccepted ? stored : starts.take(min(stored, room))
    use('starts', stored, t)
    const refusingToStart: Wall = room < stored && canStart >= room ? 'open' : 'starts'
    if (!isAccepted) {
      refuse('apiRequests', registering - passed, t)
      refuse('concurrency', passed - ran, t)
      refuse(table, ran - stored, t)
      refuse(refusingToStart, stored - canStart, t)
    }
    refuse('concurrency', attempts * (1 - run), t)
    refuse(table, unansweredAttempts * invoked * (1 - written), t)
    counts.registrations += registering
    counts.refused += registering - canStart
    counts.started += canStart
    counts.startCalls += canStart
    counts.open += canStart

    // SES: mails of registrations and reminders share its rate and its quota.
    if (t >= day) inTheDay -= sent[t - day] ?? 0
    const mails = (isAccepted ? 0 : canStart) + sending
    const ofDay = max(0, limits.mailsPerDay.limit - inTheDay)
    const refusedBySes = min(left.ses, sending)
    left.ses -= refusedBySes
    const asked = mails - refusedBySes
    const isQuotaUsed = ofDay < min(asked, ses.available)
    const accepted = ses.take(min(asked, ofDay))
    const share = asked > 0 ? accepted / asked : 1
    use('mailsPerSecond', mails, t)
    const now = isAccepted ? canStart : canStart * share
    const reminding = sending > 0 ? (sending - refusedBySes) * share : 0
    refuse(isQuotaUsed ? 'mailsPerDay' : 'mailsPerSecond', mails - refusedBySes - accepted, t)
    mailed[t] = now
    sent[t] = accepted
    inTheDay += accepted
    use('mailsPerDay', inTheDay, t)
    counts.sesCalls += mails + (isAccepted ? canStart : 0)
    counts.mails += now + reminding
    counts.unmailed += canStart - now

    // Who has confirmed by then wakes for nothing; who got no mail cannot.
    const wakesAt = t + design.waitSeconds
    if (!design.endsAtConfirmation) answeredWakes.add(now * confirming, wakesAt, design.jitterSeconds)
    unansweredWakes.add(canStart - now * confirming, wakesAt, design.jitterSeconds)

    // What became of the attempts. The shares are the same for fresh ones and for every level of retries.
    const lost = 1 - reached
    const done = answeredAttempts * reached
    counts.confirmedBefore += done
    counts.open -= done
    const wentOut = sending > 0 ? reminding / sending : 0
    const refused = isQuiet ? 0 : reached * (1 - wentOut)
    const delayed = 1 - entered
    const byLambda = entered * lost
    const bySes = entered * refused
    const [again, other] = isQuotaUsed ? [quotaUsed, throttled] : [throttled, quotaUsed]
    const retriedOther = isQuotaUsed ? retriedThrottled : retriedQuota
    const retriedBySes = retriedThrottled + retriedQuota
    const spread = !isQuiet && design.spreadSeconds > 0 ? 0 : due.unanswered
    const failed =
      away.answered.again(t, { delayed, failed: byLambda }) +
      away.unanswered.again(t, { delayed, failed: byLambda }) +
      again.again(t, { delayed, failed: bySes }) +
      other.again(t, { delayed, failed: 0 }) +
      away.answered.fail(t, due.answered * begun * lost) +
      away.unanswered.fail(t, (due.unanswered + due.turn) * begun * lost + retriedBySes * byLambda) +
      again.fail(t, (spread + due.turn) * begun * refused + (retriedUnanswered + retriedOther) * bySes)
    if (postponed > 0) turns.add(postponed, max(t + 1, isQuiet ? quiet.to : 0), design.spreadSeconds)
    due.answered *= 1 - begun
    due.unanswered *= 1 - begun
    due.turn *= 1 - begun

    reminders[t] = reminding
    refusals[t] = attempts * lost + sending - reminding
    counts.reminded += reminding
    counts.failed += failed
    counts.open -= reminding + failed
    counts.attempts += attempts
    counts.retries += dueRetries * entered
    counts.postponed += postponed
    const beginning = canStart * design.transitionsAtStart + postponed * work.postponement.transitions
    // A run that waits for a transition waits a little longer: no registration notices.
    transitions.take(beginning)
    use('transitions', beginning + wanted, t)
    counts.transitions += beginning + wanted * entered
    const writing =
      stored * work.registration.writes +
      (answers + lateAnswers) * work.confirmation.writes +
      sending * work.attempt.writes +
      postponed * work.postponement.writes
    counts.writes += writing
    const events =
      stored * work.registration.events +
      (answers + lateAnswers) * work.confirmation.events +
      reminding * work.reminder.events
    counts.events += events
    queue('mailEvents', (now + reminding) * work.mailEvents, t)
    queue('putEvents', events / eventsPerCall, t)
    queue('webhookCalls', events, t)
    use('open', counts.open, t)
    open[t] = counts.open
    for (const bucket of all) bucket.nextSecond()
  }
  return { counts, met, ...(first && { first }), reached: watch?.reached ?? {}, peak, open, reminders, refusals }
}

/** How many of those who got a mail confirm in this second. */
function answersAt(answers: People['confirming'], mails: Float64Array, second: number): number {
  let people = 0
  for (const { afterSeconds, share } of answers) {
    if (second >= afterSeconds) people += (mails[second - afterSeconds] ?? 0) * share
  }
  return people
}

function zeros(): Counts {
  return {
    ...{ registrations: 0, refused: 0, started: 0, confirmedBefore: 0, reminded: 0, failed: 0, open: 0, unmailed: 0 },
    ...{ confirmedAfter: 0, transitions: 0, attempts: 0, retries: 0, postponed: 0 },
    ...{ startCalls: 0, sesCalls: 0, mails: 0, writes: 0, events: 0 },
  }
}
