/**
 * What one synthesised stack describes, every reference resolved: all that the services of the local cloud know of
 * Terraform. Fields are named after the Terraform arguments; units stand in the names.
 */
export interface StackModel {
  region: string
  accountId: string
  tables: Table[]
  functions: LambdaFunction[]
  logGroups: LogGroup[]
  stateMachines: StateMachine[]
  api: HttpApi
  topics: Topic[]
  subscriptions: Subscription[]
  queues: Queue[]
  eventSourceMappings: EventSourceMapping[]
  streamMappings: StreamMapping[]
  alarms: Alarm[]
  dashboards: Dashboard[]
  slackChannels: ChatbotChannel[]
  eventBuses: EventBus[]
  eventRules: Rule[]
  apiDestinations: ApiDestination[]
  connections: Connection[]
  /** The permissions of AWS services to invoke functions. */
  permissions: Permission[]
  /** The policies of roles, as JSON, by the ARN of the role. */
  rolePolicies: Record<string, string[]>
  /** The ARNs of the same policies, in the same order; undefined for one that is part of its role. */
  policyArns: Record<string, (string | undefined)[]>
  /** The tags of resources, by their ARN, as Terraform writes them. */
  tags: Record<string, Record<string, string>>
  /** Domains and addresses that SES may send from. */
  mailIdentities: string[]
  mailConfigurationSets: string[]
  mailEventDestinations: MailEventDestination[]
  /** What is made on AWS only, in words, such as `certificate signup.example.com`. */
  leftOut: string[]
}

/** A stack without resources. */
export function emptyStack(of: Pick<StackModel, 'region' | 'accountId'>): StackModel {
  return {
    ...of,
    tables: [],
    functions: [],
    stateMachines: [],
    api: { id: '', name: '', routes: [] },
    topics: [],
    subscriptions: [],
    queues: [],
    eventSourceMappings: [],
    streamMappings: [],
    logGroups: [],
    alarms: [],
    dashboards: [],
    slackChannels: [],
    eventBuses: [],
    eventRules: [],
    apiDestinations: [],
    connections: [],
    permissions: [],
    rolePolicies: {},
    policyArns: {},
    tags: {},
    mailIdentities: [],
    mailConfigurationSets: [],
    mailEventDestinations: [],
    leftOut: [],
  }
}

export interface Table {
  name: string
  arn: string
  hashKey: string
  rangeKey?: string
  attributes: { name: string; type: 'S' | 'N' | 'B' }[]
  ttlAttribute?: string
  /** Whether DynamoDB refuses to delete it; left out if not. */
  deletionProtected?: true
  /** Left out if no change of an item is recorded. */
  stream?: TableStream
}

/** The stream of a table: a record of each change of an item. */
export interface TableStream {
  arn: string
  /** The end of the ARN: on AWS, when the stream was enabled. */
  label: string
  viewType: StreamViewType
}

export const streamViewTypes = ['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES'] as const
/** What a record of a stream contains beside the key. */
export type StreamViewType = (typeof streamViewTypes)[number]

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
  /** How many executions are reserved for it, and its maximum. Left out: it shares what is not reserved. */
  reservedConcurrency?: number
  /** The zip that Terraform would upload. */
  codeFile: string
  aliases: string[]
  /** What Terraform leaves as it is, once it exists: the code, and the versions of these aliases. */
  ignored: { code: boolean; aliases: string[] }
}

export interface LogGroup {
  name: string
  arn: string
  /** Left out: its lines are kept for ever. */
  retentionDays?: number
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
  /** Which pages of other origins may read its responses. Left out: none, as far as API Gateway is concerned. */
  cors?: Cors
}

/** Fields are named after the arguments of `cors_configuration`. */
export interface Cors {
  allowOrigins: string[]
  allowMethods: string[]
  allowHeaders: string[]
  exposeHeaders: string[]
  allowCredentials: boolean
  maxAgeSeconds?: number
}

export interface Route {
  /** API Gateway's route key, as in `POST /registrations`. */
  key: string
  functionArn: string
}

/** What decides who may publish to a topic. */
export interface PolicedTopic {
  arn: string
  /** Its policies as JSON. A topic with none has SNS's default: the account that owns it. */
  policies: string[]
  /** Missing if the topic is not encrypted. */
  key?: EncryptionKey
}

/** The KMS key that encrypts a topic or a queue. */
export interface EncryptionKey {
  /** The name that people use: `alias/…`, or the key's id. */
  name: string
  /** The key's ARN. The AWS-managed key needs none. */
  arn?: string
  /** Its policies as JSON. A key with none has KMS's default: the account that owns it. */
  policies: string[]
}

export interface Topic extends PolicedTopic {
  name: string
  /** Left out where it is empty. */
  displayName?: string
}

/** A queue that receives every message to a topic. */
export interface Subscription {
  arn: string
  topicArn: string
  queueArn: string
  /** Whether the queue gets a message as it was published, without SNS's envelope. */
  raw: boolean
  /** The queue that receives what could not be delivered. */
  deadLettersArn?: string
}

/** A standard queue. Fields are named after its attributes. */
export interface Queue {
  name: string
  arn: string
  visibilityTimeoutSeconds: number
  retentionSeconds: number
  delaySeconds: number
  receiveWaitSeconds: number
  maximumMessageBytes: number
  /** Its policies as JSON. A queue with none has SQS's default: the account that owns it. */
  policies: string[]
  /** Missing if SQS encrypts the queue with a key of its own. */
  key?: EncryptionKey
  redrive?: RedrivePolicy
  tags: Record<string, string>
}

/** Where a message goes that was received more often than this. */
export interface RedrivePolicy {
  deadLetterTargetArn: string
  maxReceiveCount: number
}

/** A function that Lambda invokes with the messages of a queue. */
export interface EventSourceMapping {
  /** For messages: the address of the resource. */
  name: string
  queueArn: string
  functionArn: string
  batchSize: number
  windowSeconds: number
  /** Whether the function answers which messages of a batch failed. */
  reportsFailures: boolean
  /** How many invocations it may have at once; undefined if only Lambda limits it. */
  maximumConcurrency?: number
}

/** A function that Lambda invokes with the records of a stream of DynamoDB. */
export interface StreamMapping {
  /** For messages: the address of the resource. */
  name: string
  streamArn: string
  functionArn: string
  batchSize: number
  windowSeconds: number
  /** Where a new mapping begins: with the oldest record, or after the newest. */
  startingPosition: 'TRIM_HORIZON' | 'LATEST'
  /** Whether the function answers which records of a batch failed. */
  reportsFailures: boolean
  /** Whether a batch on which the function fails is divided in two. */
  bisects: boolean
  /** How old a record may be; left out if it is retried as long as the stream keeps it. */
  maximumRecordAgeSeconds?: number
  /** How often a batch is retried; left out if it is retried as long as the stream keeps it. */
  maximumRetryAttempts?: number
  /** The queue or topic that learns of discarded records. */
  onFailureArn?: string
}

/** Where SES publishes the events of the mails that name a configuration set. */
export interface MailEventDestination {
  configurationSet: string
  topicArn: string
  /** As SES writes them in `matching_event_types`: `SEND`, `DELIVERY`, `BOUNCE`. */
  eventTypes: string[]
}

/** A dashboard of CloudWatch: its body is JSON. */
export interface Dashboard {
  name: string
  arn: string
  body: string
}

/** A metric alarm, its fields named after the arguments of Terraform's `aws_cloudwatch_metric_alarm`. */
export interface Alarm {
  name: string
  arn: string
  description?: string
  namespace: string
  metricName: string
  dimensions: Readonly<Record<string, string>>
  statistic: Statistic
  /** Seconds: 10, 20, 30 or a multiple of 60. */
  period: number
  evaluationPeriods: number
  /** Where it is left out, all of the evaluation periods. */
  datapointsToAlarm?: number
  threshold: number
  comparisonOperator: ComparisonOperator
  treatMissingData: TreatMissingData
  actionsEnabled: boolean
  /** ARNs of SNS topics. */
  okActions: readonly string[]
  alarmActions: readonly string[]
  insufficientDataActions: readonly string[]
  /** Only datums of this unit count; without it, all do. */
  unit?: string
}

export const statistics = ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'] as const
export type Statistic = (typeof statistics)[number]

export const comparisonOperators = [
  'GreaterThanOrEqualToThreshold',
  'GreaterThanThreshold',
  'LessThanThreshold',
  'LessThanOrEqualToThreshold',
] as const
export type ComparisonOperator = (typeof comparisonOperators)[number]

export const missingDataTreatments = ['missing', 'ignore', 'breaching', 'notBreaching'] as const
export type TreatMissingData = (typeof missingDataTreatments)[number]

/** A Slack channel configuration, as Terraform describes it. */
export interface ChatbotChannel {
  /** The name of the configuration. */
  name: string
  slackChannelId: string
  topicArns: string[]
}

/** An event bus of the stack's own. Each account has another one, `default`. */
export interface EventBus {
  name: string
  arn: string
}

/** An HTTP endpoint that EventBridge calls with events. */
export interface ApiDestination {
  name: string
  arn: string
  connectionArn: string
  url: string
  method: string
  invocationsPerSecond: number
}

/** How EventBridge proves to an endpoint who calls: with a secret in a header. */
export interface Connection {
  name: string
  arn: string
  secretArn: string
  header: string
  value: string
  /** Whether Terraform leaves the secret as it is, once it exists. */
  ignoresSecret: boolean
}

export interface Rule {
  name: string
  arn: string
  /** The event bus that it is on; left out for `default`. */
  busName?: string
  /** JSON text. */
  eventPattern: string
  enabled: boolean
  targets: Target[]
}

export interface Target {
  id: string
  /** A Lambda function, alias or version, an SNS topic, an SQS queue, or an API destination. */
  arn: string
  /** The role in which EventBridge calls an API destination. */
  roleArn?: string
  /** The queue that receives what could not be delivered. */
  deadLettersArn?: string
  inputTransformer?: InputTransformer
  /** What EventBridge does with an event that the target refuses. */
  retryPolicy?: RetryPolicy
}

/** How a target receives its events: variables by JSON path, and a text in which `<name>` stands for their values. */
export interface InputTransformer {
  inputPaths: Record<string, string>
  inputTemplate: string
}

/** How long and how often EventBridge repeats what a target refused. */
export interface RetryPolicy {
  maximumRetryAttempts: number
  maximumEventAgeSeconds: number
}

/** A permission to invoke a function, or one of its aliases or versions. */
export interface Permission {
  /** With the qualifier, if the permission has one: each has a policy of its own. */
  functionArn: string
  /** JSON. */
  policy: string
}
