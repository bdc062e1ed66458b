import { parseArn } from '@confirmation-reminder/contracts/arn'
import * as v from 'valibot'
import { AwsError } from '../../core/aws-error.ts'
import { memberOf, parseJson } from '../../core/json.ts'
import { bytesOf } from '../../core/message-attribute.ts'
import type { StackModel, Topic } from '../../core/stack-model.ts'
import { queryAction } from '../../gateway/input.ts'
import { Pagination } from '../../gateway/pagination.ts'
import { checkedAttributes, MessageAttributes } from './message-attributes.ts'
import type { Topics } from './topics.ts'

const PublishInput = v.object({
  TopicArn: v.optional(v.string()),
  TargetArn: v.optional(v.string()),
  Message: v.string(),
  Subject: v.optional(v.string()),
  MessageStructure: v.optional(v.string()),
  MessageDeduplicationId: v.optional(v.string()),
  MessageAttributes,
})

// Together with its attributes.
const longestMessageBytes = 262_144

/** Publish: writes the message, and delivers it to the listeners of the topic. */
export const publish = (topics: Topics) =>
  queryAction(PublishInput, async (input, caller): Promise<{ MessageId: string }> => {
    const { TargetArn, Message, Subject, MessageStructure } = input
    const TopicArn = input.TopicArn ?? TargetArn ?? refuseMissing()
    if (isEndpoint(TopicArn)) throw invalid('TargetArn Reason: No endpoint found for the target arn specified')
    topics.find(TopicArn, caller)
    if (Message === '') throw invalid('Empty message')
    if (input.MessageDeduplicationId !== undefined) throw invalid(forFifoTopics)
    const attributes = checkedAttributes(input.MessageAttributes)
    if (Buffer.byteLength(Message) + bytesOf(attributes) > longestMessageBytes) throw invalid('Message too long')
    // SNS wants printable ASCII here, because subscribers by mail receive it as a header.
    if (Subject !== undefined && !/^[\x21-\x7e][\x20-\x7e]{0,99}$/.test(Subject)) throw invalid('Subject')
    const publication = {
      topicArn: TopicArn,
      ...(MessageStructure === 'json' ? perProtocol(Message) : { message: Message }),
      attributes,
      ...(Subject !== undefined && { subject: Subject }),
    }
    return { MessageId: await topics.publish(publication) }
  })

const forFifoTopics =
  'MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type'

function refuseMissing(): never {
  throw invalid('TopicArn or TargetArn Reason: no value for required parameter')
}

/** Of a mobile app. No stack has any. */
const isEndpoint = (arn: string) => parseArn(arn).resource.startsWith('endpoint/')

const invalid = (fault: string) => new AwsError('InvalidParameter', `Invalid parameter: ${fault}`)

/** With MessageStructure `json`, the message holds one text per protocol; `default` is for protocols without a text of their own. */
function perProtocol(message: string): { message: string; messageToQueues?: string } {
  let texts: unknown
  try {
    texts = parseJson(message)
  } catch {
    throw invalid('Message Structure - JSON message body failed to parse')
  }
  const [byDefault, toQueues] = ['default', 'sqs'].map((protocol) => memberOf(texts, protocol))
  if (typeof byDefault !== 'string') throw invalid('Message Structure - No default entry in JSON message body')
  return { message: byDefault, ...(typeof toQueues === 'string' && { messageToQueues: toQueues }) }
}

const ListTopicsInput = v.object({ NextToken: v.optional(v.string()) })

// AWS's page size.
const topicsPerPage = 100
const pagination = new Pagination('InvalidParameter', 'Invalid parameter: NextToken')

/** ListTopics: those of the Region for which the caller signed. */
export const listTopics = (topics: readonly Topic[]) =>
  queryAction(ListTopicsInput, async ({ NextToken }, caller) => {
    const inRegion = topics.filter(({ arn }) => !caller || parseArn(arn).region === caller.region)
    const { items, next } = pagination.page(['ListTopics'], inRegion, { size: topicsPerPage, token: NextToken })
    return { Topics: items.map(({ arn }) => ({ TopicArn: arn })), ...(next !== undefined && { NextToken: next }) }
  })

const GetTopicAttributesInput = v.object({ TopicArn: v.string() })

/** GetTopicAttributes: those that the Terraform sets. */
export const getTopicAttributes = (topics: Topics, { accountId }: Pick<StackModel, 'accountId'>) =>
  queryAction(GetTopicAttributesInput, async ({ TopicArn }, caller) => {
    const { key, policies, displayName = '' } = topics.find(TopicArn, caller)
    return {
      Attributes: new Map<string, string>([
        ['TopicArn', TopicArn],
        ['Owner', accountId],
        ['DisplayName', displayName],
        ...(policies[0] === undefined ? [] : [['Policy', policies[0]] as const]),
        ...(key ? [['KmsMasterKeyId', key.arn ?? key.name] as const] : []),
      ]),
    }
  })
