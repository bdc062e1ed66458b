import type { Type } from './schema.ts'
import type { Value, Values } from './value.ts'

/** What the provider's configuration says, as far as the stand-in heeds it. */
export interface Provider {
  region: string
  accountId: string
  defaultTags: Record<string, string>
}

interface Made {
  /** Which argument, or which making of AWS, is the resource's id. Left out: its ARN. */
  id?: (values: Values, made: string) => string
  /** An ARN's service and resource. */
  arn?: Arn
}
type Arn = (values: Values, made: string) => [service: string, resource: string]

const text = (value: Value | undefined) => (typeof value === 'string' ? value : '')
const named =
  (argument: string, service: string, prefix = ''): Arn =>
  (values) => [service, `${prefix}${text(values[argument])}`]

// Where an id or an ARN goes into other resources, it looks as AWS makes it. All else is plausible at most.
const makings: Record<string, Made> = {
  aws_acm_certificate: { arn: (_, made) => ['acm', `certificate/${made}`] },
  aws_apigatewayv2_api: { id: (_, made) => made.slice(0, 10) },
  aws_cloudwatch_event_rule: { id: ({ name }) => text(name), arn: named('name', 'events', 'rule/') },
  aws_cloudwatch_log_group: { id: ({ name }) => text(name), arn: named('name', 'logs', 'log-group:') },
  aws_cloudwatch_metric_alarm: {
    id: ({ alarm_name }) => text(alarm_name),
    arn: named('alarm_name', 'cloudwatch', 'alarm:'),
  },
  aws_dynamodb_table: { id: ({ name }) => text(name), arn: named('name', 'dynamodb', 'table/') },
  aws_iam_policy: { arn: named('name', 'iam', 'policy/') },
  aws_iam_role: { id: ({ name }) => text(name), arn: named('name', 'iam', 'role/') },
  aws_kms_key: { id: (_, made) => made, arn: (_, made) => ['kms', `key/${made}`] },
  aws_lambda_alias: {
    arn: ({ function_name, name }) => ['lambda', `function:${text(function_name)}:${text(name)}`],
  },
  aws_lambda_function: {
    id: ({ function_name }) => text(function_name),
    arn: named('function_name', 'lambda', 'function:'),
  },
  aws_sesv2_configuration_set: {
    id: (values) => text(values.configuration_set_name),
    arn: named('configuration_set_name', 'ses', 'configuration-set/'),
  },
  aws_sesv2_email_identity: {
    id: ({ email_identity }) => text(email_identity),
    arn: named('email_identity', 'ses', 'identity/'),
  },
  aws_sfn_state_machine: { arn: named('name', 'states', 'stateMachine:') },
  aws_sns_topic: { arn: named('name', 'sns') },
  aws_sqs_queue: { arn: named('name', 'sqs') },
}

const global = new Set(['iam'])

/**
 * What AWS makes up for a computed attribute, so that a second plan finds nothing to change: never null.
 * @param made what distinguishes this resource from any other, such as a hash
 */
export function madeByAws(type: string, name: string, kind: Type, values: Values, made: string, provider: Provider) {
  const { id, arn } = makings[type] ?? { id: () => made }
  const [service, resource] = arn?.(values, made) ?? [type.replace(/^aws_/, ''), made]
  const fullArn = `arn:aws:${service}:${global.has(service) ? '' : provider.region}:${provider.accountId}:${resource}`
  const known: Record<string, Value> = {
    id: id?.(values, made) ?? fullArn,
    arn: fullArn,
    name: made,
    account_id: provider.accountId,
    region: provider.region,
    api_endpoint: `https://${made.slice(0, 10)}.execute-api.${provider.region}.amazonaws.com`,
    invoke_arn: `arn:aws:apigateway:${provider.region}:lambda:path/2015-03-31/functions/${fullArn}/invocations`,
    version: '1',
    // One for each name of a certificate.
    domain_validation_options: [
      {
        domain_name: text(values.domain_name),
        resource_record_name: `_${made}.${text(values.domain_name)}`,
        resource_record_type: 'CNAME',
        resource_record_value: `_${made}.acm-validations.aws`,
      },
    ],
    tokens: ['first', 'second', 'third'].map((token) => `${token}-${made}`),
  }
  const value = known[name]
  return value !== undefined && fits(value, kind) ? value : nothingOf(kind, `${name}-${made}`)
}

const fits = (value: Value, type: Type) => (Array.isArray(value) ? Array.isArray(type) : type === 'string')

function nothingOf(type: Type, otherwise: string): Value {
  if (type === 'string') return otherwise
  if (type === 'number') return 0
  if (type === 'bool') return false
  if (type[0] === 'object') {
    return Object.fromEntries(Object.entries(type[1]).map(([name, of]) => [name, nothingOf(of, otherwise)]))
  }
  return type[0] === 'map' ? {} : []
}
