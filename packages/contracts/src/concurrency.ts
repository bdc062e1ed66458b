/** How many Lambda executions AWS lets an account run at once in a Region, unless it is new or has asked for more. */
export const standardAccountConcurrency = 1_000

/**
 * What AWS keeps of an account's concurrent Lambda executions for the functions without a reservation. An account that
 * has no more than that reserves nothing.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
 */
const keptUnreserved = 100

/** How many concurrent executions the functions of an account may reserve in all. */
export function reservable(accountConcurrency: number): number {
  return Math.max(0, accountConcurrency - keptUnreserved)
}

/** How many concurrent executions an account must have before its functions can reserve so many in all. */
export function neededToReserve(reserved: number): number {
  return reserved + keptUnreserved
}

/** What Lambda answers to a reservation that leaves too few to the other functions. */
export function reservationRefused(accountConcurrency: number): string {
  const least = Math.min(accountConcurrency, keptUnreserved)
  return `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${least}].`
}
