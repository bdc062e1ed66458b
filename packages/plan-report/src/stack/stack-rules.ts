import { isDeepStrictEqual } from 'node:util'
import { refusedExpressions } from './expressions.ts'
import { anything, except, forbidden, listOf, matching, members, named, oneOf, type Rule } from './rules.ts'

/**
 * The versions of hashicorp/aws that Terraform may download and run. An update takes two pull requests: the first adds the
 * new version here, and is planned by the one that infra names until then; the second names it in infra, and deletes the
 * old one here.
 */
export const providerVersions = ['6.25.0']

/**
 * The types of resources that a stack may contain: all that infra uses. Of them, only a Lambda function reads a file of
 * the machine that plans. A new type takes two pull requests: before it is added here, somebody looks for arguments of it
 * that read files or call other hosts while Terraform plans.
 */
export const resourceTypes = [
  'aws_acm_certificate',
  'aws_acm_certificate_validation',
  'aws_apigatewayv2_api',
  'aws_apigatewayv2_api_mapping',
  'aws_apigatewayv2_domain_name',
  'aws_apigatewayv2_integration',
  'aws_apigatewayv2_route',
  'aws_apigatewayv2_stage',
  'aws_chatbot_slack_channel_configuration',
  'aws_cloudwatch_dashboard',
  'aws_cloudwatch_event_api_destination',
  'aws_cloudwatch_event_bus',
  'aws_cloudwatch_event_connection',
  'aws_cloudwatch_event_rule',
  'aws_cloudwatch_event_target',
  'aws_cloudwatch_log_group',
  'aws_cloudwatch_metric_alarm',
  'aws_dynamodb_table',
  'aws_iam_policy',
  'aws_iam_role',
  'aws_iam_role_policy',
  'aws_kms_key',
  'aws_lambda_alias',
  'aws_lambda_event_source_mapping',
  'aws_lambda_function',
  'aws_lambda_permission',
  'aws_route53_record',
  'aws_sesv2_configuration_set',
  'aws_sesv2_configuration_set_event_destination',
  'aws_sesv2_email_identity',
  'aws_sesv2_email_identity_mail_from_attributes',
  'aws_sfn_state_machine',
  'aws_sns_topic',
  'aws_sns_topic_policy',
  'aws_sns_topic_subscription',
  'aws_sqs_queue',
  'aws_sqs_queue_policy',
]

/** Where a file is that a stack may name, from the stack's folder: the code of a function. */
export const codeFile = /^assets\/[\w-]+\/[0-9A-F]{32}\/[\w-]+\.zip$/

/** What a stack is compared with. */
interface Surroundings {
  /** The name of the stack. */
  name: string
  /** The files in the stack's folder, as paths from it. */
  files: string[]
  /** The stack as main's code synthesises it. Left out: this one is main's. */
  main?: unknown
}

/**
 * What Terraform must not be given, with credentials, of a stack that a pull request's own code wrote. Everything that is
 * not known to be harmless is refused: a provider and a provisioner are programs, a data source can run one, an import
 * or another backend reads what the pull request chooses, and a function reads files and the environment.
 * @param stack the parsed cdk.tf.json
 * @returns a sentence for each refused part; empty if Terraform may plan the stack
 */
export function refusals(stack: unknown, { name, files, main }: Surroundings): string[] {
  const refused = [...stackRule(name, files)(stack, ''), ...refusedExpressions(stack, '')]
  if (main === undefined || isDeepStrictEqual(backendOf(stack), backendOf(main))) return refused
  return [...refused, 'terraform.backend is not the one that main has. State is moved by hand: see docs/deploy.md.']
}

const backendOf = (stack: unknown) => (stack as { terraform?: { backend?: unknown } } | null)?.terraform?.backend

function stackRule(name: string, files: string[]): Rule {
  return members(
    {
      '//': anything,
      terraform: terraform(name),
      provider: members({ aws: providers }),
      data: members(
        {
          aws_caller_identity: named(members({ '//': anything }, ['//'])),
          // A zone by its name: the account lists its zones.
          aws_route53_zone: named(members({ '//': anything, name: host, private_zone: oneOf(false) }, ['//'])),
        },
        ['aws_caller_identity', 'aws_route53_zone'],
      ),
      resource: members(
        Object.fromEntries(resourceTypes.map((type) => [type, named(resource(type, files))])),
        resourceTypes,
      ),
      output: named(members({ '//': anything, value: anything, description: text }, ['//', 'description'])),
      variable: named(
        members({ '//': anything, default: scalar, description: text, type: oneOf('string', 'number', 'bool') }, [
          '//',
          'default',
          'description',
        ]),
      ),
      // To forget a resource without destroying it. `destroy` is not a program: a provisioner here would be.
      removed: listOf(members({ from: address, lifecycle: members({ destroy: oneOf(true, false) }) })),
      moved: listOf(members({ from: address, to: address })),
    },
    ['//', 'data', 'moved', 'output', 'removed', 'variable'],
  )
}

const text: Rule = matching(/^/, 'a string')
const scalar: Rule = (value, path) =>
  ['string', 'number', 'boolean'].includes(typeof value) ? [] : [`${path} must be a string, a number or a boolean.`]
const address = matching(/^aws_[a-z0-9_]+\.[A-Za-z_][\w-]*$/, 'the address of a resource of AWS')
const host = matching(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'a host name')
const region = matching(/^[a-z]{2}(-[a-z]+)+-\d$/, 'a Region of AWS')

const terraform = (name: string) =>
  members({
    required_providers: members({
      aws: members({ source: oneOf('aws', 'hashicorp/aws'), version: oneOf(...providerVersions) }),
    }),
    backend: members(
      {
        s3: members({
          bucket: matching(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'a bucket'),
          key: oneOf(`${name}.tfstate`),
          region,
          encrypt: oneOf(true),
          use_lockfile: oneOf(true),
        }),
        local: (_, path) => [`${path} is a file of one machine, which a workflow does not have: set stateBucket.`],
      },
      ['s3', 'local'],
    ),
  })

/** No other member: `endpoints`, `assume_role`, `profile`, `http_proxy` and others send credentials elsewhere or take others. */
const providers = listOf(
  members(
    {
      region,
      allowed_account_ids: listOf(matching(/^\d{12}$/, 'the id of an account')),
      default_tags: listOf(members({ tags: named(matching(/^[\w-]+$/, 'a word')) })),
    },
    ['allowed_account_ids', 'default_tags'],
  ),
)

/** A resource. Its arguments are AWS's: the members of every resource that are Terraform's own are these. */
const resource = (type: string, files: string[]) =>
  except({
    // In it, Terraform reads more arguments of the resource, without the rules below.
    _: forbidden,
    provisioner: forbidden,
    connection: forbidden,
    provider: forbidden,
    count: forbidden,
    for_each: forbidden,
    dynamic: forbidden,
    region,
    lifecycle: members(
      {
        prevent_destroy: oneOf(true, false),
        create_before_destroy: oneOf(true, false),
        ignore_changes: listOf(matching(/^[a-z][a-z0-9_]*$/, 'the name of an argument')),
      },
      ['prevent_destroy', 'create_before_destroy', 'ignore_changes'],
    ),
    filename: type === 'aws_lambda_function' ? codeOf(files) : forbidden,
  })

const codeOf =
  (files: string[]): Rule =>
  (value, path) =>
    typeof value === 'string' && codeFile.test(value) && files.includes(value)
      ? []
      : [`${path} must be a zip of the stack's folder assets.`]
