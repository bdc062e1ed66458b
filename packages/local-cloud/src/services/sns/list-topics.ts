import { AwsError } from '../../core/aws-error.ts'
import type { Topic } from '../../core/stack-model.ts'

const pageSize = 100

/** ListTopics: pages of a hundred; the token is the number of topics before the page. */
export function listTopics(topics: readonly Topic[]) {
  return async ({ NextToken = '0' }: { NextToken?: string }) => {
    const start = Number(NextToken)
    if (!Number.isInteger(start) || start < 0) throw new AwsError('InvalidParameter', 'Invalid parameter: NextToken')
    const next = start + pageSize
    return {
      Topics: topics.slice(start, next).map(({ arn }) => ({ TopicArn: arn })),
      ...(next < topics.length && { NextToken: String(next) }),
    }
  }
}
