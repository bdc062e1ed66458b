import { emptyStack, type StackModel } from '../core/stack-model.ts'
import { architecture } from './architecture.ts'

const at = { region: 'eu-central-1', accountId: '123456789012' }
const arn = (service: string, resource: string) => `arn:aws:${service}:${at.region}:${at.accountId}:${resource}`
const roleOf = (name: string) => `arn:aws:iam::${at.accountId}:role/${name}`
const allow = (Action: string[], Resource: string | string[], more: object = {}) => ({
  ...{ Effect: 'Allow', Action, Resource },
  ...more,
})
const policy = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })

const fn = (name: string) => ({
  ...{ name: `shop-dev-${name}`, arn: arn('lambda', `function:shop-dev-${name}`), roleArn: roleOf(name) },
  ...{ aliases: ['live'] },
})
const table = { name: 'shop-dev-customers', arn: arn('dynamodb', 'table/shop-dev-customers') }
const machine = {
  ...{ name: 'shop-dev-reminder', arn: arn('states', 'stateMachine:shop-dev-reminder'), roleArn: roleOf('machine') },
  definition: JSON.stringify({ States: { Work: { Resource: `${fn('remind').arn}:live` } } }),
}
const queue = { name: 'shop-dev-events', arn: arn('sqs', 'shop-dev-events') }
const topic = { name: 'shop-dev-notify', arn: arn('sns', 'shop-dev-notify') }

function drawn(more: object, rolePolicies: Record<string, string[]> = {}) {
  const stack = { ...emptyStack(at), functions: [fn('register'), fn('remind')], rolePolicies, ...more } as StackModel
  const { things, bonds } = architecture(stack)
  const name = (id: string) => things.find((thing) => thing.id === id)?.name
  return {
    things: things.map(({ kind, name }) => `${kind} ${name}`),
    bonds: bonds.map(({ from, to, kind, actions }) =>
      `${name(from)} ${kind} ${name(to)}: ${actions.join(' ')}`.trimEnd(),
    ),
  }
}

test('the routes of one path are one thing, and lead to their function', () => {
  const routes = ['GET /register', 'POST /register'].map((key) => ({ key, functionArn: `${fn('register').arn}:live` }))
  const { things, bonds } = architecture({
    ...emptyStack(at),
    functions: [fn('register')],
    api: { id: 'a', name: 'a', routes },
  } as unknown as StackModel)
  expect(things[0]).toMatchObject({ kind: 'route', name: '/register', detail: 'GET, POST' })
  expect(bonds).toMatchObject([{ kind: 'calls', to: fn('register').arn, actions: [] }])
})

test('a state machine calls the functions of its definition, and its policies say that it may', () => {
  const rolePolicies = { [roleOf('machine')]: [policy(allow(['lambda:InvokeFunction'], `${fn('remind').arn}:*`))] }
  expect(drawn({ stateMachines: [machine] }, rolePolicies)).toEqual({
    things: ['function remind', 'machine reminder'],
    bonds: ['reminder calls remind: lambda:InvokeFunction'],
  })
})

test('what a function may do is what its policies say: by pattern, by condition, and unless one of them denies it', () => {
  const rolePolicies = {
    [roleOf('register')]: [
      policy(
        allow(['dynamodb:GetItem', 'dynamodb:PutItem'], table.arn),
        allow(['dynamodb:DeleteItem'], '*', { Condition: { StringLike: { 'dynamodb:LeadingKeys': 'a*' } } }),
        allow(['dynamodb:Scan', 'xray:PutTraceSegments'], '*'),
        { Effect: 'Deny', Action: 'dynamodb:S*', Resource: '*' },
      ),
      policy(allow(['states:GetExecutionHistory'], arn('states', 'execution:shop-dev-reminder:*'))),
    ],
  }
  expect(drawn({ tables: [table], stateMachines: [{ ...machine, definition: '{}' }] }, rolePolicies).bonds).toEqual([
    'register may reminder: states:GetExecutionHistory',
    'register may customers: dynamodb:GetItem dynamodb:PutItem dynamodb:DeleteItem',
  ])
})

test('topics, queues, rules, alarms, mails and the Slack channel', () => {
  const deadLetters = { name: 'shop-dev-dead', arn: arn('sqs', 'shop-dev-dead') }
  const rule = arn('events', 'rule/failed')
  const { bonds } = drawn({
    stateMachines: [machine],
    topics: [topic],
    queues: [{ ...queue, redrive: { deadLetterTargetArn: deadLetters.arn, maxReceiveCount: 3 } }, deadLetters],
    subscriptions: [{ topicArn: topic.arn, queueArn: queue.arn }],
    eventSourceMappings: [{ queueArn: queue.arn, functionArn: `${fn('register').arn}:live` }],
    eventRules: [
      {
        name: 'failed',
        arn: rule,
        eventPattern: JSON.stringify({ detail: { stateMachineArn: [machine.arn] } }),
        targets: [{ arn: topic.arn }],
      },
    ],
    alarms: [{ okActions: [], alarmActions: [topic.arn], insufficientDataActions: [topic.arn] }],
    mailIdentities: ['example.com'],
    mailEventDestinations: [{ topicArn: topic.arn }],
    slackChannels: [{ name: 'shop-dev-slack', topicArns: [topic.arn] }],
  })
  expect(bonds).toEqual([
    'reminder calls remind:',
    'reminder calls failed:',
    'failed calls notify:',
    'notify calls events:',
    'events calls register:',
    'events calls dead:',
    'example.com calls notify:',
    '1 alarm calls notify:',
    'notify calls slack:',
  ])
})

test('from the stream of a table to a webhook: its function, the event bus, the rule, and both dead letters', () => {
  const bus = { name: 'shop-dev-events', arn: arn('events', 'event-bus/shop-dev-events') }
  const destination = { name: 'shop-dev-webhook', arn: arn('events', 'api-destination/shop-dev-webhook/1') }
  const [unannounced, dead] = ['unannounced', 'webhook-dead'].map((name) => ({ name, arn: arn('sqs', name) }))
  const rolePolicies = { [roleOf('register')]: [policy(allow(['events:PutEvents'], bus.arn))] }
  const more = {
    tables: [table],
    queues: [unannounced, dead],
    streamMappings: [
      {
        streamArn: `${table.arn}/stream/2026-11-28T00:00:00.000`,
        functionArn: `${fn('register').arn}:live`,
        onFailureArn: unannounced?.arn,
      },
    ],
    eventBuses: [bus, { name: 'idle', arn: arn('events', 'event-bus/idle') }],
    eventRules: [
      {
        name: 'to-webhook',
        arn: arn('events', 'rule/shop-dev-events/to-webhook'),
        busName: bus.name,
        eventPattern: '{"source":["shop"]}',
        targets: [{ arn: destination.arn, deadLettersArn: dead?.arn }],
      },
    ],
    apiDestinations: [{ ...destination, url: 'https://hooks.example.com/shop?key=secret' }],
  }
  expect(drawn(more, rolePolicies)).toEqual({
    things: [
      ...['function register', 'table customers', 'queue unannounced', 'queue webhook-dead'],
      ...['bus events', 'rule to-webhook', 'webhook webhook'],
    ],
    bonds: [
      'events calls to-webhook:',
      'to-webhook calls webhook:',
      'to-webhook calls webhook-dead:',
      'customers calls register:',
      'register calls unannounced:',
      'register may events: events:PutEvents',
    ],
  })
  const { things } = architecture({ ...emptyStack(at), ...more } as unknown as StackModel)
  expect(things.find(({ kind }) => kind === 'webhook')?.detail).toBe('hooks.example.com')
})

test('a thing that nothing calls, and that calls nothing, is not drawn', () => {
  expect(drawn({ tables: [table] })).toEqual({ things: [], bonds: [] })
})
