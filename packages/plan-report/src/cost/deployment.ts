import { functions } from '@confirmation-reminder/contracts/functions'
import type { Plan } from '../plan.ts'

/** What of a stage costs money, or bounds what it can take. */
export interface Deployment {
  region: string
  /** Where the figures come from, in words. */
  source: string
  /** What a run waits for in all, in seconds, and how many tasks and states it passes. */
  workflow: { waitSeconds: number; tasks: number; states: number; known: boolean }
  /** Memory of each function, in megabytes, by its contract's name. */
  functions: Record<string, number>
  alarms: number
  keys: number
  /** The longest that any log is kept, in days. */
  logDays: number
  pointInTimeRecovery: boolean
  tracing: boolean
  /** What the API lets through to POST /registrations, per second. */
  registrationsPerSecond?: number
}

interface Resource {
  type: string
  values: Record<string, unknown>
}

// The article's workflow: a day, then one reminder.
const article = { waitSeconds: 86_400, tasks: 1, states: 2, known: false }

/** The system as the contracts describe it, where nothing more is known. */
export const byContract: Deployment = {
  region: 'eu-west-1',
  source: 'the contracts and the article: one reminder after a day',
  workflow: article,
  functions: Object.fromEntries(
    Object.entries(functions).map(([name, { memoryMegabytes }]) => [name, memoryMegabytes]),
  ),
  alarms: 5,
  keys: 1,
  logDays: 90,
  pointInTimeRecovery: true,
  tracing: true,
}

/** What there will be when a plan is applied, or what there is before. */
export function ofPlan(
  { planned_values, prior_state }: Plan,
  when: 'before' | 'after',
  fallback: Deployment,
): Deployment {
  const values = when === 'after' ? planned_values : prior_state?.values
  const resources = (values?.root_module?.resources ?? []).filter(({ mode }) => mode === 'managed')
  return deployment(
    resources.map(({ type, values = {} }) => ({ type, values })),
    'the plan',
    fallback,
  )
}

/** What a synthesised stack (`cdk.tf.json`) says. */
export function ofStack(stack: object, fallback: Deployment): Deployment {
  const { resource = {} } = stack as { resource?: Record<string, Record<string, Record<string, unknown>>> }
  const { provider } = stack as { provider?: { aws?: { region?: string }[] } }
  const resources = Object.entries(resource).flatMap(([type, named]) =>
    Object.values(named).map((values) => ({ type, values })),
  )
  return deployment(resources, 'the synthesised stack', {
    ...fallback,
    region: provider?.aws?.[0]?.region ?? fallback.region,
  })
}

function deployment(resources: Resource[], source: string, fallback: Deployment): Deployment {
  const of = (type: string) => resources.filter((resource) => resource.type === type).map(({ values }) => values)
  const [machine] = of('aws_sfn_state_machine')
  const workflow = machine
    ? (workflowOf(machine.definition) ?? fallback.workflow)
    : { ...article, waitSeconds: 0, tasks: 0, states: 0 }
  const [table] = of('aws_dynamodb_table')
  const perSecond = of('aws_apigatewayv2_stage').flatMap(({ route_settings }) =>
    blocks(route_settings).filter(({ route_key }) => route_key === 'POST /registrations'),
  )[0]?.throttling_rate_limit
  return {
    region: String(machine?.region ?? fallback.region),
    source,
    workflow,
    functions: Object.fromEntries(
      of('aws_lambda_function').map(({ function_name, memory_size }) => [
        String(function_name).split('-').at(-1),
        Number(memory_size ?? 128),
      ]),
    ),
    alarms: of('aws_cloudwatch_metric_alarm').length,
    keys: of('aws_kms_key').length,
    logDays: Math.max(
      0,
      ...of('aws_cloudwatch_log_group').map(({ retention_in_days }) => Number(retention_in_days ?? 0)),
    ),
    pointInTimeRecovery: blocks(table?.point_in_time_recovery).some(({ enabled }) => enabled === true),
    tracing: of('aws_lambda_function').some(({ tracing_config }) =>
      blocks(tracing_config).some(({ mode }) => mode === 'Active'),
    ),
    ...(typeof perSecond === 'number' && { registrationsPerSecond: perSecond }),
  }
}

/** Blocks are a list in plans; in what cdktf writes, a single one stands for itself. */
const blocks = (value: unknown) => (value ? [value].flat() : []) as Record<string, unknown>[]

/** Reads the waits and the tasks of a definition. Undefined where it is not known yet. */
function workflowOf(definition: unknown): Deployment['workflow'] | undefined {
  if (typeof definition !== 'string') return undefined
  const states = Object.values(
    (JSON.parse(definition) as { States: Record<string, { Type: string; Seconds?: number }> }).States,
  )
  const waits = states.filter(({ Type }) => Type === 'Wait')
  return {
    waitSeconds: waits.reduce((total, { Seconds = 0 }) => total + Seconds, 0),
    tasks: states.filter(({ Type }) => Type === 'Task').length,
    states: states.length,
    known: waits.every(({ Seconds }) => Seconds !== undefined),
  }
}
