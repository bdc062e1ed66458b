import { type Retrier, retriers } from '@confirmation-reminder/contracts/retriers'

/** The retrier of an error, as Step Functions finds it: the first that names it, or `States.ALL`. */
export function retrierOf(error: string): Retrier {
  return retriers.find(
    ({ ErrorEquals }) => ErrorEquals.includes(error) || ErrorEquals.includes('States.ALL'),
  ) as Retrier
}
