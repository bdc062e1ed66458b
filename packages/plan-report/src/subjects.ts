import { type DisplayValue, oneLine } from './display-value.ts'
import { lossOfEvents } from './losses.ts'

/** The subjects of the system, in the order of the report. */
export const subjects = [
  'Customers',
  'Workflow',
  'Functions',
  'API',
  'Domain',
  'Mail',
  'Events',
  'Alarms',
  'Slack',
  'Permissions',
  'Everything else',
] as const
export type Subject = (typeof subjects)[number]

/** What people call a type of resource, and which subject it serves. The first pattern that fits decides. */
const known: [type: RegExp, noun: string, subject: Subject][] = [
  [/^aws_dynamodb_table$/, 'table', 'Customers'],
  [/^aws_sfn_state_machine$/, 'state machine', 'Workflow'],
  [/^aws_lambda_function$/, 'function', 'Functions'],
  [/^aws_lambda_alias$/, 'alias', 'Functions'],
  [/^aws_cloudwatch_log_group$/, 'log group', 'Functions'],
  [/^aws_lambda_event_source_mapping$/, 'trigger', 'Functions'],
  [/^aws_lambda_permission$/, 'right to invoke', 'Permissions'],
  [/^aws_apigatewayv2_route$/, 'route', 'API'],
  [/^aws_apigatewayv2_integration$/, 'integration', 'API'],
  [/^aws_apigatewayv2_stage$/, 'stage of the API', 'API'],
  [/^aws_apigatewayv2_api$/, 'HTTP API', 'API'],
  [/^aws_apigatewayv2_domain_name$/, 'domain of the API', 'Domain'],
  [/^aws_apigatewayv2_api_mapping$/, 'mapping of the domain', 'Domain'],
  [/^aws_apigatewayv2_/, 'part of the API', 'API'],
  [/^aws_acm_certificate$/, 'certificate', 'Domain'],
  [/^aws_acm_certificate_validation$/, 'validation of the certificate', 'Domain'],
  [/^aws_route53_record$/, 'record', 'Domain'],
  [/^aws_sesv2_email_identity_mail_from_attributes$/, 'MAIL FROM domain', 'Domain'],
  [/^aws_sesv2_email_identity$/, 'SES identity', 'Mail'],
  [/^aws_sesv2_configuration_set$/, 'SES configuration set', 'Mail'],
  [/^aws_sesv2?_/, 'part of SES', 'Mail'],
  [/^aws_cloudwatch_metric_alarm$/, 'alarm', 'Alarms'],
  [/^aws_cloudwatch_composite_alarm$/, 'composite alarm', 'Alarms'],
  [/^aws_cloudwatch_dashboard$/, 'dashboard', 'Alarms'],
  [/^aws_cloudwatch_event_bus$/, 'event bus', 'Events'],
  [/^aws_cloudwatch_event_connection$/, 'connection', 'Events'],
  [/^aws_cloudwatch_event_api_destination$/, 'API destination', 'Events'],
  [/^aws_cloudwatch_event_rule$/, 'EventBridge rule', 'Alarms'],
  [/^aws_cloudwatch_event_target$/, 'target of an EventBridge rule', 'Alarms'],
  [/^aws_chatbot_slack_channel_configuration$/, 'Slack channel', 'Slack'],
  [/^aws_sns_topic$/, 'topic', 'Slack'],
  [/^aws_sns_topic_policy$/, 'policy of the topic', 'Permissions'],
  [/^aws_sns_topic_subscription$/, 'subscription', 'Slack'],
  [/^aws_kms_key$/, 'key', 'Slack'],
  [/^aws_kms_alias$/, 'alias of a key', 'Slack'],
  [/^aws_iam_role$/, 'role', 'Permissions'],
  [/^aws_iam_role_policy$/, 'role policy', 'Permissions'],
  [/^aws_iam_policy$/, 'policy', 'Permissions'],
  [/^aws_sqs_queue$/, 'queue', 'Mail'],
  [/_policy_attachment$/, 'attached policy', 'Permissions'],
  [/_policy$/, 'policy', 'Permissions'],
]

/** The arguments of a resource. */
type Values = { [name: string]: DisplayValue }

// Plans have thousands of changes, of a few types.
const found = new Map<string, (typeof known)[number] | undefined>()

function find(type: string) {
  if (!found.has(type))
    found.set(
      type,
      known.find(([pattern]) => pattern.test(type)),
    )
  return found.get(type)
}

/** What people call a resource of this type. */
export function nounOf(type: string): string {
  return find(type)?.[1] ?? type.replace(/^aws_/, '').replaceAll('_', ' ')
}

/** Which subject a change is about. */
export function subjectOf({ type, before, after }: { type: string; before: Values; after: Values }): Subject {
  const values = Object.keys(after).length ? after : before
  const name = nameOf(values, '')
  if (type === 'aws_cloudwatch_log_group' && name.startsWith('/aws/vendedlogs/states')) return 'Workflow'
  if (type === 'aws_cloudwatch_log_group' && /api/.test(name)) return 'API'
  if (lossOfEvents(type, values)) return 'Events'
  return find(type)?.[2] ?? 'Everything else'
}

const namesInOrder = [
  ...['function_name', 'alarm_name', 'dashboard_name', 'configuration_set_name', 'configuration_name', 'route_key'],
]
const otherNames = ['mail_from_domain', 'email_identity', 'domain_name', 'name', 'statement_id', 'description']

/** What a resource is called in AWS, or else in Terraform. */
export function nameOf(values: Values, logicalName: string): string {
  // An alias or a policy alone is called `live` or `needs`: whose it is says more.
  const { function_name: owner, role, zone_id: zone, type } = values
  const name = values.name ?? values.statement_id ?? values.policy_arn
  if (zone !== undefined && typeof type === 'string' && typeof name === 'string') return `${type} ${name}`
  if (typeof owner === 'string' && typeof name === 'string') return `${owner}:${name}`
  if (typeof role === 'string' && typeof name === 'string' && !role.startsWith('arn:')) return `${role}/${name}`
  const found = [...namesInOrder, ...otherNames].map((argument) => values[argument])
  return found.find((value): value is string => typeof value === 'string' && value !== '') ?? logicalName
}

/** A number of things. */
export const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? '' : 's'}`

/** Names in a sentence: `a`, `a and b`, `a, b and c`. */
export const listed = (names: string[]) => [names.slice(0, -1).join(', '), names.at(-1)].filter(Boolean).join(' and ')

// More names than these are not read in a sentence.
const mostNames = 20

/** Names in a sentence, the first of them where there are many. */
export const listedShort = (names: string[]) =>
  listed(names.length > mostNames ? [...names.slice(0, mostNames), `${names.length - mostNames} more`] : names)

/** A title as it begins a sentence. */
export const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

// Names are shorter; what a policy says may be longer than anybody reads in a sentence.
const longestName = 400

/** A name, or a few words, between backticks, which nothing in it ends. */
export function named(words: string): string {
  const name = oneLine(words).replaceAll('`', "'")
  return `\`${name.length > longestName ? `${name.slice(0, longestName)}…` : name}\``
}
