import { neededToReserve, reservable, reservationRefused } from '@confirmation-reminder/contracts/concurrency'
import type { Danger } from '../danger.ts'
import { assumptions } from './assumptions.ts'
import type { Deployment } from './deployment.ts'
import { quotas, type Raised } from './quotas.ts'

/** How many executions the account may have at once: as the command line says, or the stage, or AWS's standard. */
export function accountConcurrency({ accountConcurrency }: Deployment, { concurrency }: Raised): number {
  return concurrency ?? accountConcurrency ?? quotas.concurrency.limit
}

/** How many of them no function has for itself. */
export function unreserved(deployment: Deployment, raised: Raised): number {
  return Math.max(0, accountConcurrency(deployment, raised) - sum(Object.values(deployment.reserved)))
}

const milliseconds = new Map<string, number>(Object.entries(assumptions.milliseconds))

/** How long an invocation takes, in seconds. */
export function secondsOf(name: string): number {
  return (milliseconds.get(name) ?? assumptions.otherMilliseconds) / 1000
}

/**
 * What a flood of all public routes may take of what no function has for itself, while others need some of it.
 * Undefined where nothing is open to the public, or all the others have reservations.
 */
export function floodOf({ functions, floods, reserved }: Deployment): Flood | undefined {
  const sharing = Object.keys(functions).filter((name) => !Object.hasOwn(reserved, name))
  const starved = sharing.filter((name) => !Object.hasOwn(floods, name))
  if (starved.length === 0 || Object.keys(floods).length === 0) return undefined
  const flooded = sharing.flatMap((name) => {
    const rate = Object.hasOwn(floods, name) ? floods[name] : undefined
    // As many at once as may come at once, and those that come while one lasts.
    return rate ? [{ name, atOnce: rate.burst + rate.perSecond * secondsOf(name) }] : []
  })
  return {
    atOnce: sum(flooded.map(({ atOnce }) => atOnce)),
    flooded: flooded.map(({ name }) => name),
    capped: Object.keys(floods).filter((name) => Object.hasOwn(reserved, name)),
    starved,
  }
}

interface Flood {
  atOnce: number
  /** The public functions without a reservation, those with one, and the others, which need executions of the rest. */
  flooded: string[]
  capped: string[]
  starved: string[]
}

/** Reservations that the account does not hold: Lambda refuses them when everything else is being applied. */
export function reservationDangers(deployment: Deployment, raised: Raised): Danger[] {
  const account = accountConcurrency(deployment, raised)
  const reserved = sum(Object.values(deployment.reserved))
  if (reserved <= reservable(account)) return []
  return [
    {
      title: 'The reservations do not fit the account',
      why:
        `They add up to ${reserved}, and an account of ${account} concurrent executions lets its functions reserve ` +
        `${reservable(account)}. Applying fails half way with \`InvalidParameterValueException: ${reservationRefused(account)}\` ` +
        `Reserve less (reservedConcurrency in infra/src/settings.ts), or ask AWS for ${neededToReserve(reserved)} (docs/deploy.md).`,
    },
  ]
}

const sum = (numbers: number[]) => numbers.reduce((whole, each) => whole + each, 0)
