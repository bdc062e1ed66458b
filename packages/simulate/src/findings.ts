import { type CostPerMillion, costPerMillion } from './costs.ts'
import { type Option, optionsIn, wallsOfWaiting } from './designs.ts'
import { type Herd, herdOf, type Outcome, spreadOf, whens } from './herd.ts'
import { defaultLimits, type Limits, type RegionClass, unlimited } from './limits.ts'
import { type Reached, type Use, usesOf, wallsAt } from './walls.ts'

/** What is simulated. */
export interface Question {
  /** Registrations a second. */
  rates: readonly number[]
  days: number
  /** How many register in the hour whose reminders come a day later. */
  burst: number
  region: RegionClass
}

/** Everything that docs/scale.md says. */
export const documented: Question = { rates: [1, 10, 100, 1_000, 10_000], days: 3, burst: 1_000_000, region: 'big' }

export interface Findings {
  limits: Limits
  rates: { rate: number; reached: Reached[] }[]
  uses: Use[]
  /** The same in the other Regions. */
  elsewhere: Use[]
  herds: { herd: Herd; outcome: Outcome }[]
  designs: { option: Option; waits: Use; limits: Limits; cost: CostPerMillion }[]
}

// The rate that SES gives at first; what a newsletter may have; and what a burst of a million in an hour needs at least.
const sesRates = [14, 50, 100, 300]
// Of a new account.
const leastConcurrency = 10

/** Simulates all of it. `progress` hears what comes next. */
export function findingsOf(question: Question, progress: (words: string) => void = () => {}): Findings {
  const { rates, days, burst, region } = question
  const limits = defaultLimits(region)
  // An account for bursts has had its other quotas raised: what a herd shows is Lambda, Step Functions and SES.
  const ofHerd = { ...limits, mailsPerDay: unlimited('mailsPerDay'), newTableWrites: unlimited('newTableWrites') }
  const herds: Herd[] = [
    ...sesRates
      .flatMap((mailsPerSecond) => whens.map((when) => ({ registrations: burst, mailsPerSecond, when })))
      .filter((herd) => herd.when !== 'spreadToRate' || spreadOf(herd) > spreadOf({ ...herd, when: 'spreadHour' })),
    { registrations: burst, mailsPerSecond: 300, when: 'asTheyCame', concurrency: leastConcurrency },
  ]
  return {
    limits,
    rates: rates.map((rate) => {
      progress(`${rate} registrations a second for ${days} days`)
      return { rate, reached: wallsAt(rate, days, limits) }
    }),
    uses: usesOf(limits),
    elsewhere: usesOf(defaultLimits('elsewhere')),
    herds: herds.map((herd) => {
      progress(`the reminders of ${burst} registrations, at ${herd.mailsPerSecond} mails a second`)
      return { herd, outcome: herdOf(herd, ofHerd) }
    }),
    designs: optionsIn(region).map((option) => {
      progress(`a design: ${option.name}`)
      const own = { ...limits, ...option.limits }
      const waits = usesOf(own, option.design).find(({ wall }) => wallsOfWaiting.includes(wall)) as Use
      return { option, waits, limits: own, cost: costPerMillion(option) }
    }),
  }
}
