import * as v from 'valibot'
import { AwsError } from '../../core/aws-error.ts'
import { parseJson } from '../../core/json.ts'
import type { Publisher } from '../../core/publisher.ts'
import type { StackModel, Topic } from '../../core/stack-model.ts'
import { queryAction } from '../../gateway/input.ts'
import { Pagination } from '../../gateway/pagination.ts'
import type { Topics } from './topics.ts'

const PublishInput = v.object({
  TopicArn: v.optional(v.string()),
  TargetArn: v.optional(v.string()),
  Message: v.string(),
  Subject: v.optional(v.string()),
  MessageStructure: v.optional(v.string()),
  MessageAttributes: v.optional(
    v.record(v.string(), v.object({ DataType: v.string(), StringValue: v.optional(v.string()) })),
    {},
  ),
})

const longestMessageBytes = 262_144

/**
 * Publish: writes the message, and delivers it to the listeners of the topic.
 * - `publisherOf`: who publishes; undefined for the developer.
 * - `log`: receives the reason if a publisher is not allowed to publish.
 */
export const publish = (
  topics: Topics,
  publisherOf: (accessKeyId: string) => Publisher | undefined,
  log: (line: string) => void,
) =>
  queryAction(PublishInput, async (input, caller): Promise<{ MessageId: string }> => {
    const { TargetArn, Message, Subject, MessageStructure, MessageAttributes, ...given } = input
    const TopicArn = given.TopicArn ?? TargetArn ?? refuseMissing()
    topics.find(TopicArn)
    if (Message === '') throw new AwsError('InvalidParameter', 'Invalid parameter: Empty message')
    if (Buffer.byteLength(Message) > longestMessageBytes) {
      throw new AwsError('InvalidParameter', 'Invalid parameter: Message too long')
    }
    // SNS wants printable ASCII here, because subscribers by mail receive it as a header.
    if (Subject !== undefined && !/^[\x21-\x7e][\x20-\x7e]{0,99}$/.test(Subject)) {
      throw new AwsError('InvalidParameter', 'Invalid parameter: Subject')
    }
    const publication = {
      topicArn: TopicArn,
      message: MessageStructure === 'json' ? defaultOf(Message) : Message,
      attributes: Object.fromEntries(
        Object.entries(MessageAttributes).map(([name, { StringValue = '' }]) => [name, StringValue]),
      ),
      ...(Subject !== undefined && { subject: Subject }),
    }
    const publisher = caller && publisherOf(caller.accessKeyId)
    const MessageId = await topics.publish(publication, publisher).catch((error: unknown) => {
      if (error instanceof AwsError && error.code === 'AuthorizationError')
        log(`SNS refused a message. ${error.message}`)
      throw error
    })
    return { MessageId }
  })

function refuseMissing(): never {
  const fault = 'TopicArn or TargetArn Reason: no value for required parameter'
  throw new AwsError('InvalidParameter', `Invalid parameter: ${fault}`)
}

/** With MessageStructure `json`, the message holds one text per protocol; `default` is for protocols without a text of their own. */
function defaultOf(message: string): string {
  let perProtocol: unknown
  try {
    perProtocol = parseJson(message)
  } catch {
    throw new AwsError('InvalidParameter', 'Invalid parameter: Message Structure - JSON message body failed to parse')
  }
  const text = (perProtocol as { default?: unknown } | null)?.default
  if (typeof text === 'string') return text
  throw new AwsError('InvalidParameter', 'Invalid parameter: Message Structure - No default entry in JSON message body')
}

const ListTopicsInput = v.object({ NextToken: v.optional(v.string()) })

// AWS's page size.
const topicsPerPage = 100
const pagination = new Pagination('InvalidParameter', 'Invalid parameter: NextToken')

/** ListTopics. */
export const listTopics = (topics: readonly Topic[]) =>
  queryAction(ListTopicsInput, async ({ NextToken }) => {
    const { items, next } = pagination.page(['ListTopics'], topics, { size: topicsPerPage, token: NextToken })
    return { Topics: items.map(({ arn }) => ({ TopicArn: arn })), ...(next !== undefined && { NextToken: next }) }
  })

const GetTopicAttributesInput = v.object({ TopicArn: v.string() })

/** GetTopicAttributes: those that the Terraform sets. */
export const getTopicAttributes = (topics: Topics, { accountId }: Pick<StackModel, 'accountId'>) =>
  queryAction(GetTopicAttributesInput, async ({ TopicArn }) => {
    const { key, policies } = topics.find(TopicArn)
    return {
      Attributes: new Map<string, string>([
        ['TopicArn', TopicArn],
        ['Owner', accountId],
        ['DisplayName', ''],
        ...(policies[0] === undefined ? [] : [['Policy', policies[0]] as const]),
        ...(key ? [['KmsMasterKeyId', key.arn ?? key.name] as const] : []),
      ]),
    }
  })
