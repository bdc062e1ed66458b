import { parseArgs } from 'node:util'

export interface Options {
  registrations: number
  seed: number
  /** A synthesised folder to test instead of the stage dev. */
  stack: string | undefined
  help: boolean
}

export const help = `Shows what happens to registrations under every fault: customers register and confirm while calls
fail, answers get lost, functions crash and the local cloud is killed every few seconds. Then it audits the mailbox.

Usage: npm run kill-test -- [options]

  --registrations <n>  how many customers register (10000: half an hour on 2 processors)
  --seed <n>           determines who confirms when, which calls fail and when it is killed (1)
  --stack <folder>     test this folder with a cdk.tf.json, and synthesise nothing
  --help               show this

Exit codes: 0 nothing lost, doubled, or sent after a confirmation; 1 something was; 2 wrong options.`

/** The random numbers of the test and of the local cloud's faults use 32 bits of the seed. */
const maximumSeed = 2 ** 32 - 1

/** A command line that cannot be understood, in one sentence. */
export class UsageError extends Error {}

/** @throws UsageError that names the option and what it takes. */
export function readOptions(args: string[]): Options {
  const { registrations, seed, stack, help } = parse(args)
  return {
    registrations: wholeNumber('--registrations', registrations, 1, 9_999_999),
    seed: wholeNumber('--seed', seed, 0, maximumSeed),
    stack,
    help,
  }
}

function parse(args: string[]) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        registrations: { type: 'string', default: '10000' },
        seed: { type: 'string', default: '1' },
        stack: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    })
    return values
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split(/\.\s|\n/)[0]}; --help lists what there is.`)
  }
}

function wholeNumber(option: string, value: string, least: number, most: number): number {
  const number = /^\d{1,10}$/.test(value) ? Number(value) : Number.NaN
  if (number >= least && number <= most) return number
  throw new UsageError(`${option} takes a whole number from ${least} to ${most}, not "${value}".`)
}
