import { type Stage, stages } from '@confirmation-reminder/contracts/stages'
import { readArguments } from '@confirmation-reminder/options/read-arguments'
import { UsageError } from '@confirmation-reminder/options/usage-error'
import { oneOf, positiveNumber } from '@confirmation-reminder/options/values'
import { quotaNames, type Raised } from './cost/quotas.ts'

export const help = `Reports in Markdown what a Terraform plan would do, dangerous changes first.

Usage: npm run plan-report -- [options] [plan.json]

  plan.json              output of \`terraform show -json <plan file>\`
  --stage <stage>        ${stages.join(' or ')}; without it, the plan's tags say it
  --base <plan.json>     plan of the base branch, whose changes are left out
  --cost                 add the monthly cost and the limits; needs no plan
  --registrations <n>    registrations per day (as expected by the settings)
  --quota <name>=<n>     quota of your account, as mailsPerSecond=200
  --stack <cdk.tf.json>  the synthesised stack (infra/cdktf.out's)
  --longest <n>          at most this many characters; says what it leaves out
  --summary              at most what GitHub accepts as a step's summary
  --digest               print only a digest, to compare two plans
  --notification         print only the Slack message of a nightly plan, if any
  --link <url>           link to the whole report, for the notification
  --help                 show this

Exit codes: 0 no danger; 1 dangerous; 2 wrong options or input`

// GitHub accepts 1 MiB for each step. A character, as --longest counts them, takes at most 3 bytes in UTF-8.
const longestSummary = Math.floor(2 ** 20 / 3)

export interface Options {
  output: 'report' | 'digest' | 'notification' | 'help'
  plan?: string
  base?: string
  stack?: string
  stage?: Stage
  cost: boolean
  registrations?: number
  raised: Raised
  link?: string
  longest?: number
}

/** Reads the command line. @throws UsageError that says what to write instead. */
export function readOptions(args: string[]): Options {
  const text = { type: 'string' } as const
  const many = { type: 'string', multiple: true, default: [] as string[] } as const
  const flag = { type: 'boolean', default: false } as const
  const { values, positionals } = readArguments(
    args,
    {
      stage: text,
      base: text,
      stack: text,
      link: text,
      longest: text,
      registrations: text,
      quota: many,
      cost: flag,
      summary: flag,
      digest: flag,
      notification: flag,
    },
    { positionals: true },
  )
  const { base, stack, link, cost } = values
  const [plan, ...more] = positionals
  if (more.length) throw new UsageError(`Unexpected argument "${more[0]}": name one plan at a time.`)
  if (!plan && (values.digest || values.notification))
    throw new UsageError('Name a plan.json. --help lists all options.')
  if (!plan && !cost && !values.help) throw new UsageError('Name a plan.json, or add --cost. --help lists all options.')
  if (values.summary && values.longest !== undefined) {
    throw new UsageError('--summary says how long the report may be: leave out --longest.')
  }
  const stage = values.stage === undefined ? undefined : oneOf('--stage', values.stage, stages)
  return {
    output: values.help ? 'help' : values.digest ? 'digest' : values.notification ? 'notification' : 'report',
    cost,
    raised: Object.fromEntries(values.quota.map(quota)),
    ...(plan && { plan }),
    ...(base && { base }),
    ...(stack && { stack }),
    ...(link && { link }),
    ...(stage && { stage }),
    ...(values.longest !== undefined && { longest: positiveNumber('--longest', values.longest) }),
    ...(values.summary && { longest: longestSummary }),
    ...(values.registrations !== undefined && {
      registrations: positiveNumber('--registrations', values.registrations),
    }),
  }
}

function quota(text: string): [name: string, limit: number] {
  const [name = '', limit = ''] = text.split('=')
  if (!(quotaNames as string[]).includes(name)) {
    throw new UsageError(`--quota takes <name>=<n>, not "${text}". The names are ${quotaNames.join(', ')}.`)
  }
  return [name, positiveNumber(`--quota ${name}`, limit)]
}
