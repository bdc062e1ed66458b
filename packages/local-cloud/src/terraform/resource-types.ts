import { apiGateway } from './api-gateway.ts'
import { chatbot } from './chatbot.ts'
import { cloudwatch } from './cloudwatch.ts'
import { dynamodb } from './dynamodb.ts'
import { eventBridge } from './event-bridge.ts'
import { iam } from './iam.ts'
import { kms } from './kms.ts'
import { lambda } from './lambda.ts'
import { logs } from './logs.ts'
import { names } from './names.ts'
import type { ResourceType, ResourceTypes } from './resource-type.ts'
import { ses } from './ses.ts'
import { sns } from './sns.ts'
import { sqs } from './sqs.ts'
import { stepFunctions } from './step-functions.ts'

/** The data that Terraform would read from AWS. */
const dataSources: ResourceTypes = {
  'data.aws_caller_identity': {
    takes: [],
    computed: (_, { accountId }) => ({
      id: accountId,
      account_id: accountId,
      arn: `arn:aws:iam::${accountId}:root`,
      user_id: accountId,
    }),
  },
  'data.aws_partition': {
    takes: [],
    computed: () => ({ id: 'aws', partition: 'aws', dns_suffix: 'amazonaws.com', reverse_dns_prefix: 'com.amazonaws' }),
  },
  'data.aws_region': {
    takes: [],
    computed: (_, { region }) => ({ id: region, name: region, region }),
  },
}

const nothing: ResourceType = { takes: ['*'] }

/**
 * Resources that the local cloud accepts because they change nothing on one machine, such as mail
 * authentication. Only attributes that others refer to are computed.
 */
const withoutEffect: ResourceTypes = {
  aws_cloudwatch_log_resource_policy: nothing,
  aws_ses_domain_dkim: { ...nothing, computed: () => ({ dkim_tokens: [] }) },
  aws_ses_domain_mail_from: nothing,
}

/** Every type that the local cloud knows. A new type is one entry in the file of its service; anything else is refused. */
export const resourceTypes = new Map(
  Object.entries<ResourceType>({
    ...apiGateway,
    ...chatbot,
    ...cloudwatch,
    ...dataSources,
    ...dynamodb,
    ...eventBridge,
    ...iam,
    ...kms,
    ...lambda,
    ...logs,
    ...names,
    ...ses,
    ...sns,
    ...sqs,
    ...stepFunctions,
    ...withoutEffect,
  }),
)

/** The types whose tags conditions of policies can ask for. */
export const taggedTypes: ReadonlySet<string> = new Set([
  ...['aws_cloudwatch_metric_alarm', 'aws_dynamodb_table', 'aws_iam_role', 'aws_kms_key', 'aws_lambda_function'],
  ...['aws_sesv2_configuration_set', 'aws_sesv2_email_identity'],
  ...['aws_sfn_state_machine', 'aws_sns_topic', 'aws_sqs_queue'],
])
