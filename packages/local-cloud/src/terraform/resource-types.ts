import { apiGateway } from './api-gateway.ts'
import { chatbot } from './chatbot.ts'
import { cloudwatch } from './cloudwatch.ts'
import { dynamodb } from './dynamodb.ts'
import { eventBridge } from './event-bridge.ts'
import { iam } from './iam.ts'
import { kms } from './kms.ts'
import { lambda } from './lambda.ts'
import { logs } from './logs.ts'
import type { ResourceType, ResourceTypes } from './resource-type.ts'
import { ses } from './ses.ts'
import { sns } from './sns.ts'
import { sqs } from './sqs.ts'
import { stepFunctions } from './step-functions.ts'

/** The data that Terraform would read from AWS. */
const dataSources: ResourceTypes = {
  'data.aws_caller_identity': {
    computed: (_, { accountId }) => ({
      id: accountId,
      account_id: accountId,
      arn: `arn:aws:iam::${accountId}:root`,
      user_id: accountId,
    }),
  },
  'data.aws_partition': {
    computed: () => ({ id: 'aws', partition: 'aws', dns_suffix: 'amazonaws.com', reverse_dns_prefix: 'com.amazonaws' }),
  },
  'data.aws_region': {
    computed: (_, { region }) => ({ id: region, name: region, region }),
  },
}

const nothing: ResourceType = {}

/**
 * Resources that the local cloud accepts because they change nothing on one machine, such as mail
 * authentication. Only attributes that others refer to are computed.
 */
const withoutEffect: ResourceTypes = {
  aws_cloudwatch_log_resource_policy: nothing,
  aws_ses_domain_dkim: { computed: () => ({ dkim_tokens: [] }) },
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
    ...ses,
    ...sns,
    ...sqs,
    ...stepFunctions,
    ...withoutEffect,
  }),
)
