import type { Permission } from '../permissions/can-invoke.ts'
import type { PolicedTopic } from '../permissions/can-publish.ts'
import type { ChatbotChannel } from '../services/chatbot/chatbot.ts'
import type { Alarm } from '../services/cloudwatch/alarm.ts'
import type { Rule } from '../services/eventbridge/events.ts'

/**
 * The content of one synthesised stack, with all references resolved: all that the services of the local cloud know of
 * Terraform. Fields are named after the Terraform arguments; names include units.
 */
export interface System {
  region: string
  accountId: string
  tables: Table[]
  functions: LambdaFunction[]
  stateMachines: StateMachine[]
  api: HttpApi
  topics: Topic[]
  subscriptions: Subscription[]
  alarms: Alarm[]
  slackChannels: ChatbotChannel[]
  eventRules: Rule[]
  /** The permissions of AWS services to invoke functions. */
  permissions: Permission[]
  /** The policies of roles, as JSON, by the ARN of the role. */
  rolePolicies: Record<string, string[]>
  /** Domains and addresses that SES may send from. */
  mailIdentities: string[]
  mailConfigurationSets: string[]
  mailEventDestinations: MailEventDestination[]
}

export interface Table {
  name: string
  arn: string
  hashKey: string
  rangeKey?: string
  attributes: { name: string; type: 'S' | 'N' | 'B' }[]
  ttlAttribute?: string
}

export interface LambdaFunction {
  name: string
  arn: string
  description: string
  roleArn: string
  /** `file.export`, as in `handler.handler`. */
  handler: string
  runtime: string
  architectures: string[]
  timeoutSeconds: number
  memoryMegabytes: number
  environment: Record<string, string>
  tracingMode: 'Active' | 'PassThrough'
  logGroup: string
  /** Its reserved concurrency, which is also its limit. Left out: it shares the unreserved concurrency. */
  reservedConcurrency?: number
  /** The zip that Terraform would upload. */
  codeFile: string
  aliases: string[]
}

export interface StateMachine {
  name: string
  arn: string
  roleArn: string
  type: 'STANDARD'
  /** Amazon States Language, as JSON text. */
  definition: string
  tracing: boolean
  logging: { level: string; includeExecutionData: boolean; logGroupArn: string } | undefined
}

export interface HttpApi {
  id: string
  name: string
  routes: Route[]
}

export interface Route {
  /** API Gateway's route key, as in `POST /registrations`. */
  key: string
  functionArn: string
}

export interface Topic extends PolicedTopic {
  name: string
}

/** A Lambda function that is subscribed to a topic. */
export interface Subscription {
  arn: string
  topicArn: string
  functionArn: string
}

/** The event destination of a configuration set of SES. */
export interface MailEventDestination {
  configurationSet: string
  topicArn: string
  /** As SES writes them in `matching_event_types`: `SEND`, `DELIVERY`, `BOUNCE`. */
  eventTypes: string[]
}
