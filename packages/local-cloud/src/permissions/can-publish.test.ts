import { canPublish, type Delivery } from './can-publish.ts'

const account = '000000000000'
const arn = `arn:aws:sns:eu-central-1:${account}:notify`
const alarmArn = `arn:aws:cloudwatch:eu-central-1:${account}:alarm:confirmation-reminder-dev-failed`
const name = 'alias/confirmation-reminder-dev-notify'
const cloudWatch = { service: 'cloudwatch.amazonaws.com' }
const events = { service: 'events.amazonaws.com' }

const policy = (...statements: object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements })
const mine = { StringEquals: { 'aws:SourceAccount': account } }
const publishing = (Service: string) => ({
  Sid: 'Publishers',
  Effect: 'Allow',
  Principal: { Service },
  Action: 'sns:Publish',
  Resource: arn,
  Condition: mine,
})
const encrypting = (Service: string, Action: string[], Condition?: object) => ({
  Effect: 'Allow',
  Principal: { Service },
  Action,
  Resource: '*',
  ...(Condition && { Condition }),
})
const both = ['kms:Decrypt', 'kms:GenerateDataKey*']
const key = (...statements: object[]) => ({
  name,
  arn: `arn:aws:kms:eu-central-1:${account}:key/1`,
  policies: [policy(...statements)],
})

const alarm = (topic: Partial<Delivery['topic']>): Delivery => ({
  publisher: cloudWatch,
  topic: { arn, policies: [policy(publishing(cloudWatch.service))], ...topic },
  sourceAccount: account,
  sourceArn: alarmArn,
})
const why = (delivery: Delivery) => {
  const verdict = canPublish(delivery)
  return verdict.allowed ? 'allowed' : verdict.why
}

test('an alarm reaches a topic whose policy and key allow CloudWatch', () => {
  expect(canPublish(alarm({ key: key(encrypting(cloudWatch.service, both, mine)) }))).toEqual({ allowed: true })
  expect(canPublish(alarm({}))).toEqual({ allowed: true })
})

test("a topic without a policy of its own has SNS's default, which allows the account's alarms but not its rules", () => {
  expect(canPublish(alarm({ policies: [] })).allowed).toBe(true)
  expect(canPublish({ ...alarm({ policies: [] }), publisher: events }).allowed).toBe(false)
})

test('a topic policy without CloudWatch is named, with the impact', () => {
  expect(why(alarm({ policies: [policy(publishing(events.service))] }))).toBe(
    `The policy of ${arn} does not let cloudwatch.amazonaws.com do sns:Publish. Without it the alarm does not reach its subscribers.`,
  )
})

test.each([
  ['kms:GenerateDataKey*', ['kms:Decrypt']],
  ['kms:Decrypt', ['kms:GenerateDataKey*']],
])('a key policy without %s is named, with the impact', (missing, granted) => {
  expect(why(alarm({ key: key(encrypting(cloudWatch.service, granted)) }))).toBe(
    `The policy of key ${name} does not let cloudwatch.amazonaws.com do ${missing}. Without it the alarm does not reach its subscribers.`,
  )
})

test("a key with KMS's default policy allows no service", () => {
  expect(why(alarm({ key: { ...key(), policies: [] } }))).toContain('cloudwatch.amazonaws.com do kms:GenerateDataKey*')
})

test.each([cloudWatch, events])(
  'a topic encrypted with the AWS-managed key gets nothing from $service',
  (publisher) => {
    for (const name of ['alias/aws/sns', `arn:aws:kms:eu-central-1:${account}:alias/aws/sns`]) {
      const policies = [policy(publishing(publisher.service))]
      expect(why({ ...alarm({ policies, key: { name, policies: [] } }), publisher })).toMatch(/a key that AWS manages/)
    }
  },
)

test('EventBridge does not pass the rule on to KMS, so a key with a condition on the account refuses it', () => {
  const topic = (Condition?: object) => ({
    policies: [policy(publishing(events.service))],
    key: key(encrypting(events.service, both, Condition)),
  })
  expect(canPublish({ ...alarm(topic()), publisher: events })).toEqual({ allowed: true })
  expect(why({ ...alarm(topic(mine)), publisher: events })).toMatch(/wants 000000000000.*does not include it/)
})
