import { readArguments } from '@confirmation-reminder/options/read-arguments'
import { wholeNumber } from '@confirmation-reminder/options/values'

export const help = `Measures whether the duration of a registration shows what the system knows
about an address: registers addresses of each kind at the local cloud in random
order, and compares their durations with those of new addresses. The result is
the probability that a guess from the duration is right (AUC): 0.5 is a coin.
Run it on an idle machine.

Usage: npm run enumeration -- [options]

  --samples <n>  addresses of each kind; below 500 the result is noise (1000)
  --at-once <n>  concurrent requests (8)
  --help         show this

Exit codes: 0 at most 0.55, 1 more than 0.55, 2 wrong options, 3 failed`

// Far more than a measurement needs.
const maximumSamples = 1_000_000
const maximumAtOnce = 1_000

/** @throws UsageError that names the option and what it takes. */
export function readOptions(args: string[]): { samples: number; atOnce: number; help: boolean } {
  const { values } = readArguments(args, {
    samples: { type: 'string', default: '1000' },
    'at-once': { type: 'string', default: '8' },
  })
  return {
    samples: wholeNumber('--samples', values.samples, 1, maximumSamples),
    atOnce: wholeNumber('--at-once', values['at-once'], 1, maximumAtOnce),
    help: values.help,
  }
}
