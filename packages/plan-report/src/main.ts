import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Stage, stages } from '@confirmation-reminder/contracts/stages'
import { expectedRegistrations } from './cost/assumptions.ts'
import { costMarkdown, type Outlook, outlookOf, passed } from './cost/cost-markdown.ts'
import { byContract, type Deployment, ofPlan, ofStack } from './cost/deployment.ts'
import { digestOf } from './digest.ts'
import { driftNotification } from './drift.ts'
import { acceptingLabel, toMarkdown } from './markdown.ts'
import { help, type Options, readOptions } from './options.ts'
import { type Plan, parsePlan } from './plan.ts'
import { reportOf } from './report.ts'

// Reads a plan, judges it, prints. What is read and what is printed is here; what is judged is beside it.
try {
  process.exitCode = run(readOptions(process.argv.slice(2)))
} catch (error) {
  console.error(`plan-report: ${(error as Error).message}`)
  process.exitCode = 2
}

function run(options: Options): number {
  if (options.output === 'help') return print(help)
  const plan = options.plan === undefined ? undefined : readPlan(options.plan)
  const stage = options.stage ?? stageOf(plan) ?? 'prod'
  const outlook = options.cost ? outlookFor(options, stage, plan) : undefined
  if (!plan) return print(outlook && costMarkdown(outlook)) || failing(options, 0, outlook)

  if (options.output === 'digest') return print(digestOf(plan))
  const report = reportOf(plan, options.base ? readPlan(options.base) : undefined)
  if (options.output === 'notification') {
    const notification = driftNotification(report, stage, options.link)
    return print(notification && JSON.stringify(notification))
  }
  const accepted = options.labels.includes(acceptingLabel)
  print(toMarkdown(report, { title: stage, accepted }))
  if (outlook) print(`\n${costMarkdown(outlook)}`)
  return failing(options, report.dangers.length, outlook)
}

function failing({ labels }: Options, dangers: number, outlook: Outlook | undefined): number {
  const dangerous = dangers > 0 || (outlook !== undefined && passed(outlook).length > 0)
  return dangerous && !labels.includes(acceptingLabel) ? 1 : 0
}

function outlookFor({ registrations, stack, raised }: Options, stage: Stage, plan: Plan | undefined): Outlook {
  const synthesised = stackOf(stage, stack)
  const fallback = synthesised ?? byContract
  const deployment = plan ? ofPlan(plan, 'after', fallback) : fallback
  const before = plan ? ofPlan(plan, 'before', fallback) : undefined
  return outlookOf(deployment, registrations ?? expectedRegistrations[stage], { before, raised })
}

/** The synthesised stack, if somebody named one or has synthesised. */
function stackOf(stage: Stage, named: string | undefined): Deployment | undefined {
  const usual = `../../../infra/cdktf.out/stacks/confirmation-reminder-${stage}/cdk.tf.json`
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

function print(text: string | undefined): 0 {
  if (text) process.stdout.write(`${text}\n`)
  return 0
}
