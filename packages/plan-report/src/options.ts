import { parseArgs } from 'node:util'
import { type Stage, stages } from '@confirmation-reminder/contracts/stages'
import { quotaNames, type Raised } from './cost/quotas.ts'

export const help = `Usage: plan-report [options] [plan.json]

Says in Markdown what a Terraform plan would do: what is dangerous first, then the rest in words.
plan.json is the output of \`terraform show -json <plan file>\`.

  --stage <dev|prod>     whose plan it is; left out, the plan's own tags say it
  --base <plan.json>     the plan of the base branch: what it would do too is not this pull request's doing
  --labels <a,b>         the labels of the pull request; danger-accepted accepts what is dangerous (also: --label a)
  --cost                 adds what a month costs, and how close the limits are; works without a plan
  --registrations <n>    registrations a day to calculate with; default: what the stage's settings expect
  --quota <name>=<n>     a limit that your account has negotiated; may be repeated:
                         ${quotaNames.join(', ')}
  --stack <cdk.tf.json>  the synthesised stack, for what a plan cannot know yet; left out, infra/cdktf.out's
  --longest <n>          at most so many characters: what matters least is left out, and named
  --digest               prints only what identifies the plan's doing, to compare two plans
  --notification         prints only the Slack message of a nightly plan; nothing if nothing drifted
  --link <url>           where the whole report is, for the notification
  --help                 prints this

Exit code: 0 fine, 1 dangerous and not accepted, 2 wrong usage or input.`

export interface Options {
  output: 'report' | 'digest' | 'notification' | 'help'
  plan?: string
  base?: string
  stack?: string
  stage?: Stage
  labels: string[]
  cost: boolean
  registrations?: number
  raised: Raised
  link?: string
  longest?: number
}

/** Reads the command line. @throws Error that says what to write instead. */
export function readOptions(args: string[]): Options {
  const text = { type: 'string' } as const
  const many = { type: 'string', multiple: true, default: [] as string[] } as const
  const flag = { type: 'boolean', default: false } as const
  const { values, positionals } = parseArgs({
    args: args[0] === '--' ? args.slice(1) : args,
    allowPositionals: true,
    options: {
      stage: text,
      base: text,
      stack: text,
      link: text,
      longest: text,
      registrations: text,
      labels: many,
      label: many,
      quota: many,
      cost: flag,
      digest: flag,
      notification: flag,
      help: { ...flag, short: 'h' },
    },
  })
  const { base, stack, link, cost } = values
  const [plan, ...more] = positionals
  if (more.length) throw new Error(`One plan at a time: ${more[0]} is one too many.`)
  if (!plan && (values.digest || values.notification)) throw new Error('Name a plan.json. --help says more.')
  if (!plan && !cost && !values.help) throw new Error('Name a plan.json, or ask for --cost. --help says more.')
  const stage = stages.find((known) => known === values.stage)
  if (values.stage !== undefined && !stage)
    throw new Error(`There is no stage "${values.stage}": it is ${stages.join(' or ')}.`)
  return {
    output: values.help ? 'help' : values.digest ? 'digest' : values.notification ? 'notification' : 'report',
    labels: [...values.labels, ...values.label].flatMap((list) => list.split(',')).map((label) => label.trim()),
    cost,
    raised: Object.fromEntries(values.quota.map(quota)),
    ...(plan && { plan }),
    ...(base && { base }),
    ...(stack && { stack }),
    ...(link && { link }),
    ...(stage && { stage }),
    ...(values.longest !== undefined && { longest: positive('--longest', values.longest) }),
    ...(values.registrations !== undefined && { registrations: positive('--registrations', values.registrations) }),
  }
}

function quota(text: string): [name: string, limit: number] {
  const [name = '', limit = ''] = text.split('=')
  if (!(quotaNames as string[]).includes(name)) {
    throw new Error(`--quota ${text}: the name is one of ${quotaNames.join(', ')}, as in --quota mailsPerSecond=200.`)
  }
  return [name, positive(`--quota ${name}`, limit)]
}

function positive(option: string, text: string): number {
  const number = Number(text)
  if (!/^\d+(\.\d+)?$/.test(text) || number <= 0) throw new Error(`${option} takes a positive number, not "${text}".`)
  return number
}
