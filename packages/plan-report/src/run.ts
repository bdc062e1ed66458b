import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { stackName } from '@confirmation-reminder/contracts/names'
import { type Stage, stages } from '@confirmation-reminder/contracts/stages'
import { reservationDangers } from './cost/concurrency.ts'
import { costMarkdown, limitDangers, type Outlook, outlookOf } from './cost/cost-markdown.ts'
import { byContract, type Deployment, ofPlan, ofStack } from './cost/deployment.ts'
import type { Danger } from './danger.ts'
import { digestOf } from './digest.ts'
import { driftNotification } from './drift.ts'
import { toMarkdown } from './markdown.ts'
import { help, type Options, readOptions } from './options.ts'
import type { Output } from './output.ts'
import { type Plan, parsePlan } from './plan.ts'
import { reportOf } from './report.ts'

/**
 * Executes a command line: reads a plan, judges it, prints. What is read and what is printed is here; what is judged is
 * beside it.
 * @returns the exit code
 */
export function run(args: string[], output: Output): number {
  try {
    return execute(readOptions(args), (text) => {
      if (text) output.print(`${text}\n`)
      return 0
    })
  } catch (error) {
    output.error(`plan-report: ${(error as Error).message}`)
    return 2
  }
}

/** Prints a text, if there is one. */
type Print = (text: string | undefined) => 0

function execute(options: Options, print: Print): number {
  if (options.output === 'help') return print(help)
  const plan = options.plan === undefined ? undefined : readPlan(options.plan)
  if (plan && options.output === 'digest') return print(digestOf(plan))

  const base = options.base === undefined ? undefined : readPlan(options.base)
  const stage = options.stage ?? stageOf(plan) ?? 'prod'
  const outlook = options.cost ? outlookFor(options, stage, plan, base) : undefined
  const deployment = outlook?.deployment ?? (plan && ofPlan(plan, 'after', byContract))
  const beyond = [
    ...(deployment ? reservationDangers(deployment, options.raised) : []),
    ...(outlook ? limitDangers(outlook) : []),
  ]
  const failing = (dangers: Danger[]) => (dangers.length ? 1 : 0)
  if (!plan) {
    const advice = beyond.map(({ title, why }) => `> **${title}.** ${why}`)
    return print(outlook && [costMarkdown(outlook, stage), ...advice].join('\n\n')) || failing(beyond)
  }

  const report = reportOf(plan, { base, beyond })
  if (options.output === 'notification') {
    const notification = driftNotification(report, stage, options.link)
    return print(notification && JSON.stringify(notification))
  }
  const { longest } = options
  print(toMarkdown(report, { title: stage, cost: outlook && costMarkdown(outlook, stage), longest }))
  return failing(report.dangers)
}

function outlookFor(options: Options, stage: Stage, plan?: Plan, base?: Plan): Outlook {
  const { stack, raised } = options
  const synthesised = stackOf(stage, stack)
  if (!plan) {
    const deployment = synthesised ?? byContract
    return outlookOf(deployment, registrations(options, deployment), { raised })
  }
  const before = ofPlan(plan, 'before', byContract)
  const after = ofPlan(plan, 'after', synthesised ?? (before.workflow.known ? before : byContract))
  // What the base would do too is not this pull request's doing.
  const without = base ? ofPlan(base, 'after', before) : before
  const change = base ? 'This pull request' : 'This plan'
  return outlookOf(after, registrations(options, after), { before: without, change, raised })
}

function registrations(options: Options, { registrationsPerDay }: Deployment): number {
  const number = options.registrations ?? registrationsPerDay
  if (number) return number
  throw new Error('How many registrations a day? Say --registrations <n>, or `npm run synth`: the settings say it.')
}

/** The synthesised stack, if an option names one or one was synthesised. */
function stackOf(stage: Stage, named: string | undefined): Deployment | undefined {
  const usual = `../../../infra/cdktf.out/stacks/${stackName(stage)}/cdk.tf.json`
  const file = named ?? fileURLToPath(new URL(usual, import.meta.url))
  try {
    return ofStack(JSON.parse(readFileSync(file, 'utf8')), byContract)
  } catch (error) {
    if (named) throw new Error(`Cannot read the stack ${named}: ${(error as Error).message}`)
    return undefined
  }
}

function readPlan(file: string): Plan {
  let json: string
  try {
    json = readFileSync(file, 'utf8')
  } catch (error) {
    throw new Error(`Cannot read ${file}: ${(error as Error).message}`)
  }
  try {
    return parsePlan(json)
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`)
  }
}

/** The stage that the resources of a plan are tagged with. */
function stageOf(plan: Plan | undefined): Stage | undefined {
  const resources = [plan?.planned_values, plan?.prior_state?.values].flatMap(
    (values) => values?.root_module?.resources ?? [],
  )
  const tags = resources.map(({ values }) => (values?.tags_all as { stage?: string } | undefined)?.stage)
  return stages.find((stage) => tags.includes(stage))
}
