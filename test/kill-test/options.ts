import { readArguments } from '@confirmation-reminder/options/read-arguments'
import { wholeNumber } from '@confirmation-reminder/options/values'

export interface Options {
  registrations: number
  seed: number
  /** A synthesised folder to test instead of the stage dev. */
  stack: string | undefined
  help: boolean
}

export const help = `Tests that no registration is lost under any fault: customers register and
confirm while calls fail, responses get lost, functions crash and the local
cloud is killed every few seconds. Then it audits the mailbox.

Usage: npm run kill-test -- [options]

  --registrations <n>  how many customers register (10000: about half an hour
                       on 2 processors)
  --seed <n>           seed of the faults, the kills and who confirms when (1)
  --stack <folder>     test this folder with a cdk.tf.json; synthesise nothing
  --help               show this

Exit codes: 0 no mail lost, sent twice, or sent after a confirmation;
1 the audit found one; 2 wrong options`

const maximumRegistrations = 9_999_999
/** The random numbers of the test and of the local cloud's faults use 32 bits of the seed. */
const maximumSeed = 2 ** 32 - 1

/** @throws UsageError that names the option and what it takes. */
export function readOptions(args: string[]): Options {
  const { registrations, seed, stack, help } = readArguments(args, {
    registrations: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    stack: { type: 'string' },
  }).values
  return {
    registrations: wholeNumber('--registrations', registrations, 1, maximumRegistrations),
    seed: wholeNumber('--seed', seed, 0, maximumSeed),
    stack,
    help,
  }
}
