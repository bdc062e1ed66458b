import * as v from 'valibot'
import { readInput } from '../gateway/input.ts'
import type { System } from '../system.ts'
import { checkTopic } from './publish.ts'

const GetTopicAttributesInput = v.object({ TopicArn: v.string() })

/** GetTopicAttributes, as far as the Terraform says them. */
export function getTopicAttributes({ topics, accountId }: Pick<System, 'topics' | 'accountId'>) {
  return async (input: object) => {
    const { TopicArn } = readInput(GetTopicAttributesInput, input)
    checkTopic(topics, TopicArn)
    return {
      Attributes: new Map([
        ['TopicArn', TopicArn],
        ['Owner', accountId],
        ['DisplayName', ''],
      ]),
    }
  }
}
