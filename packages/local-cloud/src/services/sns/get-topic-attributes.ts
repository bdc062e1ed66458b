import * as v from 'valibot'
import type { System } from '../../core/stack-model.ts'
import { readInput } from '../../gateway/input.ts'
import type { Topics } from './topics.ts'

const GetTopicAttributesInput = v.object({ TopicArn: v.string() })

/** GetTopicAttributes, as far as the Terraform says them. */
export function getTopicAttributes(topics: Topics, { accountId }: Pick<System, 'accountId'>) {
  return async (input: object) => {
    const { TopicArn } = readInput(GetTopicAttributesInput, input)
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
  }
}
