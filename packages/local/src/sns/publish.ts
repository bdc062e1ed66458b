import { randomUUID } from 'node:crypto'
import * as v from 'valibot'
import { AwsError } from '../gateway/aws-error.ts'
import { readInput } from '../gateway/input.ts'
import type { Topic } from '../system.ts'
import type { Message, Outbox } from './outbox.ts'

const PublishInput = v.object({
  TopicArn: v.string(),
  Message: v.string(),
  Subject: v.optional(v.string()),
  MessageStructure: v.optional(v.string()),
  MessageAttributes: v.optional(
    v.record(v.string(), v.object({ DataType: v.string(), StringValue: v.optional(v.string()) })),
    {},
  ),
})

const longestMessageBytes = 262_144

/** Publish: keeps the message and tells whoever listens to the topic. */
export function publish(topics: readonly Topic[], outbox: Outbox) {
  return async (input: object): Promise<{ MessageId: string }> => {
    const { TopicArn, Message, Subject, MessageStructure, MessageAttributes } = readInput(PublishInput, input)
    checkTopic(topics, TopicArn)
    if (Message === '') throw new AwsError('InvalidParameter', 'Invalid parameter: Empty message')
    if (Buffer.byteLength(Message) > longestMessageBytes) {
      throw new AwsError('InvalidParameter', 'Invalid parameter: Message too long')
    }
    // SNS wants printable ASCII here, because mail subscribers get it as a header.
    if (Subject !== undefined && !/^[\x21-\x7e][\x20-\x7e]{0,99}$/.test(Subject)) {
      throw new AwsError('InvalidParameter', 'Invalid parameter: Subject')
    }
    const message: Omit<Message, 'at'> = {
      id: randomUUID(),
      topicArn: TopicArn,
      message: MessageStructure === 'json' ? defaultOf(Message) : Message,
      attributes: Object.fromEntries(
        Object.entries(MessageAttributes).map(([name, { StringValue = '' }]) => [name, StringValue]),
      ),
      ...(Subject !== undefined && { subject: Subject }),
    }
    await outbox.publish(message)
    return { MessageId: message.id }
  }
}

/** @throws AwsError NotFound */
export function checkTopic(topics: readonly Topic[], arn: string): void {
  if (!topics.some((topic) => topic.arn === arn)) throw new AwsError('NotFound', 'Topic does not exist', 404)
}

/** With MessageStructure `json`, the message holds one text per protocol; `default` is for those without their own. */
function defaultOf(message: string): string {
  let perProtocol: unknown
  try {
    perProtocol = JSON.parse(message)
  } catch {
    throw new AwsError('InvalidParameter', 'Invalid parameter: Message Structure - JSON message body failed to parse')
  }
  const text = (perProtocol as { default?: unknown } | null)?.default
  if (typeof text === 'string') return text
  throw new AwsError('InvalidParameter', 'Invalid parameter: Message Structure - No default entry in JSON message body')
}
