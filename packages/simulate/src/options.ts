import { readArguments } from '@confirmation-reminder/options/read-arguments'
import { positiveNumber, refuse, wholeNumber } from '@confirmation-reminder/options/values'
import { bigRegions } from '@confirmation-reminder/plan-report/cost/service-quotas'
import { documented, type Question } from './findings.ts'

export interface Options extends Question {
  write: boolean
  help: boolean
}

export const help = `Simulates what breaks first as registrations grow: AWS's default quotas, the
reminders a day after a burst, and what other designs carry and cost.

Usage: npm run simulate -- [options]

  --rate <n>         registrations a second (${documented.rates.join(', ')})
  --days <n>         how long they go on (${documented.days})
  --burst <n>        people who register in one hour (${documented.burst})
  --region <region>  by its quotas: ${bigRegions.join(', ')},
                     or another (eu-west-1)
  --write            write docs/scale.md and its pictures; takes no other option
  --help             show this

Exit codes: 0 simulated, 1 failed, 2 wrong options`

// A day more than SQS keeps a message.
const mostDays = 15
const mostPeople = 100_000_000

/** @throws UsageError that names the option and what it takes. */
export function readOptions(args: string[]): Options {
  const { values } = readArguments(args, {
    rate: { type: 'string' },
    days: { type: 'string', default: String(documented.days) },
    burst: { type: 'string', default: String(documented.burst) },
    region: { type: 'string', default: 'eu-west-1' },
    write: { type: 'boolean', default: false },
  })
  const { rate, region, write, help } = values
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(region)) refuse('--region', region, 'a Region of AWS, such as eu-west-1')
  const options = {
    rates: rate === undefined ? documented.rates : [positiveNumber('--rate', rate)],
    days: wholeNumber('--days', values.days, 1, mostDays),
    burst: wholeNumber('--burst', values.burst, 1, mostPeople),
    region: (bigRegions as readonly string[]).includes(region) ? ('big' as const) : ('elsewhere' as const),
  }
  if (write && JSON.stringify(options) !== JSON.stringify(documented)) {
    refuse('--write', args.join(' '), 'no other option, because docs/scale.md says what the command finds without any')
  }
  return { ...options, write, help }
}
