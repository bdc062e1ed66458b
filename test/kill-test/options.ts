import { type Stage, stages } from '@confirmation-reminder/contracts/stages'
import { readArguments } from '@confirmation-reminder/options/read-arguments'
import { oneOf, wholeNumber } from '@confirmation-reminder/options/values'
import { type OutageName, outageNames } from './outages.ts'
import { largestSeed } from './random.ts'

export interface Options {
  stage: Stage
  registrations: number
  seed: number
  outages: readonly OutageName[]
  help: boolean
}

export const help = `Tests that no mail is lost, doubled or unwanted under any fault: customers
register, confirm, withdraw, bounce and register again while calls fail,
responses get lost, functions crash, parts are away for hours and the local
cloud is killed again and again. A ship and a change of settings happen in
the middle. Then it audits the mailbox, the logs and Slack. Up to eight local
clouds share the customers, each with half a gigabyte of memory.

Usage: npm run kill-test -- [options]

  --stage <stage>      whose settings: dev, or prod with its quiet hours and
                       spread (dev)
  --registrations <n>  how many customers register (10000; 60 take more
                       than a minute of CPU)
  --seed <n>           seed of the faults, the kills and who does what (1)
  --outages <names>    which parts are away for hours, one after the other:
                       ses, lambda, table, paused, feedback, separated by
                       commas, or none (all five)
  --help               show this

Exit codes: 0 nothing is wrong; 1 the audit found errors; 2 wrong options`

const maximumRegistrations = 9_999_999

/** @throws UsageError that names the option and what it takes. */
export function readOptions(args: string[]): Options {
  const { stage, registrations, seed, outages, help } = readArguments(args, {
    stage: { type: 'string', default: 'dev' },
    registrations: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    outages: { type: 'string', default: outageNames.join(',') },
  }).values
  return {
    stage: oneOf('--stage', stage, stages),
    registrations: wholeNumber('--registrations', registrations, 1, maximumRegistrations),
    seed: wholeNumber('--seed', seed, 0, largestSeed),
    outages: outages === 'none' ? [] : outages.split(',').map((name) => oneOf('--outages', name, outageNames)),
    help,
  }
}
