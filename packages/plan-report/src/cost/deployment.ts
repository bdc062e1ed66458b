import { functions } from '@confirmation-reminder/contracts/functions'
import { outputs } from '@confirmation-reminder/contracts/names'
import { lengthSeconds, parseQuietHours } from '@confirmation-reminder/contracts/quiet-hours'
import type { Plan } from '../plan.ts'
import { unthrottled } from './quotas.ts'
import { type Workflow, workflowOf } from './workflow.ts'

/** What of a stage costs money, or bounds what it can take. */
export interface Deployment {
  region: string
  /** Where the figures come from, in words. */
  source: string
  workflow: Workflow
  /** For how long of a day no reminder is sent, and over how long reminders that are due together are spread, in seconds. */
  quietSeconds: number
  spreadSeconds: number
  /** Memory of each function, in megabytes, by its contract's name. */
  functions: Record<string, number>
  /** How many concurrent executions the account has, where the stage says so, and how many of them functions have reserved. */
  accountConcurrency?: number
  reserved: Record<string, number>
  /** What the API lets through to each public function while all its routes are flooded. */
  floods: Record<string, { perSecond: number; burst: number }>
  alarms: number
  dashboards: number
  keys: number
  /** Whether it has the records that mail servers ask for. */
  hasMailRecords: boolean
  /** How many queues Lambda polls. */
  eventSources: number
  /** How many API destinations get every event about a customer. */
  webhooks: number
  /** The longest that any log is kept, in days. */
  logDays: number
  pointInTimeRecovery: boolean
  tracing: boolean
  /** What the API lets through to POST /registrations. */
  throttled?: { perSecond: number; burst: number }
  /** What the stage is built for. */
  registrationsPerDay?: number
}

interface Resource {
  type: string
  values: Record<string, unknown>
}
type Outputs = Record<string, { value?: unknown }>

/** The system as the contracts describe it, where nothing more is known. */
export const byContract: Deployment = {
  region: 'eu-west-1',
  source: 'the contracts and the article: one reminder after a day',
  // A wait, a reminder, and the start.
  workflow: { waitSeconds: 86_400, tasks: 1, visits: 1, transitions: 3, postponable: false, known: false },
  quietSeconds: 0,
  spreadSeconds: 0,
  functions: Object.fromEntries(
    Object.entries(functions).map(([name, { memoryMegabytes }]) => [name, memoryMegabytes]),
  ),
  reserved: {},
  floods: {},
  alarms: 5,
  dashboards: 0,
  keys: 1,
  hasMailRecords: false,
  eventSources: 0,
  webhooks: 0,
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
  const resources = (values?.root_module?.resources ?? []).filter(
    // What an unfinished replacement left behind is not used.
    ({ mode, deposed_key }) => mode === 'managed' && deposed_key === undefined,
  )
  return deployment(
    resources.map(({ type, values = {} }) => ({ type, values })),
    values?.outputs ?? {},
    'the plan',
    fallback,
  )
}

/** What a synthesised stack (`cdk.tf.json`) says. */
export function ofStack(stack: object, fallback: Deployment): Deployment {
  const { resource = {}, output = {} } = stack as {
    resource?: Record<string, Record<string, Record<string, unknown>>>
    output?: Outputs
  }
  const { provider } = stack as { provider?: { aws?: { region?: string }[] } }
  const resources = Object.entries(resource).flatMap(([type, named]) =>
    Object.values(named).map((values) => ({ type, values })),
  )
  return deployment(resources, output, 'the synthesised stack', {
    ...fallback,
    region: provider?.aws?.[0]?.region ?? fallback.region,
  })
}

function deployment(resources: Resource[], output: Outputs, source: string, fallback: Deployment): Deployment {
  const of = (type: string) => resources.filter((resource) => resource.type === type).map(({ values }) => values)
  const [machine] = of('aws_sfn_state_machine')
  const nothing: Workflow = { waitSeconds: 0, tasks: 0, visits: 0, transitions: 0, postponable: false, known: true }
  const lambdas = Object.fromEntries(
    of('aws_lambda_function').map((values) => [String(values.function_name).split('-').at(-1) ?? '', values]),
  )
  const [{ variables = {} } = {}] = blocks(lambdas.reminder?.environment) as { variables?: Record<string, unknown> }[]
  const workflow = machine ? (workflowOf(machine.definition) ?? fallback.workflow) : nothing
  // Definitions of earlier releases leave it to the function.
  const ofFunction = {
    quietHours: String(variables.QUIET_HOURS ?? ''),
    spreadSeconds: Number(variables.SPREAD_SECONDS ?? 0),
  }
  const { quietHours: text = '', spreadSeconds } = workflow.timetable ?? ofFunction
  const quietHours = parseQuietHours(text)
  const [api] = of('aws_apigatewayv2_stage')
  const settingsOf = (route: string) => blocks(api?.route_settings).find(({ route_key }) => route_key === route)
  const rateOf = (route: string): Rate => rate(settingsOf(route) ?? blocks(api?.default_route_settings)[0])
  const perDay = output[outputs.expectedRegistrationsPerDay]?.value
  const account = output[outputs.accountConcurrency]?.value
  return {
    region: String(machine?.region ?? fallback.region),
    source,
    workflow,
    quietSeconds: quietHours ? lengthSeconds(quietHours) : 0,
    spreadSeconds: spreadSeconds || 0,
    functions: Object.fromEntries(
      Object.entries(lambdas).map(([name, { memory_size }]) => [name, Number(memory_size ?? 128)]),
    ),
    reserved: Object.fromEntries(
      Object.entries(lambdas).flatMap(([name, { reserved_concurrent_executions: reserved }]) =>
        // Terraform writes -1 for no reservation.
        typeof reserved === 'number' && reserved >= 0 ? [[name, reserved]] : [],
      ),
    ),
    floods: Object.fromEntries(
      Object.entries<{ routes: readonly string[] }>(functions).flatMap(([name, { routes }]) =>
        api && routes.length > 0 ? [[name, together(routes.map(rateOf))]] : [],
      ),
    ),
    alarms: of('aws_cloudwatch_metric_alarm').length,
    dashboards: of('aws_cloudwatch_dashboard').length,
    keys: of('aws_kms_key').length,
    hasMailRecords: of('aws_sesv2_email_identity_mail_from_attributes').length > 0,
    // Only a stream has a position to start from.
    eventSources: of('aws_lambda_event_source_mapping').filter(({ starting_position }) => !starting_position).length,
    webhooks: of('aws_cloudwatch_event_api_destination').length,
    logDays: Math.max(
      0,
      ...of('aws_cloudwatch_log_group').map(({ retention_in_days }) => Number(retention_in_days ?? 0)),
    ),
    // Of the customers' table: the others are not backed up.
    pointInTimeRecovery: of('aws_dynamodb_table').some(({ point_in_time_recovery }) =>
      blocks(point_in_time_recovery).some(({ enabled }) => enabled === true),
    ),
    tracing: of('aws_lambda_function').some(({ tracing_config }) =>
      blocks(tracing_config).some(({ mode }) => mode === 'Active'),
    ),
    ...(api && { throttled: rateOf('POST /registrations') }),
    ...(typeof account === 'number' && { accountConcurrency: account }),
    ...(typeof perDay === 'number' && { registrationsPerDay: perDay }),
  }
}

type Rate = Deployment['floods'][string]

function rate(settings: Record<string, unknown> | undefined): Rate {
  const { throttling_rate_limit: perSecond, throttling_burst_limit: burst } = settings ?? {}
  return {
    perSecond: typeof perSecond === 'number' ? perSecond : unthrottled.perSecond,
    burst: typeof burst === 'number' ? burst : unthrottled.burst,
  }
}

/** API Gateway counts each route for itself. */
function together(rates: Rate[]): Rate {
  return {
    perSecond: rates.reduce((whole, { perSecond }) => whole + perSecond, 0),
    burst: rates.reduce((whole, { burst }) => whole + burst, 0),
  }
}

/** Blocks are a list in plans; in what cdktf writes, a single one stands for itself. */
const blocks = (value: unknown) => (value ? [value].flat() : []) as Record<string, unknown>[]
