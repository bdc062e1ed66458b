import { reservable, reservationRefused } from '@confirmation-reminder/contracts/concurrency'
import { AwsError } from '../../core/aws-error.ts'
import type { Versions } from './versions.ts'

interface Reserving {
  name: string
  reservedConcurrency?: number | undefined
}

/**
 * Limits how many calls run at once: for a function, over all its versions and aliases, its reservation; for all functions
 * without a reservation together, what the reservations leave of the account.
 */
export class Concurrency {
  private readonly running = new Map<string, number>()

  constructor(
    private readonly versions: Pick<Versions, 'functions'>,
    readonly account: number,
  ) {}

  get unreserved(): number {
    return this.account - reservedBy(this.versions.functions)
  }

  /**
   * Admits a call of a function. Returns a function to call when the call has ended.
   * @throws AwsError TooManyRequestsException
   */
  enter(name: string): () => void {
    const { functions } = this.versions
    const reserved = functions.find((each) => each.name === name)?.reservedConcurrency
    if (reserved === undefined) {
      const sharing = functions.filter((each) => each.reservedConcurrency === undefined)
      const running = sharing.reduce((whole, each) => whole + this.runningOf(each.name), 0)
      if (running >= this.unreserved) throw tooMany('ConcurrentInvocationLimitExceeded')
    } else if (this.runningOf(name) >= reserved) {
      throw tooMany('ReservedFunctionConcurrentInvocationLimitExceeded')
    }
    this.running.set(name, this.runningOf(name) + 1)
    return () => void this.running.set(name, this.runningOf(name) - 1)
  }

  private runningOf(name: string): number {
    return this.running.get(name) ?? 0
  }
}

/** @throws Error in one sentence, if AWS would refuse the reservations of the Terraform */
export function checkReservations(functions: readonly Reserving[], account: number): void {
  const reserved = reservedBy(functions)
  if (reserved <= reservable(account)) return
  throw new Error(
    `The functions reserve ${reserved} of the account's ${account} concurrent executions, which Lambda refuses: ${reservationRefused(account)}`,
  )
}

export function reservedBy(functions: readonly Reserving[]): number {
  return functions.reduce((whole, { reservedConcurrency = 0 }) => whole + reservedConcurrency, 0)
}

function tooMany(reason: string): AwsError {
  return new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429, { Reason: reason })
}
