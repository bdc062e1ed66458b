import * as dynamo from '@aws-sdk/client-dynamodb'
import * as lambda from '@aws-sdk/client-lambda'
import * as ses from '@aws-sdk/client-ses'
import * as sfn from '@aws-sdk/client-sfn'
import * as sns from '@aws-sdk/client-sns'
import * as sqs from '@aws-sdk/client-sqs'
import { emptyStack, type StackModel } from '../core/stack-model.ts'
import { taskToken } from '../core/task-token.ts'
import { startGateway } from '../gateway/gateway.ts'
import { clientSettings } from '../gateway/test/start-gateway.ts'
import { checkNeeds } from './needs.ts'
import { Permissions } from './permissions.ts'
import type { Use } from './usage.ts'

const account = '000000000000'
const region = 'eu-central-1'
const role = `arn:aws:iam::${account}:role/worker-role`
const user = `arn:aws:sts::${account}:assumed-role/worker-role/worker`
const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${account}:${resource}`
const key = { name: 'alias/notify', arn: arn('kms', 'key/notify'), policies: [] as string[] }

const policy = (...statements: object[]) => JSON.stringify({ Statement: statements })
const allow = (Action: string | string[], Resource: string | string[] = '*', more: object = {}) => ({
  ...{ Effect: 'Allow', Action, Resource },
  ...more,
})

function stackWith(statements: object[], more: Partial<StackModel> = {}): StackModel {
  return {
    ...emptyStack({ region, accountId: account }),
    topics: [{ name: 'notify', arn: arn('sns', 'notify'), policies: [], key }],
    rolePolicies: { [role]: [policy(...statements)] },
    mailIdentities: ['example.com'],
    ...more,
  }
}

/** What a call of the role ends with: `allowed`, or the error. */
function tried(permissions: Permissions, service: string, action: string, input: object) {
  try {
    permissions.check({ role, name: 'worker' }, { service, action, input })
    return 'allowed'
  } catch (error) {
    return error
  }
}
const trying = (statements: object[], service: string, action: string, input: object, more?: Partial<StackModel>) =>
  tried(new Permissions(stackWith(statements, more)), service, action, input)

const raw = (text: string) => ({ RawMessage: { Data: Buffer.from(text).toString('base64') } })
const customers = { TableName: 'customers' }
const stream = arn('dynamodb', 'table/a/stream/2026-01-01T00:00:00.000')
const machine = arn('states', 'stateMachine:reminder')
const run = arn('states', 'execution:reminder:one')

test.each<[string, string, object, string, string]>([
  ['dynamodb', 'PutItem', customers, 'dynamodb:PutItem', arn('dynamodb', 'table/customers')],
  ['dynamodb', 'PutItem', { TableName: arn('dynamodb', 'table/a') }, 'dynamodb:PutItem', arn('dynamodb', 'table/a')],
  ['dynamodb', 'Query', { ...customers, IndexName: 'i' }, 'dynamodb:Query', arn('dynamodb', 'table/customers/index/i')],
  ['dynamodb', 'ListTables', {}, 'dynamodb:ListTables', arn('dynamodb', 'table/*')],
  ['dynamodb', 'BatchGetItem', { RequestItems: { a: {} } }, 'dynamodb:BatchGetItem', arn('dynamodb', 'table/a')],
  ['dynamodb', 'DescribeStream', { StreamArn: stream }, 'dynamodb:DescribeStream', stream],
  ['dynamodb', 'GetShardIterator', { StreamArn: stream }, 'dynamodb:GetShardIterator', stream],
  ['dynamodb', 'GetRecords', { ShardIterator: `${stream}|1|token` }, 'dynamodb:GetRecords', stream],
  ['dynamodb', 'ListStreams', {}, 'dynamodb:ListStreams', arn('dynamodb', 'table/*/stream/*')],
  ['dynamodb', 'ListStreams', { TableName: 'a' }, 'dynamodb:ListStreams', arn('dynamodb', 'table/a/stream/*')],
  ['events', 'PutEvents', { Entries: [{}] }, 'events:PutEvents', arn('events', 'event-bus/default')],
  ['events', 'PutEvents', { Entries: [{ EventBusName: 'b' }] }, 'events:PutEvents', arn('events', 'event-bus/b')],
  ['events', 'UpdateConnection', { Name: 'c' }, 'events:UpdateConnection', arn('events', 'connection/c')],
  ['lambda', 'Invoke', { FunctionName: 'f' }, 'lambda:InvokeFunction', arn('lambda', 'function:f')],
  [
    'lambda',
    'Invoke',
    { FunctionName: 'f', Qualifier: 'live' },
    'lambda:InvokeFunction',
    arn('lambda', 'function:f:live'),
  ],
  [
    'lambda',
    'Invoke',
    { FunctionName: `${account}:function:f:1` },
    'lambda:InvokeFunction',
    arn('lambda', 'function:f:1'),
  ],
  ['lambda', 'UpdateAlias', { FunctionName: 'f', Name: 'live' }, 'lambda:UpdateAlias', arn('lambda', 'function:f')],
  ['lambda', 'ListFunctions', {}, 'lambda:ListFunctions', '*'],
  ['logs', 'FilterLogEvents', { logGroupName: 'g' }, 'logs:FilterLogEvents', arn('logs', 'log-group:g:log-stream:')],
  [
    ...(['logs', 'DescribeLogStreams', { logGroupIdentifier: arn('logs', 'log-group:g') }] as const),
    ...(['logs:DescribeLogStreams', arn('logs', 'log-group:g:log-stream:')] as const),
  ],
  [
    ...(['logs', 'GetLogEvents', { logGroupName: 'g', logStreamName: 's' }] as const),
    ...(['logs:GetLogEvents', arn('logs', 'log-group:g:log-stream:s')] as const),
  ],
  [
    ...(['monitoring', 'GetDashboard', { DashboardName: 'd' }] as const),
    ...(['cloudwatch:GetDashboard', 'arn:aws:cloudwatch::000000000000:dashboard/d'] as const),
  ],
  ['monitoring', 'SetAlarmState', { AlarmName: 'a' }, 'cloudwatch:SetAlarmState', arn('cloudwatch', 'alarm:a')],
  [
    'monitoring',
    'EnableAlarmActions',
    { AlarmNames: ['a'] },
    'cloudwatch:EnableAlarmActions',
    arn('cloudwatch', 'alarm:a'),
  ],
  ['sqs', 'SendMessageBatch', { QueueUrl: 'http://any/0/jobs' }, 'sqs:SendMessage', arn('sqs', 'jobs')],
  ['states', 'StartExecution', { stateMachineArn: machine }, 'states:StartExecution', machine],
  ['states', 'ListStateMachines', {}, 'states:ListStateMachines', arn('states', 'stateMachine:*')],
  ['states', 'SendTaskSuccess', { taskToken: taskToken(run, 'n') }, 'states:SendTaskSuccess', machine],
  ['states', 'SendTaskFailure', { taskToken: taskToken(run, 'n') }, 'states:SendTaskFailure', machine],
  ['states', 'SendTaskHeartbeat', { taskToken: taskToken(run, 'n') }, 'states:SendTaskHeartbeat', machine],
  ['states', 'GetExecutionHistory', { executionArn: run }, 'states:GetExecutionHistory', run],
])('%s %s of %j needs %s on %s', (service, action, input, needed, resource) => {
  expect(trying([allow(needed, resource)], service, action, input)).toBe('allowed')
  for (const other of [allow('any:Other', resource), allow(needed, 'arn:aws:any:::other')]) {
    expect(trying([other], service, action, input)).toMatchObject({
      message: expect.stringContaining(`${resource} because no identity-based policy allows the `),
    })
  }
})

test('the refusals that were logged are kept up to a limit', () => {
  const logged: string[] = []
  const permissions = new Permissions(stackWith([]), { log: (line) => void logged.push(line) })
  const ask = (n: number) => tried(permissions, 'dynamodb', 'GetItem', { TableName: `t${n}` })
  for (let n = 0; n <= 2_000; n++) ask(n)
  expect(logged).toHaveLength(2_001)
  ask(2_000)
  expect(logged).toHaveLength(2_001)
  ask(0)
  expect(logged).toHaveLength(2_002)
})

test('a policy is parsed once, however many resources are judged by it', () => {
  const permissions = new Permissions(stackWith([allow('states:*')]))
  const parse = jest.spyOn(JSON, 'parse')
  for (let n = 0; n < 10; n++) tried(permissions, 'states', 'DescribeExecution', { executionArn: `${run}${n}` })
  expect(parse).not.toHaveBeenCalled()
  parse.mockRestore()
})

test('a task token that is none is left to the action, which refuses it', () => {
  expect(trying([], 'states', 'SendTaskSuccess', { taskToken: 'none' })).toBe('allowed')
})

test('a member that is missing or of another type needs more than a grant on one resource', () => {
  const grants = [allow('*', [arn('dynamodb', 'table/customers'), arn('cloudwatch', 'alarm:a')])]
  for (const TableName of [undefined, 7, ['customers'], { toString: 'customers' }]) {
    expect(trying(grants, 'dynamodb', 'PutItem', { TableName })).toMatchObject({ code: 'AccessDeniedException' })
  }
  expect(trying(grants, 'dynamodb', 'BatchWriteItem', {})).toMatchObject({ code: 'AccessDeniedException' })
  expect(trying(grants, 'monitoring', 'EnableAlarmActions', {})).toMatchObject({ code: 'AccessDenied' })
})

test('a service starts only if the needs of each of its actions are known', () => {
  const action = async () => ({})
  checkNeeds({
    dynamodb: { actions: { GetItem: action } },
    'monitoring/us-east-1': { actions: { ListMetrics: action } },
  })
  for (const name of ['New', 'constructor']) {
    expect(() => checkNeeds({ dynamodb: { actions: { [name]: action } } })).toThrow(
      `permissions ${name} of dynamodb needs`,
    )
  }
})

test('an action whose needs are not known is open to no caller', () => {
  for (const [service, action] of [
    ['dynamodb', 'New'],
    ['constructor', 'name'],
    ['new', 'PutItem'],
  ] as const) {
    expect(trying([allow('*')], service, action, {})).toMatchObject({ message: expect.stringContaining('needs.ts') })
  }
})

test('a mail needs the identity of each sender and the configuration set, under the conditions that name the sender', () => {
  const identity = arn('ses', 'identity/example.com')
  const set = arn('ses', 'configuration-set/mail')
  const Condition = { StringLike: { 'ses:FromAddress': '*@example.com' } }
  const mail = raw('Subject: x\r\nFROM: Ada\r\n <ada@Example.com>\r\nX-SES-Configuration-Set: mail\r\n\r\nFrom: a@b.c')
  const send = (statements: object[], input: object, action = 'SendRawEmail') =>
    trying(statements, 'ses', action, input)
  const all = allow('ses:*', [identity, set])
  expect(send([all], mail)).toBe('allowed')
  expect(send([allow('ses:*', identity)], mail)).toMatchObject({ message: expect.stringContaining(set) })
  expect(send([allow('ses:*', set)], mail)).toMatchObject({ message: expect.stringContaining(identity) })
  const ours = allow('ses:*', [identity, set], { Condition })
  expect(send([ours], raw('From: ada@example.com\n\nx'))).toBe('allowed')
  expect(send([ours], { ...raw('From: ada@example.com\n\nx'), Source: 'eve@sub.example.com' })).not.toBe('allowed')
  expect(send([ours], { ...raw('From: eve@sub.example.com\n\nx'), Source: 'ada@example.com' })).not.toBe('allowed')
  const simple = { Source: 'Ada <ada@example.com>', Destination: { ToAddresses: ['b@example.org'] } }
  expect(send([ours], simple, 'SendEmail')).toBe('allowed')
  const named = allow('ses:*', '*', { Condition: { StringEquals: { 'ses:FromDisplayName': 'Ada' } } })
  expect(send([named], simple, 'SendEmail')).toBe('allowed')
  expect(send([named], { Source: 'ada@example.com' }, 'SendEmail')).not.toBe('allowed')
})

test('the headers of a mail are found however long they and the mail are', () => {
  const mail = (fill: number, from: string) =>
    raw(`X-Fill: ${'x'.repeat(fill)}\nFrom: ${from}\n\n${'y'.repeat(500_000)}`)
  for (const fill of [1, 12_270, 12_280, 12_288, 70_000]) {
    expect(
      trying([allow('ses:*', arn('ses', 'identity/example.com'))], 'ses', 'SendRawEmail', mail(fill, 'a@example.com')),
    ).toBe('allowed')
    expect(
      trying([allow('ses:*', arn('ses', 'identity/example.com'))], 'ses', 'SendRawEmail', mail(fill, 'a@b.org')),
    ).toMatchObject({ code: 'AccessDenied' })
  }
})

test('a text message needs the right to publish to its phone number, which no ARN of a topic covers', () => {
  const publish = (Resource: string) =>
    trying([allow('sns:Publish', Resource)], 'sns', 'Publish', { PhoneNumber: '+15550100' })
  expect(publish('*')).toBe('allowed')
  expect(publish('arn:aws:sns:*:*:*')).toMatchObject({
    message: `User: ${user} is not authorized to perform: SNS:Publish on resource: +15550100 because no identity-based policy allows the SNS:Publish action`,
  })
})

test('CloudWatch names no resource for an action that knows none', () => {
  expect(trying([], 'monitoring', 'PutMetricData', { Namespace: 'N' })).toMatchObject({
    message: `User: ${user} is not authorized to perform: cloudwatch:PutMetricData because no identity-based policy allows the cloudwatch:PutMetricData action`,
  })
})

test('an explicit deny names the managed policy that it is part of', () => {
  const managed = `arn:aws:iam::${account}:policy/never`
  const deny = policy({ ...allow('dynamodb:GetItem'), Effect: 'Deny' })
  const denied = (...policies: string[]) => {
    const more = { rolePolicies: { [role]: policies }, policyArns: { [role]: [undefined, managed] } }
    return trying([], 'dynamodb', 'GetItem', customers, more)
  }
  const sentence = `User: ${user} is not authorized to perform: dynamodb:GetItem on resource: ${arn('dynamodb', 'table/customers')} with an explicit deny in an identity-based policy`
  expect(denied(policy(allow('*')), deny)).toMatchObject({ message: `${sentence}: ${managed}` })
  expect(denied(deny, policy(allow('*')))).toMatchObject({ message: sentence })
})

test('a role publishes to an encrypted topic by policies of its own, once the key leaves the decision to the account', () => {
  const TopicArn = arn('sns', 'notify')
  const both = ['kms:GenerateDataKey*', 'kms:Decrypt']
  const publish = (statements: object[], more?: Partial<StackModel>) =>
    trying(statements, 'sns', 'Publish', { TopicArn, Message: 'm' }, more)
  expect(publish([allow(['sns:Publish', ...both])])).toBe('allowed')
  expect(publish([allow(both)])).toMatchObject({
    code: 'AuthorizationError',
    message: `User: ${user} is not authorized to perform: SNS:Publish on resource: ${TopicArn} because no identity-based policy allows the SNS:Publish action`,
  })
  expect(publish([allow(['sns:Publish', 'kms:Decrypt'])])).toMatchObject({
    code: 'KMSAccessDenied',
    statusCode: 400,
    message: expect.stringMatching(
      /^User: .* is not authorized to perform: kms:GenerateDataKey on resource: .*:key\/notify because no identity-based policy allows the kms:GenerateDataKey action \(Service: AWSKMS; Status Code: 400; /,
    ),
  })
  const closed = { ...key, policies: [policy({ ...allow('kms:*'), Principal: { Service: 'sns.amazonaws.com' } })] }
  const topics = [{ name: 'notify', arn: TopicArn, policies: [], key: closed }]
  expect(publish([allow('*')], { topics })).toMatchObject({
    message: expect.stringContaining('because no resource-based policy allows the kms:GenerateDataKey action'),
  })
})

test('a policy of the resource allows a role, and denies it what its own policies allow', () => {
  const queue = {
    ...{ name: 'jobs', arn: arn('sqs', 'jobs'), tags: {}, visibilityTimeoutSeconds: 30, retentionSeconds: 60 },
    ...{ delaySeconds: 0, receiveWaitSeconds: 0, maximumMessageBytes: 1024 },
  }
  const receive = (Effect: string, statements: object[]) => {
    const one = { ...allow('sqs:ReceiveMessage'), Effect, Principal: { AWS: role } }
    const queues = [{ ...queue, policies: [policy(one)] }]
    return trying(statements, 'sqs', 'ReceiveMessage', { QueueUrl: 'jobs' }, { queues })
  }
  expect(receive('Allow', [])).toBe('allowed')
  expect(receive('Deny', [allow('*')])).toMatchObject({
    code: 'AccessDeniedException',
    message: `User: ${user} is not authorized to perform: sqs:receivemessage on resource: ${queue.arn} with an explicit deny in a resource-based policy`,
  })
  const session = (Effect: string, statements: object[], AWS = user) => {
    const queues = [{ ...queue, policies: [policy({ ...allow('sqs:ReceiveMessage'), Effect, Principal: { AWS } })] }]
    return trying(statements, 'sqs', 'ReceiveMessage', { QueueUrl: 'jobs' }, { queues })
  }
  expect(session('Allow', [])).toBe('allowed')
  expect(session('Allow', [], `${user}2`)).toMatchObject({ code: 'AccessDeniedException' })
  expect(session('Deny', [allow('*')])).toMatchObject({
    message: expect.stringContaining('with an explicit deny in a'),
  })
  const permissions = [
    { functionArn: arn('lambda', 'function:f:live'), policy: policy({ ...allow('lambda:*'), Principal: '*' }) },
  ]
  const invoke = (Qualifier?: string) =>
    trying([], 'lambda', 'Invoke', { FunctionName: 'f', Qualifier }, { permissions })
  expect(invoke('live')).toBe('allowed')
  expect(invoke()).toMatchObject({ statusCode: 403 })
})

test('a queue is judged by the policy that was set last, unless that cannot be enforced', () => {
  const queue = { name: 'jobs', arn: arn('sqs', 'jobs'), policies: [] as string[] } as StackModel['queues'][number]
  const permissions = new Permissions(stackWith([], { queues: [queue] }))
  const receive = () => tried(permissions, 'sqs', 'ReceiveMessage', { QueueUrl: 'jobs' })
  expect(receive()).toMatchObject({ code: 'AccessDeniedException' })
  const open = (more: object = {}) => policy({ ...allow('sqs:*', '*', more), Principal: { AWS: role } })
  permissions.setQueuePolicies(queue.arn, [open()])
  expect(receive()).toBe('allowed')
  const unknown = open({ Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o' } } })
  for (const refused of [unknown, '{', JSON.stringify({ Statement: allow('sqs:*') })]) {
    expect(() => permissions.setQueuePolicies(queue.arn, [refused])).toThrow(`cannot enforce a policy of ${queue.arn}`)
  }
  expect(receive()).toBe('allowed')
  let nowMs = 0
  permissions.follow({ now: () => nowMs })
  permissions.setQueuePolicies(queue.arn, [open({ Condition: { DateLessThan: { 'aws:CurrentTime': '1970-01-02' } } })])
  expect(receive()).toBe('allowed')
  nowMs = 86_400_000
  expect(receive()).toMatchObject({ code: 'AccessDeniedException' })
})

describe('an encrypted queue', () => {
  const jobs = {
    ...{ name: 'jobs', arn: arn('sqs', 'jobs'), tags: {}, visibilityTimeoutSeconds: 30, retentionSeconds: 60 },
    ...{ delaySeconds: 0, receiveWaitSeconds: 0, maximumMessageBytes: 1024, policies: [] as string[] },
  }
  const own = { ...key, arn: arn('kms', 'key/jobs'), name: 'alias/jobs' }
  const dead = { ...jobs, name: 'dead', arn: arn('sqs', 'dead') }
  const queues = [{ ...jobs, key: own, redrive: { deadLetterTargetArn: dead.arn, maxReceiveCount: 1 } }, dead]
  const call = (statements: object[], action: string, input: object = { QueueUrl: 'jobs' }) =>
    trying(statements, 'sqs', action, input, { queues })
  const needing = (action: string) => ({
    code: 'KmsAccessDenied',
    statusCode: 400,
    message: expect.stringMatching(
      new RegExp(
        `^User: .* is not authorized to perform: ${action} on resource: ${own.arn} because no identity-based policy allows the ${action} action \\(Service: AWSKMS; Status Code: 400; `,
      ),
    ),
  })

  test.each([
    ['SendMessage', ['kms:GenerateDataKey', 'kms:Decrypt']],
    ['SendMessageBatch', ['kms:GenerateDataKey', 'kms:Decrypt']],
    ['ReceiveMessage', ['kms:Decrypt']],
  ])('needs its key for %s', (action, needed) => {
    expect(call([allow(['sqs:*', ...needed])], action)).toBe('allowed')
    for (const missing of needed) {
      expect(call([allow(['sqs:*', ...needed.filter((one) => one !== missing)])], action)).toMatchObject(
        needing(missing),
      )
    }
  })

  test('needs no key to delete messages, and none that AWS manages', () => {
    expect(call([allow('sqs:*')], 'DeleteMessage')).toBe('allowed')
    const managed = [{ ...jobs, key: { name: 'alias/aws/sqs', policies: [] } }]
    expect(trying([allow('sqs:*')], 'sqs', 'SendMessage', { QueueUrl: 'jobs' }, { queues: managed })).toBe('allowed')
  })

  test('needs its key for messages that are moved back into it', () => {
    expect(call([allow('sqs:*')], 'StartMessageMoveTask', { SourceArn: dead.arn })).toMatchObject(
      needing('kms:GenerateDataKey'),
    )
    expect(call([allow(['sqs:*', 'kms:*'])], 'StartMessageMoveTask', { SourceArn: dead.arn })).toBe('allowed')
  })

  test('is judged by the policy of its key, through SQS', () => {
    const through = (service: string) => ({
      ...allow('kms:*', '*', {
        Condition: { StringEquals: { 'kms:ViaService': `${service}.${region}.amazonaws.com` } },
      }),
    })
    expect(call([allow('sqs:*'), through('sqs')], 'SendMessage')).toBe('allowed')
    expect(call([allow('sqs:*'), through('sns')], 'SendMessage')).toMatchObject({ code: 'KmsAccessDenied' })
    const closed = { ...own, policies: [policy({ ...allow('kms:*'), Principal: { Service: 'sns.amazonaws.com' } })] }
    const denied = trying(
      [allow('*')],
      'sqs',
      'SendMessage',
      { QueueUrl: 'jobs' },
      { queues: [{ ...jobs, key: closed }] },
    )
    expect(denied).toMatchObject({ message: expect.stringContaining('because no resource-based policy allows') })
  })

  test('is not polled by a function whose role may not use its key', () => {
    const functionArn = arn('lambda', 'function:worker')
    const poller = { name: 'mapping', queueArn: jobs.arn, functionArn, batchSize: 1, windowSeconds: 0 }
    const more = {
      queues,
      functions: [{ name: 'worker', arn: functionArn, roleArn: role } as StackModel['functions'][number]],
      eventSourceMappings: [{ ...poller, reportsFailures: false }],
    }
    expect(() => new Permissions(stackWith([allow('sqs:*')], more)).checkPollers()).toThrow(
      `mapping would receive nothing: ${role} may not do kms:Decrypt on ${own.arn}.`,
    )
    new Permissions(stackWith([allow(['sqs:*', 'kms:Decrypt'])], more)).checkPollers()
  })
})

test('without enforcement every call is allowed', () => {
  const permissions = new Permissions(stackWith([]), { enforced: false })
  expect(tried(permissions, 'dynamodb', 'PutItem', customers)).toBe('allowed')
  const publisher = { publisher: { service: 'any.amazonaws.com' } }
  expect(permissions.canPublish(publisher, arn('sns', 'notify'))).toEqual({ allowed: true })
})

test('each statement that allows something is reported once for each action, and no other', () => {
  const used: Use[] = []
  const stack = stackWith([allow('dynamodb:PutItem'), allow('dynamodb:GetItem')])
  const permissions = new Permissions(stack, { used: (use) => void used.push(use) })
  for (let n = 0; n < 3; n++) tried(permissions, 'dynamodb', 'GetItem', customers)
  tried(permissions, 'dynamodb', 'Scan', customers)
  expect(used).toEqual([{ role, policy: 0, statement: 1, action: 'dynamodb:GetItem' }])
})

test('an action that is taken out of the policies of a role is refused, until it is put back', () => {
  const permissions = new Permissions(stackWith([allow(['dynamodb:GetItem', 'dynamodb:PutItem']), allow('sqs:*')]))
  const get = () => tried(permissions, 'dynamodb', 'GetItem', customers)
  expect(get()).toBe('allowed')
  permissions.withhold([{ role: 'worker-role', action: 'dynamodb:GetItem' }])
  expect(get()).toMatchObject({ code: 'AccessDeniedException' })
  expect(tried(permissions, 'dynamodb', 'PutItem', customers)).toBe('allowed')
  expect(() => permissions.withhold([{ role: 'worker-role', action: 'dynamodb:Scan' }])).toThrow(
    'do not name dynamodb:Scan',
  )
  expect(() => permissions.withhold([{ role: 'none', action: 'dynamodb:GetItem' }])).toThrow('no role none')
  expect(permissions.withheld()).toEqual([{ role: 'worker-role', action: 'dynamodb:GetItem' }])
  permissions.withhold([])
  expect(get()).toBe('allowed')
})

test('an action is taken out of one statement, so that another that grants the same still does', () => {
  const read = () => allow('dynamodb:GetItem')
  const stack = stackWith([])
  stack.rolePolicies[role] = [policy(read(), allow('sqs:*')), policy(read())]
  const permissions = new Permissions(stack)
  const get = () => tried(permissions, 'dynamodb', 'GetItem', customers)
  const one = { role: 'worker-role', action: 'dynamodb:GetItem', statement: 0 }
  permissions.withhold([{ ...one, policy: 1 }])
  expect(get()).toBe('allowed')
  permissions.withhold([{ ...one, policy: 0 }])
  expect(get()).toBe('allowed')
  permissions.withhold([one])
  expect(get()).toMatchObject({ code: 'AccessDeniedException' })
  expect(() => permissions.withhold([{ ...one, statement: 1 }])).toThrow('do not name dynamodb:GetItem')
  expect(() => permissions.withhold([{ ...one, policy: 2 }])).toThrow('do not name dynamodb:GetItem')
})

test('a refusal is logged once, however often the call is repeated', () => {
  const logged: string[] = []
  const permissions = new Permissions(stackWith([]), { log: (line) => void logged.push(line) })
  for (let n = 0; n < 3; n++) tried(permissions, 'dynamodb', 'GetItem', customers)
  expect(logged).toEqual([expect.stringMatching(/^IAM refuses a call of dynamodb\. User: .* dynamodb:GetItem /)])
})

test('a log that Lambda may not write is only missing, as on AWS; the local cloud says once what is missing', () => {
  const logged: string[] = []
  const group = arn('logs', 'log-group:g:*')
  const permissions = new Permissions(stackWith([allow(['logs:CreateLogStream', 'logs:PutLogEvents'], group)]), {
    log: (line) => void logged.push(line),
  })
  const writes = () => permissions.mayWriteLogs({ role, name: 'worker' }, 'g')
  expect(writes()).toBe(true)
  for (const action of ['logs:CreateLogStream', 'logs:PutLogEvents']) {
    permissions.withhold([{ role: 'worker-role', action }])
    expect([writes(), writes()]).toEqual([false, false])
    expect(logged.splice(0)).toEqual([
      `IAM refuses a call of logs. User: ${user} is not authorized to perform: ${action} on resource: ${arn('logs', 'log-group:g:log-stream:')} because no identity-based policy allows the ${action} action`,
    ])
  }
})

test('a policy of a role that cannot be enforced is refused when the cloud starts', () => {
  for (const Condition of [{ NumericLessThan: { 'aws:TokenIssueTime': '1' } }, { Bool: { 'aws:Any': '${a}' } }]) {
    expect(() => new Permissions(stackWith([allow('*', '*', { Condition })]))).toThrow(
      /cannot enforce a policy of .*worker-role/,
    )
  }
})

test.each<[string, Partial<StackModel>]>([
  [arn('sns', 'notify'), { topics: [{ name: 'notify', arn: arn('sns', 'notify'), policies: ['POLICY'] }] }],
  ['key alias/notify', { topics: [{ name: 'n', arn: '', policies: [], key: { ...key, policies: ['POLICY'] } }] }],
  [arn('sqs', 'jobs'), { queues: [{ arn: arn('sqs', 'jobs'), policies: ['POLICY'] } as StackModel['queues'][number]] }],
  [arn('lambda', 'function:f'), { permissions: [{ functionArn: arn('lambda', 'function:f'), policy: 'POLICY' }] }],
])('a policy of %s that cannot be enforced is refused when the cloud starts', (owner, more) => {
  const refused = (statement: object) => {
    const text = JSON.stringify(policy({ ...allow('*'), Principal: '*', ...statement })).slice(1, -1)
    const given = JSON.parse(JSON.stringify(more).replace('POLICY', () => text))
    return () => new Permissions(stackWith([], given))
  }
  expect(refused({})).not.toThrow()
  for (const [statement, fault] of [
    [{ Condition: { 'ForAnyValue:Null': { 'aws:PrincipalArn': 'true' } } }, 'ForAnyValue:Null'],
    [{ Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } }, 'the condition key aws:PrincipalOrgID'],
    [{ Condition: { Bool: { 'aws:SecureTransport': 'no' } } }, 'has "no": write true or false'],
    [{ Condition: { StringEquals: { 'aws:Foo': 'a' } } }, 'the condition key aws:Foo'],
    [{ Principal: undefined, NotPrincipal: { AWS: role } }, 'NotPrincipal'],
  ] as const) {
    expect(refused(statement)).toThrow(`cannot enforce a policy of ${owner}: `)
    expect(refused(statement)).toThrow(fault)
  }
})

const toNotify = { TopicArn: arn('sns', 'notify'), Message: 'm' }
const sent = { Source: 'Ada <ada@example.com>', ReturnPath: 'Back <back@example.com>' }

test.each<[string, string, string, object, string]>([
  ['cloudwatch:namespace', 'monitoring', 'PutMetricData', { Namespace: 'N' }, 'N'],
  [
    'dynamodb:ReturnConsumedCapacity',
    'dynamodb',
    'GetItem',
    { ...customers, ReturnConsumedCapacity: 'TOTAL' },
    'TOTAL',
  ],
  ['dynamodb:ReturnValues', 'dynamodb', 'PutItem', { ...customers, ReturnValues: 'ALL_OLD' }, 'ALL_OLD'],
  ['dynamodb:Select', 'dynamodb', 'Scan', { ...customers, Select: 'COUNT' }, 'COUNT'],
  ['kms:CallerAccount', 'sns', 'Publish', toNotify, account],
  ['aws:CalledViaFirst', 'sns', 'Publish', toNotify, 'sns.amazonaws.com'],
  ['aws:CalledViaLast', 'sns', 'Publish', toNotify, 'sns.amazonaws.com'],
  ['kms:ViaService', 'sns', 'Publish', toNotify, `sns.${region}.amazonaws.com`],
  ['ses:FeedbackAddress', 'ses', 'SendEmail', sent, 'back@example.com'],
  ['ses:FeedbackAddress', 'ses', 'SendRawEmail', raw('From: a@example.com\nReturn-Path: <b@a.c>\n\nx'), 'b@a.c'],
  ['ses:FromAddress', 'ses', 'SendEmail', sent, 'ada@example.com'],
  ['ses:FromDisplayName', 'ses', 'SendEmail', sent, 'Ada'],
])('%s is set by %s %s of %j', (name, service, action, input, value) => {
  const condition = { Condition: { StringEquals: { [name]: value } } }
  const prefix = name.replace(/^aws:/, 'kms:').split(':')[0]
  const plain = prefix === 'kms' ? [allow('sns:Publish')] : []
  expect(trying([...plain, allow(`${prefix}:*`, '*', condition)], service, action, input)).toBe('allowed')
  expect(trying([allow('*'), { ...allow('*', '*', condition), Effect: 'Deny' }], service, action, input)).not.toBe(
    'allowed',
  )
  const other = { Condition: { StringEquals: { [name]: 'other' } } }
  expect(trying([...plain, allow('*', '*', other)], service, action, input)).not.toBe('allowed')
})

test('the global keys say what AWS says of a call of a role, directly and by SNS to KMS', () => {
  const deny = (Action: string, Condition: object) => ({ ...allow(Action, '*', { Condition }), Effect: 'Deny' })
  const abroad = deny('*', { StringNotEquals: { 'aws:RequestedRegion': region } })
  expect(trying([allow('*'), abroad], 'dynamodb', 'GetItem', customers)).toBe('allowed')
  expect(trying([allow('*'), abroad], 'monitoring', 'PutMetricData', {})).toBe('allowed')
  const direct = (Action: string) => deny(Action, { Bool: { 'aws:ViaAWSService': 'false' } })
  expect(trying([allow('*'), direct('kms:*')], 'sns', 'Publish', toNotify)).toBe('allowed')
  expect(trying([allow('*'), direct('sns:*')], 'sns', 'Publish', toNotify)).toMatchObject({
    code: 'AuthorizationError',
  })
})

test('a condition on the time is judged by the virtual clock at each call', () => {
  const until = (key: string, end: string) => ({ Condition: { DateLessThan: { [key]: end } } })
  const permissions = new Permissions(
    stackWith([
      allow('dynamodb:GetItem', '*', until('aws:CurrentTime', '2026-11-28T00:00:00Z')),
      allow('dynamodb:PutItem', '*', until('aws:EpochTime', '2026-11-28')),
    ]),
  )
  let nowMs = Date.parse('2026-11-27T23:59:59.999Z')
  permissions.follow({ now: () => nowMs })
  const calls = () => ['GetItem', 'PutItem'].map((action) => tried(permissions, 'dynamodb', action, customers))
  expect(calls()).toEqual(['allowed', 'allowed'])
  nowMs += 1
  expect(calls()).toMatchObject([{ code: 'AccessDeniedException' }, { code: 'AccessDeniedException' }])
})

test('a condition on the time in the policy of a topic is judged by the virtual clock, too', () => {
  const Condition = { DateGreaterThan: { 'aws:CurrentTime': '2026-11-28T00:00:00Z' } }
  const policies = [
    policy({ ...allow('sns:Publish', '*', { Condition }), Principal: { Service: 'any.amazonaws.com' } }),
  ]
  const permissions = new Permissions(stackWith([], { topics: [{ name: 'n', arn: arn('sns', 'n'), policies }] }))
  const publish = () => permissions.canPublish({ publisher: { service: 'any.amazonaws.com' } }, arn('sns', 'n')).allowed
  let nowMs = Date.parse('2026-11-28T00:00:00Z')
  permissions.follow({ now: () => nowMs })
  expect(publish()).toBe(false)
  nowMs += 1000
  expect(publish()).toBe(true)
})

test('the tags that Terraform gives a role and a resource are keys, as is the address of all calls', () => {
  const tags = {
    [role]: { team: 'mail' },
    [arn('dynamodb', 'table/customers')]: { stage: 'dev' },
    [arn('lambda', 'function:f')]: { stage: 'prod' },
  }
  const get = (Condition: object, action = 'GetItem', input: object = customers, service = 'dynamodb') =>
    trying([allow('*', '*', { Condition })], service, action, input, { tags })
  const equals = (key: string, value: string) => ({ StringEquals: { [key]: value } })
  for (const fits of [
    equals('aws:PrincipalTag/team', 'mail'),
    equals('aws:resourcetag/STAGE', 'dev'),
    { IpAddress: { 'aws:SourceIp': '127.0.0.0/8' } },
    { Null: { 'aws:ResourceTag/other': 'true' } },
  ]) {
    expect(get(fits)).toBe('allowed')
  }
  for (const other of [equals('aws:PrincipalTag/team', 'web'), equals('aws:ResourceTag/team', 'mail')]) {
    expect(get(other)).toMatchObject({ code: 'AccessDeniedException' })
  }
  const qualified = { FunctionName: 'f', Qualifier: 'live' }
  expect(get(equals('aws:ResourceTag/stage', 'prod'), 'Invoke', qualified, 'lambda')).toBe('allowed')
  expect(get(equals('aws:ResourceTag/stage', 'dev'), 'Query', { ...customers, IndexName: 'i' })).toBe('allowed')
})

test('a judgement of a service is kept as that of a role is, and forgotten when a grant is taken out', () => {
  const topics = [{ name: 'n', arn: arn('sns', 'n'), policies: [] }]
  const permissions = new Permissions(stackWith([allow('sns:*')], { topics }))
  const publisher = { publisher: { service: 'cloudwatch.amazonaws.com' }, sourceAccount: account }
  for (let n = 0; n < 3; n++) expect(permissions.canPublish(publisher, arn('sns', 'n')).allowed).toBe(true)
  expect(permissions.canPublish({ ...publisher, sourceAccount: '111111111111' }, arn('sns', 'n')).allowed).toBe(false)
  permissions.withhold([{ role: 'worker-role', action: 'sns:*' }])
  expect(permissions.canPublish(publisher, arn('sns', 'n')).allowed).toBe(true)
})

test('a call of another Region is about the resources there, which a grant on those of the stack does not cover', () => {
  const call = (statements: object[], service: string, action: string, input: object) => {
    const permissions = new Permissions(stackWith(statements))
    try {
      permissions.check({ role, name: 'worker' }, { service, action, input, region: 'us-east-1' })
      return 'allowed'
    } catch (error) {
      return error
    }
  }
  const here = allow('dynamodb:GetItem', arn('dynamodb', 'table/customers'))
  const there = arn('dynamodb', 'table/customers').replace(region, 'us-east-1')
  expect(call([here], 'dynamodb', 'GetItem', customers)).toMatchObject({
    code: 'AccessDeniedException',
    message: expect.stringContaining(`on resource: ${there} because`),
  })
  expect(call([allow('dynamodb:GetItem', there)], 'dynamodb', 'GetItem', customers)).toBe('allowed')
  const abroad = { Condition: { StringNotEquals: { 'aws:RequestedRegion': region } } }
  const only = [allow('*'), { ...allow('*', '*', abroad), Effect: 'Deny' }]
  for (const [service, action, input] of [
    ['dynamodb', 'GetItem', customers],
    ['monitoring', 'PutMetricData', {}],
    ['states', 'StartExecution', { stateMachineArn: machine }],
  ] as const) {
    expect(call(only, service, action, input)).toMatchObject({
      message: expect.stringContaining('with an explicit deny in an identity-based policy'),
    })
  }
})

test('events are put on the buses and of the sources that the role may name', () => {
  const only = { ...allow('events:PutEvents', arn('events', 'event-bus/b')) }
  const Condition = { StringEquals: { 'events:source': 'shop', 'events:detail-type': 'Sold' } }
  const entry = { EventBusName: 'b', Source: 'shop', DetailType: 'Sold' }
  const putting = (...Entries: object[]) => trying([{ ...only, Condition }], 'events', 'PutEvents', { Entries })
  expect(putting(entry, entry)).toBe('allowed')
  for (const other of [{ EventBusName: 'c' }, { Source: 'other' }, { DetailType: 'Other' }]) {
    expect(putting(entry, { ...entry, ...other })).toMatchObject({ code: 'AccessDeniedException' })
  }
})

test('a rule calls an API destination in a role that may', () => {
  const destination = arn('events', 'api-destination/webhook/1')
  const rule = { name: 'r', arn: arn('events', 'rule/r'), eventPattern: '{}', enabled: true, targets: [] }
  const target = { id: 't', arn: destination, roleArn: role }
  const asked = (...statements: object[]) => new Permissions(stackWith(statements)).permitsRule(rule, target).allowed
  expect(asked(allow('events:InvokeApiDestination', arn('events', 'api-destination/webhook/*')))).toBe(true)
  expect(asked(allow('events:PutEvents', '*'))).toBe(false)
})

test('Lambda polls no queue that the role of the function may not read', () => {
  const functionArn = arn('lambda', 'function:worker:live')
  const poller = {
    name: 'mapping',
    queueArn: arn('sqs', 'jobs'),
    functionArn,
    batchSize: 1,
    windowSeconds: 0,
    reportsFailures: false,
  }
  const functions = [
    { name: 'worker', arn: arn('lambda', 'function:worker'), roleArn: role } as StackModel['functions'][number],
  ]
  const start = (...statements: object[]) =>
    new Permissions(stackWith(statements, { functions, eventSourceMappings: [poller] })).checkPollers()
  const needed = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes']
  const started = new Permissions(stackWith([allow(needed)], { functions, eventSourceMappings: [poller] }))
  const withheld = () => started.withhold([{ role: 'worker-role', action: 'sqs:DeleteMessage' }])
  expect(withheld).toThrow('mapping would be refused by Lambda.')
  expect(started.withheld()).toEqual([])
  start(allow(needed, arn('sqs', 'jobs')))
  for (const missing of needed) {
    const rest = allow(
      needed.filter((one) => one !== missing),
      '*',
    )
    expect(() => start(rest)).toThrow(
      `mapping would be refused by Lambda. The function execution role does not have permissions to call ${missing.slice(4)} on SQS`,
    )
  }
})

test('Lambda polls no stream that the role of the function may not read, and needs its destination', () => {
  const functionArn = arn('lambda', 'function:worker:live')
  const functions = [
    { name: 'worker', arn: arn('lambda', 'function:worker'), roleArn: role } as StackModel['functions'][number],
  ]
  const start = (onFailureArn: string | undefined, ...statements: object[]) => {
    const mapping = { name: 'mapping', streamArn: stream, functionArn, ...(onFailureArn && { onFailureArn }) }
    const streamMappings = [mapping as StackModel['streamMappings'][number]]
    new Permissions(stackWith(statements, { functions, streamMappings })).checkPollers()
  }
  const needed = ['GetRecords', 'GetShardIterator', 'DescribeStream', 'ListStreams'].map((name) => `dynamodb:${name}`)
  start(undefined, allow(needed, arn('dynamodb', 'table/a/stream/*')))
  for (const missing of needed) {
    const rest = needed.filter((one) => one !== missing)
    expect(() => start(undefined, allow(rest, '*'))).toThrow(
      `mapping would be refused by Lambda. Cannot access stream ${stream}. Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, and ListStreams Actions on your stream in IAM: ${role} lacks ${missing.slice(9)}.`,
    )
  }
  for (const [destination, action, named] of [
    [arn('sqs', 'dead'), 'sqs:SendMessage', 'SendMessage on SQS'],
    [arn('sns', 'dead'), 'sns:Publish', 'Publish on SNS'],
  ] as const) {
    expect(() => start(destination, allow(needed, '*'))).toThrow(`does not have permissions to call ${named}`)
    start(destination, allow(needed, '*'), allow(action, destination))
  }
})

describe('clients of AWS get the error that they get on AWS', () => {
  const permissions = new Permissions(stackWith([{ ...allow('dynamodb:*'), Effect: 'Deny' }]))
  const never = {
    actions: new Proxy(
      {},
      {
        getOwnPropertyDescriptor: () => ({ configurable: true, value: undefined }),
        get: () => () => Promise.reject(new Error('It was called.')),
      },
    ),
  }
  const services = { dynamodb: never, lambda: never, ses: never, sns: never, sqs: never, states: never }
  let settings: ReturnType<typeof clientSettings>
  let stop: () => Promise<void>
  beforeAll(async () => {
    const gateway = await startGateway({
      ...{ port: 0, services, log: () => {}, unsigned: (_, response) => response.end() },
      authorize: (accessKeyId, call) => {
        if (accessKeyId === 'worker') permissions.check({ role, name: 'worker' }, call)
      },
    })
    settings = { ...clientSettings(gateway.port), credentials: { accessKeyId: 'worker', secretAccessKey: 'any' } }
    stop = gateway.stop
  })
  afterAll(() => stop())

  const no = (action: string, resource: string) =>
    `User: ${user} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`

  test.each<[string, () => Promise<unknown>, object]>([
    [
      'DynamoDB',
      () => new dynamo.DynamoDBClient(settings).send(new dynamo.GetItemCommand({ TableName: 't', Key: {} })),
      {
        name: 'AccessDeniedException',
        $metadata: { httpStatusCode: 400 },
        message: `User: ${user} is not authorized to perform: dynamodb:GetItem on resource: ${arn('dynamodb', 'table/t')} with an explicit deny in an identity-based policy`,
      },
    ],
    [
      'Lambda',
      () => new lambda.LambdaClient(settings).send(new lambda.InvokeCommand({ FunctionName: 'f', Qualifier: 'live' })),
      {
        name: 'AccessDeniedException',
        $metadata: { httpStatusCode: 403 },
        message: no('lambda:InvokeFunction', arn('lambda', 'function:f:live')),
      },
    ],
    [
      'SES',
      () =>
        new ses.SESClient(settings).send(
          new ses.SendRawEmailCommand({ RawMessage: { Data: Buffer.from('From: a@example.com\n\nx') } }),
        ),
      {
        name: 'AccessDenied',
        $metadata: { httpStatusCode: 403 },
        message: `User \`${user}' is not authorized to perform \`ses:SendRawEmail' on resource \`${arn('ses', 'identity/example.com')}'`,
      },
    ],
    [
      'SNS',
      () => new sns.SNSClient(settings).send(new sns.PublishCommand({ TopicArn: arn('sns', 'notify'), Message: 'm' })),
      {
        name: 'AuthorizationErrorException',
        $metadata: { httpStatusCode: 403 },
        message: no('SNS:Publish', arn('sns', 'notify')),
      },
    ],
    [
      'SQS',
      () => new sqs.SQSClient(settings).send(new sqs.PurgeQueueCommand({ QueueUrl: `${settings.endpoint}/0/jobs` })),
      { $metadata: { httpStatusCode: 403 }, message: no('sqs:purgequeue', arn('sqs', 'jobs')) },
    ],
    [
      'Step Functions',
      () => new sfn.SFNClient(settings).send(new sfn.StartExecutionCommand({ stateMachineArn: machine })),
      {
        name: 'AccessDeniedException',
        $metadata: { httpStatusCode: 400 },
        message: no('states:StartExecution', machine),
      },
    ],
  ])('of %s', async (_, call, error) => {
    await expect(call()).rejects.toMatchObject(error)
  })

  test('and other credentials than those of a role get every right', async () => {
    const credentials = { accessKeyId: 'any', secretAccessKey: 'any' }
    const client = new dynamo.DynamoDBClient({ ...settings, credentials })
    await expect(client.send(new dynamo.ListTablesCommand({}))).rejects.toMatchObject({ name: 'InternalFailure' })
  })
})
