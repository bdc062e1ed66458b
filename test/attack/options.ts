import { readArguments } from '@confirmation-reminder/options/read-arguments'
import { UsageError } from '@confirmation-reminder/options/usage-error'
import { oneOf, wholeNumber } from '@confirmation-reminder/options/values'
import { largestSeed } from '../kill-test/random.ts'
import { type Protocol, protocols } from './requests.ts'

export const attacks = ['files', 'kills', 'requests'] as const

export interface Options {
  attack: (typeof attacks)[number]
  /** How many; undefined: as many as the attack has by itself. */
  cases: number | undefined
  seed: number
  protocols: readonly Protocol[]
  help: boolean
}

export const help = `Attacks a local cloud of its own, and reports what does not hold.

Usage: npm run attack -- <attack> [options]

  files     damages each file of a data folder in every way: a start has kept
            everything, or ends with one sentence and 1, and has lost nothing
  kills     kill -9 amid writes: what was acknowledged is there afterwards
  requests  malformed requests in each protocol: none is answered with a 5xx
            or a stack, none hangs, and a good one is answered after them

  --cases <n>          how many: damages, chosen by the seed (all), kills (30),
                       or requests per protocol (20000)
  --seed <n>           seed of the damages, the kills and the requests (1)
  --protocols <names>  of requests, separated by commas
                       (${protocols.join(',')})
  --help               show this

Exit codes: 0 everything holds; 1 something does not; 2 wrong options`

const maximumCases = 9_999_999

/** @throws UsageError that names the option or the attack, and what is possible. */
export function readOptions(args: string[]): Options {
  const { values, positionals } = readArguments(
    args,
    {
      cases: { type: 'string' },
      seed: { type: 'string', default: '1' },
      protocols: { type: 'string', default: protocols.join(',') },
    },
    { positionals: true },
  )
  const [attack, more] = positionals
  if (more !== undefined) throw new UsageError(`Unexpected argument "${more}". --help lists the options.`)
  if (attack === undefined && !values.help) throw new UsageError(`Name an attack: ${attacks.join(', ')}.`)
  return {
    attack: attack === undefined ? attacks[0] : oneOf('The attack', attack, attacks),
    cases: values.cases === undefined ? undefined : wholeNumber('--cases', values.cases, 1, maximumCases),
    seed: wholeNumber('--seed', values.seed, 0, largestSeed),
    protocols: values.protocols.split(',').map((name) => oneOf('--protocols', name, protocols)),
    help: values.help,
  }
}
