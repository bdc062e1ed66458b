import { assumptions } from './assumptions.ts'
import { usage } from './cost.ts'
import type { Deployment } from './deployment.ts'
import { quotas, type Raised } from './quotas.ts'

/** Something that is bounded, and how close the expected registrations come to the bound. */
export interface Ceiling {
  name: string
  expected: number
  limit: number
  unit: string
  /** The arithmetic, in words. */
  because: string
  /** What happens beyond, and what to do. */
  beyond: string
}

const day = 86_400

/** The ceilings of a stage, for so many registrations a day. */
export function ceilingsOf(deployment: Deployment, registrationsPerDay: number, raised: Raised = {}): Ceiling[] {
  const { workflow, region, functions, registrationsPerSecond } = deployment
  const { busiestHour, burst, confirmingBeforeReminder, runSecondsBesidesWaiting, milliseconds, otherMilliseconds } =
    assumptions
  const { bigRegions, inBigRegions, limit: elsewhere } = quotas.startExecution
  const { mails, invocations } = usage(deployment)
  // Little's law: as many are open as come in while one lasts.
  const open = (registrationsPerDay / day) * (workflow.waitSeconds + runSecondsBesidesWaiting)
  // The busiest hour, per second, with its clusters.
  const peak = ((registrationsPerDay * busiestHour) / 3600) * burst
  // When the wait is a day, today's busiest hour meets the reminders of yesterday's.
  const peakMails = peak * (1 + workflow.tasks * (1 - confirmingBeforeReminder))
  // Every run wakes, whoever has confirmed: invocations a second × how long each takes.
  const busy = Object.keys(functions).map(
    (name) => peak * (invocations[name] ?? 0) * ((milliseconds[name] ?? otherMilliseconds) / 1000),
  )
  const hour = `${percent(busiestHour)} of the day in its busiest hour, twice that in clusters`
  return [
    {
      name: 'Open executions',
      expected: open,
      limit: raised.openExecutions ?? quotas.openExecutions.limit,
      unit: 'at once',
      because: `${round(registrationsPerDay / day)} a second, each for ${workflow.waitSeconds.toLocaleString('en')} s of waiting`,
      beyond: 'StartExecution answers ExecutionLimitExceeded: registrations fail. Ask for more, or shorten the wait.',
    },
    {
      name: 'StartExecution',
      expected: peak,
      limit: raised.startExecution ?? ((bigRegions as readonly string[]).includes(region) ? inBigRegions : elsewhere),
      unit: 'a second',
      because: hour,
      beyond: 'Step Functions throttles; registrations fail once retries are used up.',
    },
    ...(registrationsPerSecond === undefined
      ? []
      : [
          {
            name: 'POST /registrations',
            expected: peak,
            limit: registrationsPerSecond,
            unit: 'a second',
            because: hour,
            beyond: 'API Gateway answers 429. Raise throttling.registrations in infra/src/settings.ts.',
          },
        ]),
    {
      name: "SES, when yesterday's peak comes back",
      expected: peakMails,
      limit: raised.mailsPerSecond ?? quotas.mailsPerSecond.limit,
      unit: 'a second',
      because: `${round(peak)} first mails, and ${round(peakMails - peak)} reminders to those of yesterday's same hour who have not confirmed`,
      beyond: 'SES throttles: registrations answer an error, reminders come later by their retries. Ask SES for more.',
    },
    {
      name: 'SES, daily quota',
      expected: mails * registrationsPerDay,
      limit: raised.mailsPerDay ?? quotas.mailsPerDay.limit,
      unit: 'a day',
      because: `${round(mails)} mails for each registration`,
      beyond: 'SES refuses mails for hours. Ask SES for more.',
    },
    {
      name: 'Lambda concurrency',
      expected: busy.reduce((whole, each) => whole + each, 0),
      limit: raised.concurrency ?? quotas.concurrency.limit,
      unit: 'at once',
      because: 'invocations a second at that hour, times how long each takes',
      beyond: 'Lambda throttles: registrations fail, reminders come later by their retries.',
    },
  ]
}

/** A limit is passed when it is reached: there is nothing left for the next one. */
export const isPassed = ({ expected, limit }: Ceiling) => expected >= limit
/** Close enough to ask for more before it hurts. */
export const isNear = (ceiling: Ceiling) => !isPassed(ceiling) && ceiling.expected >= 0.8 * ceiling.limit

const round = (number: number) => (number < 10 ? number.toFixed(2) : Math.round(number).toLocaleString('en'))
const percent = (share: number) => `${Math.round(share * 100)} %`
