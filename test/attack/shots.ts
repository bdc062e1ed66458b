import { strToU8, zipSync } from 'fflate'

/** A request that a page tries to send to the local cloud. */
export interface Shot {
  url: string
  /** The body of a POST. A shot without it is a GET. */
  body?: string
  /** The headers, for tricks that can set them. */
  headers?: Record<string, string>
}

/** The targets in a local cloud. */
export interface Targets {
  table: string
  functionName: string
  topic: string
  alarm: string
  stateMachine: string
  /** The ARN of a run that waits. */
  run: string
  /** The URL of a queue with a message. */
  queue: string
  /** The name of a role that may `dynamodb:GetItem`. */
  role: string
  sender: string
}

const scope = (service: string) => `x/20261127/eu-west-1/${service}/aws4_request`
const json = (value: object) => JSON.stringify(value)

/** The attacker's code, as UpdateFunctionCode takes it. */
const zip = Buffer.from(
  zipSync({ 'handler.js': strToU8('exports.handler = async () => console.log("attacked")') }),
).toString('base64')

/** Shots at every service and every path below `/_local`: GETs and POSTs. */
export function shotsAt(base: string, targets: Targets): { gets: Shot[]; posts: Shot[] } {
  const { table, functionName, topic, alarm, stateMachine, run, queue, role, sender } = targets
  const functionPath = `/2015-03-31/functions/${functionName}`
  const logGroupName = `/aws/lambda/${functionName}`
  const item = { customerId: { S: 'attacked' } }
  const mail = { 'Destination.ToAddresses.member.1': 'attacked@example.com', 'Message.Subject.Data': 'attacked' }
  /** An action of each service that changes something: as a form, and as an action with its body. */
  const harms: [service: string, path: string, form: Record<string, string>, target: string, body: object][] = [
    [
      'dynamodb',
      '/',
      { Action: 'DeleteTable', TableName: table },
      'DynamoDB_20120810.DeleteTable',
      { TableName: table },
    ],
    [
      'dynamodb',
      '/',
      { Action: 'PutItem', TableName: table, 'Item.entry.1.key': 'customerId', 'Item.entry.1.value.S': 'attacked' },
      'DynamoDB_20120810.PutItem',
      { TableName: table, Item: item },
    ],
    [
      'lambda',
      '/',
      { Action: 'UpdateFunctionCode', FunctionName: functionName, ZipFile: zip },
      '',
      { FunctionName: functionName, ZipFile: zip },
    ],
    ['lambda', `${functionPath}/code`, { Action: 'UpdateFunctionCode', ZipFile: zip }, '', { ZipFile: zip }],
    ['lambda', `${functionPath}/invocations`, { Action: 'Invoke' }, '', { attacked: true }],
    ['lambda', `${functionPath}/versions`, { Action: 'PublishVersion' }, '', { Description: 'attacked' }],
    [
      'monitoring',
      '/',
      { Action: 'SetAlarmState', AlarmName: alarm, StateValue: 'ALARM', StateReason: 'attacked' },
      'GraniteServiceVersion20100801.SetAlarmState',
      { AlarmName: alarm, StateValue: 'ALARM', StateReason: 'attacked' },
    ],
    [
      'monitoring',
      '/',
      { Action: 'DisableAlarmActions', 'AlarmNames.member.1': alarm },
      'GraniteServiceVersion20100801.DisableAlarmActions',
      { AlarmNames: [alarm] },
    ],
    ['ses', '/', { Action: 'SendEmail', Source: sender, ...mail, 'Message.Body.Text.Data': 'x' }, '', {}],
    ['sns', '/', { Action: 'Publish', TopicArn: topic, Message: 'attacked' }, '', {}],
    [
      'states',
      '/',
      { Action: 'StartExecution', stateMachineArn: stateMachine, name: 'attacked' },
      'AWSStepFunctions.StartExecution',
      { stateMachineArn: stateMachine, name: 'attacked' },
    ],
    [
      'states',
      '/',
      { Action: 'StopExecution', executionArn: run },
      'AWSStepFunctions.StopExecution',
      { executionArn: run },
    ],
    [
      'states',
      '/',
      { Action: 'SendTaskSuccess', taskToken: 'attacked', output: '{}' },
      'AWSStepFunctions.SendTaskSuccess',
      { taskToken: 'attacked', output: '{}' },
    ],
    [
      'states',
      '/',
      { Action: 'SendTaskFailure', taskToken: 'attacked' },
      'AWSStepFunctions.SendTaskFailure',
      { taskToken: 'attacked' },
    ],
    [
      'states',
      '/',
      { Action: 'SendTaskHeartbeat', taskToken: 'attacked' },
      'AWSStepFunctions.SendTaskHeartbeat',
      { taskToken: 'attacked' },
    ],
    [
      'sqs',
      '/',
      { Action: 'SendMessage', QueueUrl: queue, MessageBody: 'attacked' },
      'AmazonSQS.SendMessage',
      { QueueUrl: queue, MessageBody: 'attacked' },
    ],
    ['sqs', '/', { Action: 'PurgeQueue', QueueUrl: queue }, 'AmazonSQS.PurgeQueue', { QueueUrl: queue }],
    // It only reads.
    ['logs', '/', { Action: 'FilterLogEvents', logGroupName }, 'Logs_20140328.FilterLogEvents', { logGroupName }],
  ]
  const signed = harms.flatMap(([service, path, form, target, body]) => {
    const signature = {
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': scope(service),
      'X-Amz-Date': '20261127T000000Z',
      'X-Amz-Expires': '604800',
      'X-Amz-SignedHeaders': 'host',
      'X-Amz-Signature': '0'.repeat(64),
    }
    const query = new URLSearchParams({ ...signature, ...(target && { 'X-Amz-Target': target }) })
    const authorization = `AWS4-HMAC-SHA256 Credential=${scope(service)}, SignedHeaders=host, Signature=${'0'.repeat(64)}`
    const headers = { authorization, ...(target && { 'x-amz-target': target }) }
    return {
      get: { url: `${base}${path}?${query}&${new URLSearchParams(form)}` },
      posts: [`${new URLSearchParams(form)}`, json(body)].map((body) => ({
        url: `${base}${path}?${query}`,
        body,
        headers,
      })),
    }
  })
  const runName = run.slice(run.lastIndexOf(':') + 1)
  const local = [
    ...['health', 'clock', 'pauses', 'mails', 'runs', 'slack', 'faults', 'permissions', 'registrations', 'events'],
    ...['home', `run?name=${runName}`, `run-logs?name=${runName}`, 'mail?number=0', 'logs'].map(
      (path) => `console/${path}`,
    ),
  ]
  const fault = { service: 'ses', action: 'SendEmail', kind: 'error', error: 'Throttling', times: 1 }
  const controls: [string, object][] = [
    ['clock', { skipSeconds: 86_400 }],
    ['registrations', { email: 'attacked@example.com' }],
    ['faults', [fault]],
    ['permissions', [{ role, action: 'dynamodb:GetItem' }]],
    ['pauses', { skipped: true }],
    ['console/stop', { name: runName }],
    ['console/redrive', { name: runName }],
    ['console/faults', { add: fault }],
    ['console/reset', {}],
  ]
  return {
    gets: [
      ...signed.map(({ get }) => get),
      ...['/', ...local.map((path) => `/_local/${path}`)].map((path) => ({ url: `${base}${path}` })),
    ],
    posts: [
      ...signed.flatMap(({ posts }) => posts),
      ...controls.map(([path, body]) => ({ url: `${base}/_local/${path}`, body: json(body) })),
    ],
  }
}
