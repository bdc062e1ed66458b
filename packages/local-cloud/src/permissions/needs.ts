import { parseArn } from '@confirmation-reminder/contracts/arn'
import { memberOf } from '../core/json.ts'
import type { Service } from '../core/service.ts'
import type { Queue, StackModel } from '../core/stack-model.ts'
import { readTaskToken } from '../core/task-token.ts'
import { arnIn, type Input, type Need, type Row, textIn, textsIn } from './need.ts'
import { sendingMail } from './sending-mail.ts'

/**
 * A row for each of these actions, which need the permission of the same name.
 * - `keys`: the condition keys that members of the request set.
 */
function rows(
  prefix: string,
  actions: readonly string[],
  resourceOf: (input: Input, stack: StackModel) => string,
  keys: Readonly<Record<string, string>> = {},
) {
  return Object.fromEntries(
    actions.map((action): [string, Row] => [
      action,
      (input, stack) => {
        const given = Object.entries(keys).map(([key, member]) => [key, textIn(input, member)])
        const conditions = Object.fromEntries(given.filter(([, value]) => value !== ''))
        return [{ action: `${prefix}:${action}`, resource: resourceOf(input, stack), conditions }]
      },
    ]),
  )
}

const anything = () => '*'

/** The permission for each of the resources that a request names; for all, if it names none. */
function each(action: string, names: readonly string[], arnOf: (name: string) => string): Need[] {
  return (names.length > 0 ? names.map(arnOf) : ['*']).map((resource) => ({ action, resource }))
}

const tableArn = (name: string, stack: StackModel) =>
  name.startsWith('arn:') ? name : arnIn(stack, 'dynamodb', `table/${name}`)
const table = (input: Input, stack: StackModel) => tableArn(textIn(input, 'TableName'), stack)
const tableOrIndex = (input: Input, stack: StackModel) => {
  const index = textIn(input, 'IndexName')
  return `${table(input, stack)}${index && `/index/${index}`}`
}
// Both keys are missing where the request leaves the parameter out.
const dynamodbKeys = {
  'dynamodb:ReturnConsumedCapacity': 'ReturnConsumedCapacity',
  'dynamodb:ReturnValues': 'ReturnValues',
  'dynamodb:Select': 'Select',
}

const eachTable =
  (action: string): Row =>
  ({ RequestItems: items }, stack) =>
    each(action, Object.keys(Object(items)), (name) => tableArn(name, stack))

const dynamodb: Record<string, Row> = {
  ...rows('dynamodb', ['DeleteItem', 'GetItem', 'PutItem', 'UpdateItem'], table, dynamodbKeys),
  ...rows('dynamodb', ['Query', 'Scan'], tableOrIndex, dynamodbKeys),
  ...rows('dynamodb', ['CreateTable', 'DeleteTable', 'DescribeTable', 'DescribeTimeToLive', 'UpdateTable'], table),
  ...rows('dynamodb', ['ListTagsOfResource', 'TagResource', 'UntagResource'], (input) => textIn(input, 'ResourceArn')),
  ...rows('dynamodb', ['ListTables'], (_, stack) => tableArn('*', stack)),
  ...rows('dynamodb', ['DescribeStream', 'GetShardIterator'], (input) => textIn(input, 'StreamArn')),
  // An iterator begins with the ARN of its stream.
  ...rows('dynamodb', ['GetRecords'], (input) => textIn(input, 'ShardIterator').split('|')[0] ?? ''),
  // Of all tables without a name. AWS's own policies for readers of streams grant it so.
  ...rows(
    'dynamodb',
    ['ListStreams'],
    (input, stack) => `${tableArn(textIn(input, 'TableName') || '*', stack)}/stream/*`,
  ),
  BatchGetItem: eachTable('dynamodb:BatchGetItem'),
  BatchWriteItem: eachTable('dynamodb:BatchWriteItem'),
}

/** The ARN of a function that is named by its name, its partial or its whole ARN; with the qualifier in it. */
function functionArn(input: Input, stack: StackModel): string {
  const name = textIn(input, 'FunctionName')
  if (name.startsWith('arn:')) return name
  return arnIn(stack, 'lambda', `function:${name.replace(/^\d{12}:function:/, '')}`)
}
const unqualified = (input: Input, stack: StackModel) => functionArn(input, stack).split(':').slice(0, 7).join(':')
const qualified = (input: Input, stack: StackModel) => {
  const arn = functionArn(input, stack)
  const qualifier = textIn(input, 'Qualifier')
  return qualifier === '' || arn.split(':').length > 7 ? arn : `${arn}:${qualifier}`
}

// Lambda judges by the ARN of a version or alias what reads or invokes it, and by that of the function what changes it.
const lambda: Record<string, Row> = {
  Invoke: (input, stack) => [{ action: 'lambda:InvokeFunction', resource: qualified(input, stack) }],
  ...rows('lambda', ['GetFunction', 'GetFunctionConfiguration'], qualified),
  ...rows('lambda', ['UpdateFunctionCode', 'PublishVersion', 'ListVersionsByFunction'], unqualified),
  ...rows('lambda', ['GetAlias', 'ListAliases', 'UpdateAlias'], unqualified),
  ...rows('lambda', ['GetFunctionConcurrency', 'PutFunctionConcurrency', 'DeleteFunctionConcurrency'], unqualified),
  ...rows('lambda', ['GetAccountSettings', 'ListFunctions'], anything),
}

/** The ARN of a log group that is named by its name or its ARN. */
function logGroupArn(input: Input, stack: StackModel): string {
  const identifier = textIn(input, 'logGroupIdentifier')
  if (identifier.startsWith('arn:')) return identifier
  return arnIn(stack, 'logs', `log-group:${textIn(input, 'logGroupName') || identifier}`)
}

const logs: Record<string, Row> = {
  ...rows('logs', ['DescribeLogGroups'], (_, stack) => arnIn(stack, 'logs', 'log-group::log-stream:')),
  ...rows(
    'logs',
    ['CreateLogStream', 'DescribeLogStreams', 'FilterLogEvents', 'PutLogEvents'],
    (input, stack) => `${logGroupArn(input, stack)}:log-stream:`,
  ),
  ...rows(
    'logs',
    ['GetLogEvents'],
    (input, stack) => `${logGroupArn(input, stack)}:log-stream:${textIn(input, 'logStreamName')}`,
  ),
}

const eachAlarm =
  (action: string): Row =>
  (input, stack) =>
    each(action, textsIn(input, 'AlarmNames'), (name) => arnIn(stack, 'cloudwatch', `alarm:${name}`))

const cloudWatch: Record<string, Row> = {
  ...rows('cloudwatch', ['DescribeAlarms'], (_, stack) => arnIn(stack, 'cloudwatch', 'alarm:*')),
  ...rows('cloudwatch', ['DescribeAlarmHistory', 'SetAlarmState'], (input, stack) =>
    arnIn(stack, 'cloudwatch', `alarm:${textIn(input, 'AlarmName') || '*'}`),
  ),
  EnableAlarmActions: eachAlarm('cloudwatch:EnableAlarmActions'),
  DisableAlarmActions: eachAlarm('cloudwatch:DisableAlarmActions'),
  // Dashboards are of no Region.
  ...rows(
    'cloudwatch',
    ['GetDashboard'],
    (input, { accountId }) => `arn:aws:cloudwatch::${accountId}:dashboard/${textIn(input, 'DashboardName')}`,
  ),
  ...rows('cloudwatch', ['ListDashboards'], (_, { accountId }) => `arn:aws:cloudwatch::${accountId}:dashboard/*`),
  ...rows('cloudwatch', ['GetMetricData', 'GetMetricStatistics', 'ListMetrics'], anything),
  ...rows('cloudwatch', ['PutMetricData'], anything, { 'cloudwatch:namespace': 'Namespace' }),
}

/** What a call needs of the key of a topic or queue, unless AWS manages the key or there is none. The service passes the caller on to KMS. */
function ofKey(
  actions: readonly string[],
  service: 'sns' | 'sqs',
  { arn = '', key }: Partial<Pick<Queue, 'arn' | 'key'>>,
  { accountId }: StackModel,
): Need[] {
  const resource = key?.arn
  if (resource === undefined) return []
  const conditions = {
    'aws:ViaAWSService': 'true',
    'aws:CalledViaFirst': `${service}.amazonaws.com`,
    'aws:CalledViaLast': `${service}.amazonaws.com`,
    'kms:ViaService': `${service}.${parseArn(arn).region}.amazonaws.com`,
    'kms:CallerAccount': accountId,
  }
  return actions.map((action) => ({ action, resource, conditions }))
}
const encrypting = ['kms:GenerateDataKey', 'kms:Decrypt']
const decrypting = ['kms:Decrypt']

/** Publishing to an encrypted topic also needs its key. */
const publish: Row = (input, stack) => {
  const resource = textIn(input, 'TopicArn') || textIn(input, 'TargetArn') || textIn(input, 'PhoneNumber')
  const topic = stack.topics.find(({ arn }) => arn === resource)
  return [{ action: 'sns:Publish', resource }, ...ofKey(encrypting, 'sns', topic ?? {}, stack)]
}

const sns: Record<string, Row> = {
  Publish: publish,
  ...rows('sns', ['GetTopicAttributes'], (input) => textIn(input, 'TopicArn')),
  ...rows('sns', ['ListTopics'], (_, stack) => arnIn(stack, 'sns', '*')),
}

const queueNamed = (name: string, stack: StackModel) => arnIn(stack, 'sqs', name)
/** Of a URL only the path counts. */
const queue = (input: Input, stack: StackModel) => {
  const url = textIn(input, 'QueueUrl')
  return queueNamed(url.slice(url.lastIndexOf('/') + 1), stack)
}
const inBatches =
  (action: string): Row =>
  (input, stack) => [{ action, resource: queue(input, stack) }]

/** Messages of an encrypted queue also need its key. Source: SQS Developer Guide, "Key management". */
const ofMessages =
  (action: string, withKey: readonly string[]): Row =>
  (input, stack) => {
    const resource = queue(input, stack)
    const found = stack.queues.find(({ arn }) => arn === resource)
    return [{ action, resource }, ...ofKey(withKey, 'sqs', found ?? {}, stack)]
  }

/** SQS Developer Guide, "Configuring queue permissions for dead-letter queue redrive": the caller moves the messages itself. */
const moveMessages: Row = (input, stack) => {
  const { queues } = stack
  const queueAt = (wanted: string) => queues.find(({ arn }) => arn === wanted) ?? {}
  const source = textIn(input, 'SourceArn')
  const origin = queues.find(({ redrive }) => redrive?.deadLetterTargetArn === source)?.arn
  const destination = textIn(input, 'DestinationArn') || origin
  return [
    ...['StartMessageMoveTask', 'ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'].map((action) => ({
      action: `sqs:${action}`,
      resource: source,
    })),
    ...ofKey(decrypting, 'sqs', queueAt(source), stack),
    ...(destination === undefined ? [] : [{ action: 'sqs:SendMessage', resource: destination }]),
    ...(destination === undefined ? [] : ofKey(encrypting, 'sqs', queueAt(destination), stack)),
  ]
}

const sqs: Record<string, Row> = {
  ...rows('sqs', ['ChangeMessageVisibility', 'DeleteMessage'], queue),
  ...rows('sqs', ['GetQueueAttributes', 'SetQueueAttributes', 'PurgeQueue'], queue),
  ...rows('sqs', ['ListDeadLetterSourceQueues', 'ListQueueTags'], queue),
  ...rows('sqs', ['GetQueueUrl'], (input, stack) => queueNamed(textIn(input, 'QueueName'), stack)),
  ...rows('sqs', ['ListQueues'], (_, stack) => queueNamed('', stack)),
  ...rows('sqs', ['ListMessageMoveTasks'], (input) => textIn(input, 'SourceArn')),
  ChangeMessageVisibilityBatch: inBatches('sqs:ChangeMessageVisibility'),
  DeleteMessageBatch: inBatches('sqs:DeleteMessage'),
  ReceiveMessage: ofMessages('sqs:ReceiveMessage', decrypting),
  SendMessage: ofMessages('sqs:SendMessage', encrypting),
  SendMessageBatch: ofMessages('sqs:SendMessage', encrypting),
  StartMessageMoveTask: moveMessages,
}

/** The permission on the state machine of a task token. A text that is none names no machine: the action refuses it. */
const ofToken =
  (action: string): Row =>
  (input, stack) => {
    const run = readTaskToken(textIn(input, 'taskToken'))?.executionArn
    return run === undefined
      ? []
      : [{ action, resource: arnIn(stack, 'states', `stateMachine:${parseArn(run).resource.split(':')[1]}`) }]
  }

const states: Record<string, Row> = {
  ...rows('states', ['DescribeStateMachine', 'ListExecutions', 'StartExecution'], (input) =>
    textIn(input, 'stateMachineArn'),
  ),
  ...rows(
    'states',
    [
      ...['DescribeExecution', 'DescribeStateMachineForExecution', 'GetExecutionHistory'],
      ...['RedriveExecution', 'StopExecution'],
    ],
    (input) => textIn(input, 'executionArn'),
  ),
  ...rows('states', ['ListStateMachines'], (_, stack) => arnIn(stack, 'states', 'stateMachine:*')),
  ...rows('states', ['ValidateStateMachineDefinition'], anything),
  SendTaskFailure: ofToken('states:SendTaskFailure'),
  SendTaskHeartbeat: ofToken('states:SendTaskHeartbeat'),
  SendTaskSuccess: ofToken('states:SendTaskSuccess'),
}

const busArn = (nameOrArn: string, stack: StackModel) =>
  nameOrArn.startsWith('arn:') ? nameOrArn : arnIn(stack, 'events', `event-bus/${nameOrArn || 'default'}`)
const connection = (input: Input, stack: StackModel) => arnIn(stack, 'events', `connection/${textIn(input, 'Name')}`)

/** The permission on the bus of each entry. */
const putEvents: Row = ({ Entries: entries }, stack) =>
  [entries].flat().map((entry) => {
    const members = Object(entry) as Input
    const keys = { 'events:source': 'Source', 'events:detail-type': 'DetailType' }
    const given = Object.entries(keys).map(([key, member]) => [key, textIn(members, member)])
    return {
      action: 'events:PutEvents',
      resource: busArn(textIn(members, 'EventBusName'), stack),
      conditions: Object.fromEntries(given.filter(([, value]) => value !== '')),
    }
  })

const events: Record<string, Row> = {
  PutEvents: putEvents,
  ...rows('events', ['DescribeEventBus'], (input, stack) => busArn(textIn(input, 'Name'), stack)),
  ...rows('events', ['ListEventBuses'], (_, stack) => arnIn(stack, 'events', 'event-bus/*')),
  ...rows('events', ['DescribeConnection', 'UpdateConnection'], connection),
}

const ses: Record<string, Row> = {
  ...sendingMail,
  ...rows('ses', ['GetSendQuota'], anything),
}

/**
 * What each action of each service needs. Sources: Service Authorization Reference, "Actions, resources, and condition keys",
 * and what AWS's errors were recorded to name as the resource.
 */
const needs: Readonly<Record<string, Readonly<Record<string, Row>>>> = {
  dynamodb,
  events,
  lambda,
  logs,
  monitoring: cloudWatch,
  ses,
  sns,
  sqs,
  states,
}

/** The condition keys of services that the rows set. A policy with another one cannot be evaluated. */
export const conditionKeys: readonly string[] = [
  ...Object.keys(dynamodbKeys),
  ...['aws:CalledViaFirst', 'aws:CalledViaLast'],
  ...['cloudwatch:namespace', 'events:detail-type', 'events:source', 'kms:CallerAccount', 'kms:ViaService'],
  ...['ses:FeedbackAddress', 'ses:FromAddress', 'ses:FromDisplayName'],
]

/**
 * Whether every action of these services has a row.
 * - `services`: by the name for which clients sign; `monitoring/us-east-1` in another Region.
 * @throws Error that names the one that has none
 */
export function checkNeeds(services: Readonly<Record<string, Pick<Service, 'actions'>>>): void {
  for (const [name, { actions }] of Object.entries(services)) {
    for (const action of Object.keys(actions)) rowOf(serviceOf(name), action)
  }
}

const serviceOf = (name: string) => name.split('/', 1)[0] ?? name

/**
 * What a call needs.
 * @throws Error for an action without a row: it must not be open to every caller
 */
export function needsOf(service: string, action: string, input: object, stack: StackModel): readonly Need[] {
  return rowOf(service, action)(input as Input, stack)
}

function rowOf(service: string, action: string): Row {
  const row = memberOf(memberOf(needs, service), action) as Row | undefined
  if (!row)
    throw new Error(`Which permissions ${action} of ${service} needs is not known: add it to permissions/needs.ts.`)
  return row
}
