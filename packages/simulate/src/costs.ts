import { assumptions, daysOfMonth } from '@confirmation-reminder/plan-report/cost/assumptions'
import { type Cost, costOf, type Service, total, usage } from '@confirmation-reminder/plan-report/cost/cost'
import { byContract } from '@confirmation-reminder/plan-report/cost/deployment'
import { priceOf } from '@confirmation-reminder/plan-report/cost/price-list'
import type { Option } from './designs.ts'
import { type Counts, simulate } from './engine.ts'
import { noLimits } from './limits.ts'
import { assumedPeople } from './people.ts'
import { work } from './work.ts'

const million = 1_000_000
// `feedback` gets its events from two queues.
const deployment = { ...byContract, eventSources: 2 }
// 64 MB is the least that is billed.
const expressGigabytes = 64 / 1024

/** What a million registrations cost with a design, in US dollars, by what is paid for. What a stage costs without any is left out. */
export interface CostPerMillion {
  waiting: number
  mails: number
  others: number
  total: number
}

/** Counts a thousand registrations to their end, and prices a million by the one price list. */
export function costPerMillion({ design, besides }: Pick<Option, 'design' | 'besides'>): CostPerMillion {
  const registrations = 1_000
  const { counts } = simulate({
    seconds: design.waitSeconds + design.jitterSeconds + 86_400,
    arrivals: (second) => (second === 0 ? registrations : 0),
    people: assumedPeople,
    design,
    limits: noLimits,
  })
  const perDay = million / daysOfMonth
  const used = costOf(deployment, perDay, usageOf(counts))
  const idle = costOf(deployment, 0)
  const cost = Object.fromEntries(
    Object.entries(used).map(([service, usd]) => [service, usd - idle[service as Service]]),
  ) as Cost
  const { schedules = 0, expressRuns = 0 } = besides
  const fired = (schedules * counts.attempts) / counts.registrations
  const seconds = assumptions.milliseconds.reminder / 1000
  const waiting =
    cost['Step Functions'] +
    priceOf('scheduleInvocation', fired * million) +
    priceOf('expressRequest', expressRuns * million) +
    priceOf('expressGigabyteSecond', expressRuns * million * seconds * expressGigabytes)
  const whole = total(cost) - cost['Step Functions'] + waiting
  return { waiting, mails: cost.SES, others: whole - waiting - cost.SES, total: whole }
}

/** What was counted, for one registration, as the costs of a stage need it. */
function usageOf(counts: Counts): ReturnType<typeof usage> {
  const per = (amount: number) => amount / counts.registrations
  const assumed = usage(deployment)
  const mails = per(counts.mails)
  const confirmed = per(counts.confirmedBefore + counts.confirmedAfter)
  const writes = per(counts.writes)
  return {
    ...assumed,
    transitions: per(counts.transitions),
    mails,
    mailEvents: mails * work.mailEvents,
    customerWrites: writes,
    customerEvents: per(counts.events),
    requests: work.registration.requests + confirmed * work.confirmation.requests,
    invocations: {
      ...assumed.invocations,
      register: work.registration.requests,
      confirm: confirmed * work.confirmation.requests,
      reminder: per(counts.attempts),
      feedback: mails * work.mailEvents,
      // And DynamoDB's own deletion of a registration that lapses.
      announce: writes + 1 - confirmed,
    },
  }
}
