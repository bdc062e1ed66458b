import { apiGateway } from './api-gateway.ts'
import { chatbot } from './chatbot.ts'
import { cloudwatch } from './cloudwatch.ts'
import { dataSources } from './data-sources.ts'
import { dynamodb } from './dynamodb.ts'
import { eventBridge } from './event-bridge.ts'
import { iam } from './iam.ts'
import { kms } from './kms.ts'
import { lambda } from './lambda.ts'
import type { ResourceTypes } from './resource-type.ts'
import { ses } from './ses.ts'
import { sns } from './sns.ts'
import { sqs } from './sqs.ts'
import { stepFunctions } from './step-functions.ts'
import { withoutEffect } from './without-effect.ts'

/** Every type that the local cloud knows. A new type is one entry in the file of its service; anything else is refused. */
export const resourceTypes: ResourceTypes = {
  ...apiGateway,
  ...chatbot,
  ...cloudwatch,
  ...dataSources,
  ...dynamodb,
  ...eventBridge,
  ...iam,
  ...kms,
  ...lambda,
  ...ses,
  ...sns,
  ...sqs,
  ...stepFunctions,
  ...withoutEffect,
}
