import { permitsRoute, permitsRule, permitsSubscription } from './permits.ts'

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
  expect(permitsRule({ permissions, topics: [] }, rule, { id: 't', arn: `${fn}:live` })).toEqual({ allowed: true })
})

test.each([
  ['of the function, and not of its alias', permission(fn, events, ruleArn)],
  ['of another rule', permission(`${fn}:live`, events, `${ruleArn}-other`)],
  ['of another service', permission(`${fn}:live`, 's3.amazonaws.com', ruleArn)],
])('a permission %s does not allow the rule', (_, one) => {
  expect(permitsRule({ permissions: [one], topics: [] }, rule, { id: 't', arn: `${fn}:live` })).toMatchObject({
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
  expect(permitsRule({ permissions: [], topics: [topic] }, rule, target)).toEqual({ allowed: true })
  expect(permitsRule({ permissions: [], topics: [{ ...topic, policies: [] }] }, rule, target).allowed).toBe(false)
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
  const verdict = (...policies: string[]) => {
    const queue = {
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
})
