import * as v from 'valibot'
import type { StackModel, Topic } from '../../core/stack-model.ts'
import { queryAction } from '../../gateway/input.ts'
import { Pagination } from '../../gateway/pagination.ts'
import type { Topics } from './topics.ts'

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
