import type { StackModel } from '../core/stack-model.ts'
import { canPublish } from '../permissions/can-publish.ts'
import type { Outbox } from '../services/sns/outbox.ts'
import { Topics } from '../services/sns/topics.ts'
import { alarmsTo } from './publish-to-topics.ts'

const accountId = '000000000000'
const arn = `arn:aws:sns:eu-west-2:${accountId}:notify`
const source = { alarmArn: `arn:aws:cloudwatch:eu-west-2:${accountId}:alarm:failed`, atMs: 0 }
const granted = (Service: string, Action: string[]) =>
  JSON.stringify({ Statement: { Effect: 'Allow', Principal: { Service }, Action, Resource: '*' } })
const cloudWatch = 'cloudwatch.amazonaws.com'
const both = ['kms:Decrypt', 'kms:GenerateDataKey*']
const keyWith = (...policies: string[]) => ({
  name: 'alias/notify',
  arn: `arn:aws:kms:eu-west-2:${accountId}:key/1`,
  policies,
})

/** What CloudWatch gets when an alarm publishes, and what was published. */
async function tried(topic: Partial<StackModel['topics'][number]>) {
  const published: object[] = []
  const outbox = { publish: async (message: object) => void published.push(message) } as unknown as Outbox
  const topics = new Topics({ topics: [{ name: 'notify', arn, policies: [], ...topic }] }, outbox, canPublish)
  const notification = { subject: 'ALARM', message: '{}' }
  const error = await alarmsTo(topics, { accountId })(arn, notification, source).then(
    () => undefined,
    (error: Error) => error,
  )
  return { published, error }
}

test('an alarm is published if the topic and its key allow it', async () => {
  const { published, error } = await tried({ key: keyWith(granted(cloudWatch, both)) })
  expect(error).toBeUndefined()
  expect(published).toHaveLength(1)
})

test('a topic that does not allow it is refused in the words of AWS, with what is missing as the cause', async () => {
  const { published, error } = await tried({ policies: [granted('events.amazonaws.com', ['sns:Publish'])] })
  expect(published).toEqual([])
  expect(error?.message).toBe(`CloudWatch Alarms is not authorized to perform: SNS:Publish on resource:${arn}`)
  expect(error?.cause).toMatchObject({
    message: expect.stringContaining(`policy of ${arn} does not let ${cloudWatch}`),
  })
})

test.each([
  ['lacks a grant', keyWith(granted(cloudWatch, ['kms:Decrypt'])), 'do kms:GenerateDataKey*'],
  ['is managed by AWS', { name: 'alias/aws/sns', policies: [] }, 'a key that AWS manages'],
])('a topic whose key %s is refused in the words of AWS', async (_, key, cause) => {
  const { published, error } = await tried({ key })
  expect(published).toEqual([])
  expect(error?.message).toBe('CloudWatch Alarms does not have authorization to access the SNS topic encryption key.')
  expect(error?.cause).toMatchObject({ message: expect.stringContaining(cause) })
})

test('a topic that does not exist is not a refusal', async () => {
  const topics = new Topics({ topics: [] }, {} as Outbox, canPublish)
  await expect(alarmsTo(topics, { accountId })(arn, { subject: '', message: '' }, source)).rejects.toMatchObject({
    code: 'NotFound',
  })
})
