import { reservable } from '@confirmation-reminder/contracts/concurrency'
import type { Danger } from '../danger.ts'
import { listed } from '../subjects.ts'
import { assumptions } from './assumptions.ts'
import { accountConcurrency, floodOf, secondsOf, unreserved } from './concurrency.ts'
import { reminded, usage } from './cost.ts'
import type { Deployment } from './deployment.ts'
import { quotas, type Raised } from './quotas.ts'

/** Something that is bounded, and how close the expected registrations come to the bound. */
export interface Limit {
  name: string
  expected: number
  limit: number
  unit: string
  /** The arithmetic, in words. */
  because: string
  /** What happens beyond, and what to do. */
  beyond: string
  /** What strangers could do, rather than what is expected. Of a stage that lives with it already it is no news. */
  risk?: true
}

const day = 86_400

/** The limits of a stage, for so many registrations a day. */
export function limitsOf(deployment: Deployment, registrationsPerDay: number, raised: Raised = {}): Limit[] {
  const { workflow, region, functions, throttled, quietSeconds, spreadSeconds } = deployment
  const { busiestHour, burst, runSecondsBesidesWaiting } = assumptions
  const { bigRegions, inBigRegions, limit: elsewhere } = quotas.startExecution
  const { mails, invocations } = usage(deployment)
  // Little's law: as many are open as come in while one lasts. At the end of the quiet hours all are still open that
  // fell due in them, and then they are spread.
  const postponing = workflow.postponable ? reminded * (quietSeconds + spreadSeconds) : 0
  const lasting = workflow.waitSeconds + runSecondsBesidesWaiting + workflow.tasks * postponing
  const open = (registrationsPerDay / day) * lasting
  // The busiest hour, per second, with its clusters.
  const peak = ((registrationsPerDay * busiestHour) / 3600) * burst
  // When the wait is a day, today's busiest hour meets the reminders of yesterday's.
  const returning = peak * workflow.tasks * reminded
  // And in the morning come all that quiet hours held back, over the spread or, without one, at once.
  const heldBack = workflow.postponable ? registrationsPerDay * (quietSeconds / day) * workflow.tasks * reminded : 0
  const inTheMorning = heldBack / Math.max(spreadSeconds, 1)
  const reminders = Math.max(returning, inTheMorning)
  // Every run resumes, also for those who have confirmed: invocations a second × how long each takes.
  const busy = Object.keys(functions).map((name) => {
    const invoked = peak * (invocations[name] ?? 0) + (name === 'reminder' ? inTheMorning : 0)
    return { name, atOnce: invoked * secondsOf(name) }
  })
  const arithmetic = 'invocations a second at that hour, times how long each takes'
  const hour = `${percent(busiestHour)} of the day in its busiest hour, twice that in clusters`
  return [
    {
      name: 'Open executions',
      expected: open,
      limit: raised.openExecutions ?? quotas.openExecutions.limit,
      unit: 'at once',
      because: `${round(registrationsPerDay / day)} a second, each for ${round(lasting)} s${postponing ? ', quiet hours and spread included' : ''}`,
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
    ...(throttled === undefined
      ? []
      : [
          {
            name: 'POST /registrations',
            expected: peak,
            limit: throttled.perSecond,
            unit: 'a second',
            because: hour,
            beyond: 'API Gateway answers 429. Raise throttling.registrations in infra/src/settings.ts.',
          },
        ]),
    {
      name: "SES, when yesterday's peak comes back",
      expected: peak + reminders,
      limit: raised.mailsPerSecond ?? quotas.mailsPerSecond.limit,
      unit: 'a second',
      because:
        inTheMorning > returning
          ? `${round(peak)} first mails, and ${round(inTheMorning)} reminders that the quiet hours held back, ${spreadSeconds ? `over ${round(spreadSeconds)} s` : 'all at once'}`
          : `${round(peak)} first mails, and ${round(returning)} reminders to those of yesterday's same hour who have not confirmed`,
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
      expected: busy.reduce((whole, { atOnce }) => whole + atOnce, 0),
      limit: accountConcurrency(deployment, raised),
      unit: 'at once',
      because: arithmetic,
      beyond: 'Lambda throttles: registrations fail, reminders come later by their retries.',
    },
    ...(functions.register === undefined ? [] : [registrationsInLambda(deployment, peak, raised)]),
    ...flooded(deployment, raised),
    ...busy.flatMap(({ name, atOnce }) => reservationOf(name, atOnce, arithmetic, deployment)),
  ]
}

/** How many registrations a second Lambda can run, beside what the API lets through. */
function registrationsInLambda(deployment: Deployment, peak: number, raised: Raised): Limit {
  const { reserved, throttled } = deployment
  const own = reserved.register
  const available = own ?? unreserved(deployment, raised)
  const whose = own === undefined ? `an account of ${round(accountConcurrency(deployment, raised))}` : 'its reservation'
  const through = throttled
    ? `; the API lets ${throttled.perSecond} a second through, and ${throttled.burst} at once`
    : ''
  return {
    name: 'POST /registrations, in Lambda',
    expected: peak,
    limit: available / secondsOf('register'),
    unit: 'a second',
    because: `${round(available)} at once in ${whose}, each for ${round(secondsOf('register'))} s${through}`,
    beyond:
      'Lambda throttles; API Gateway answers 503. Raise reservedConcurrency in infra/src/settings.ts, or ask AWS for more.',
  }
}

/** A reservation is worth a line where it is too small, or nearly. The line above says it of `register`. */
function reservationOf(name: string, expected: number, because: string, { reserved }: Deployment): Limit[] {
  const limit = reserved[name]
  if (limit === undefined || name === 'register') return []
  const beyond = `Lambda throttles ${name}. Raise reservedConcurrency in infra/src/settings.ts.`
  const own = { name: `Lambda concurrency of ${name}`, expected, limit, unit: 'at once', because, beyond }
  return isPassed(own) || isNear(own) ? [own] : []
}

/** What one hostile client may take from the functions that the public does not call. */
function flooded(deployment: Deployment, raised: Raised): Limit[] {
  const flood = floodOf(deployment)
  if (!flood) return []
  const account = accountConcurrency(deployment, raised)
  const first =
    reservable(account) > 0
      ? ''
      : ` An account of ${account} can reserve nothing: ask AWS for more first (docs/deploy.md).`
  return [
    {
      name: 'Lambda, with all public routes flooded',
      expected: flood.atOnce,
      limit: unreserved(deployment, raised),
      unit: 'at once',
      because: flood.flooded.length
        ? `what the API lets through to ${listed(flood.flooded)} at once, and while one lasts`
        : `${listed(flood.capped)} have reservations, which are their caps`,
      beyond:
        `Then ${listed(flood.starved)} are throttled: reminders are late or fail. ` +
        `Give the public functions reservations (reservedConcurrency in infra/src/settings.ts).${first}`,
      risk: true,
    },
  ]
}

/** A limit is passed when it is reached: there is nothing left for the next one. */
export const isPassed = ({ expected, limit }: Limit) => expected >= limit
/** Close enough to ask for more before it hurts. */
export const isNear = (limit: Limit) => !isPassed(limit) && limit.expected >= 0.8 * limit.limit

/** What is expected beyond a limit, as a danger. */
export function danger({ name, expected, limit, unit, because, beyond, risk }: Limit): Danger {
  const [are, bound] = risk
    ? ['possible', `${round(limit)} are available`]
    : ['expected', `${round(limit)} are allowed`]
  const why = `${round(expected)} ${unit} are ${are} (${because}), and ${bound}. ${beyond}`
  return { title: `${name}: the limit is passed`, why }
}

const round = (number: number) =>
  number < 10 ? number.toLocaleString('en', { maximumSignificantDigits: 2 }) : Math.round(number).toLocaleString('en')
const percent = (share: number) => `${Math.round(share * 100)} %`
