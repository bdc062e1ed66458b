import type { EncryptionKey, StackModel } from '../core/stack-model.ts'
import { permitsEvents, permitsRoute, permitsRule, permitsSubscription } from './permits.ts'

const accountId = '000000000000'
const region = 'eu-central-1'
const fn = `arn:aws:lambda:${region}:${accountId}:function:failures`
const ruleArn = `arn:aws:events:${region}:${accountId}:rule/failed-runs`
const apiArn = `arn:aws:execute-api:${region}:${accountId}:abc`
const permission = (functionArn: string, Service: string, sourceArn: string) => ({
  functionArn,
  policy: JSON.stringify({
    Statement: {
      Effect: 'Allow',
      Principal: { Service },
      Action: 'lambda:InvokeFunction',
      Resource: functionArn,
      Condition: { ArnLike: { 'AWS:SourceArn': sourceArn } },
    },
  }),
})
const rule = { name: 'failed-runs', arn: ruleArn, eventPattern: '{}', enabled: true, targets: [] }
const events = 'events.amazonaws.com'

test('a rule reaches the alias that permits it', () => {
  const permissions = [permission(`${fn}:live`, events, ruleArn)]
  expect(permitsRule({ permissions, topics: [], queues: [] }, rule, { id: 't', arn: `${fn}:live` })).toEqual({
    allowed: true,
  })
})

test.each([
  ['of the function, and not of its alias', permission(fn, events, ruleArn)],
  ['of another rule', permission(`${fn}:live`, events, `${ruleArn}-other`)],
  ['of another service', permission(`${fn}:live`, 's3.amazonaws.com', ruleArn)],
])('a permission %s does not allow the rule', (_, one) => {
  expect(
    permitsRule({ permissions: [one], topics: [], queues: [] }, rule, { id: 't', arn: `${fn}:live` }),
  ).toMatchObject({
    allowed: false,
    why: expect.stringContaining('lambda:InvokeFunction'),
  })
})

test('a topic decides by its own policy', () => {
  const arn = `arn:aws:sns:${region}:${accountId}:notify`
  const policy = JSON.stringify({
    Statement: { Effect: 'Allow', Principal: { Service: events }, Action: 'sns:Publish', Resource: arn },
  })
  const target = { id: 't', arn }
  const topic = { name: 'notify', arn, policies: [policy] }
  expect(permitsRule({ permissions: [], topics: [topic], queues: [] }, rule, target)).toEqual({ allowed: true })
  expect(permitsRule({ permissions: [], topics: [{ ...topic, policies: [] }], queues: [] }, rule, target).allowed).toBe(
    false,
  )
})

test('a queue decides by its own policy, as a target and for dead letters', () => {
  const arn = `arn:aws:sqs:${region}:${accountId}:heard`
  const policyFor = (sourceArn: string) =>
    JSON.stringify({
      Statement: {
        ...{ Effect: 'Allow', Principal: { Service: events }, Action: 'sqs:SendMessage', Resource: arn },
        Condition: { ArnEquals: { 'aws:SourceArn': sourceArn } },
      },
    })
  const queueWith = (...policies: string[]) => [{ name: 'heard', arn, policies } as StackModel['queues'][number]]
  for (const [queues, allowed] of [
    [queueWith(policyFor(ruleArn)), true],
    [queueWith(policyFor(`${ruleArn}-other`)), false],
    [queueWith(), false],
  ] as const) {
    const stack = { permissions: [], topics: [], queues: [...queues] }
    expect(permitsRule(stack, rule, { id: 't', arn }).allowed).toBe(allowed)
    expect(permitsEvents(stack, ruleArn, arn).allowed).toBe(allowed)
  }
})

test.each([
  ['POST /registrations', '*/POST/registrations', true],
  ['ANY /registrations', '*/*/registrations', true],
  ['GET /registrations', '*/POST/registrations', false],
  ['POST /other', '*/POST/registrations', false],
  ['$default', '*/$default', true],
])('a route %s is allowed by %s: %s', (key, source, allowed) => {
  const permissions = [permission(fn, 'apigateway.amazonaws.com', `${apiArn}/${source}`)]
  const stack = { region, accountId, permissions, api: { id: 'abc', name: 'api', routes: [] } }
  expect(permitsRoute(stack, { key, functionArn: fn }).allowed).toBe(allowed)
})

describe('a queue', () => {
  const topicArn = `arn:aws:sns:${region}:${accountId}:mail-events`
  const queueArn = `arn:aws:sqs:${region}:${accountId}:mail-events`
  const sending = (Service: string, SourceArn: string) =>
    JSON.stringify({
      Statement: {
        Effect: 'Allow',
        Principal: { Service },
        Action: 'sqs:SendMessage',
        Resource: queueArn,
        Condition: { StringEquals: { 'aws:SourceArn': SourceArn } },
      },
    })
  const verdict = (...policies: string[]) => encryptedVerdict(undefined, ...policies)
  const encryptedVerdict = (key: EncryptionKey | undefined, ...policies: string[]) => {
    const queue = {
      ...(key && { key }),
      ...{ name: 'mail-events', arn: queueArn, policies, tags: {} },
      ...{ visibilityTimeoutSeconds: 30, retentionSeconds: 60, delaySeconds: 0, receiveWaitSeconds: 0 },
      maximumMessageBytes: 1024,
    }
    return permitsSubscription({ queues: [queue] }, topicArn, queueArn)
  }

  test('takes the messages of a topic that its policy names', () => {
    expect(verdict(sending('sns.amazonaws.com', topicArn))).toEqual({ allowed: true })
  })

  test.each([
    ['has no policy', []],
    ['names another topic', [sending('sns.amazonaws.com', `${topicArn}-other`)]],
    ['names another service', [sending('events.amazonaws.com', topicArn)]],
  ])('takes none if it %s', (_, policies) => {
    expect(verdict(...policies)).toMatchObject({ allowed: false, why: expect.stringContaining('sqs:SendMessage') })
  })

  const key = (Action: string[], Service = 'sns.amazonaws.com', more: object = {}) => ({
    name: 'alias/jobs',
    arn: `arn:aws:kms:${region}:${accountId}:key/jobs`,
    policies: [
      JSON.stringify({ Statement: { Effect: 'Allow', Principal: { Service }, Action, Resource: '*', ...more } }),
    ],
  })
  const both = ['kms:GenerateDataKey*', 'kms:Decrypt']
  const sent = sending('sns.amazonaws.com', topicArn)

  test('that is encrypted also needs a key whose policy allows SNS', () => {
    expect(encryptedVerdict(key(both), sent)).toEqual({ allowed: true })
    for (const missing of both) {
      expect(encryptedVerdict(key(both.filter((one) => one !== missing)), sent)).toEqual({
        allowed: false,
        why: `The policy of key alias/jobs does not let sns.amazonaws.com do ${missing}. Without it messages of the topic do not reach the queue.`,
      })
    }
    expect(encryptedVerdict(key(both, 'events.amazonaws.com'), sent).allowed).toBe(false)
    expect(encryptedVerdict({ ...key(both), policies: [] }, sent).allowed).toBe(false)
    expect(encryptedVerdict(key(both)).allowed).toBe(false)
  })

  test('that is encrypted with a key that AWS manages gets nothing of a topic', () => {
    expect(encryptedVerdict({ name: 'alias/aws/sqs', policies: [] }, sent)).toMatchObject({
      allowed: false,
      why: expect.stringContaining(`The queue ${queueArn} is encrypted with alias/aws/sqs, a key that AWS manages`),
    })
  })
})
