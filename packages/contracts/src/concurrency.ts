/** How many Lambda executions AWS lets an account run at once in a Region, unless it is new or has asked for more. */
export const standardAccountConcurrency = 1_000

/**
 * How many of an account's concurrent Lambda executions AWS keeps for functions without a reservation. An account with
 * no more than that cannot reserve any.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
 */
const keptUnreserved = 100

/** How many concurrent executions the functions of an account may reserve in total. */
export function reservable(accountConcurrency: number): number {
  return Math.max(0, accountConcurrency - keptUnreserved)
}

/** How many concurrent executions an account must have before its functions can reserve this many in total. */
export function neededToReserve(reserved: number): number {
  return reserved + keptUnreserved
}

/** Lambda's error message for a reservation that leaves too few executions to the other functions. */
export function reservationRefused(accountConcurrency: number): string {
  const least = Math.min(accountConcurrency, keptUnreserved)
  return `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${least}].`
}
