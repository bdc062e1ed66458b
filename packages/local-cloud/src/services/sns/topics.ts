import { randomUUID } from 'node:crypto'
import type { Verdict } from '@confirmation-reminder/iam/allows'
import { AwsError } from '../../core/aws-error.ts'
import type { Publisher } from '../../core/publisher.ts'
import type { Topic } from '../../core/stack-model.ts'
import type { Message } from './message.ts'
import type { Outbox } from './outbox.ts'

/** A message and its topic. */
export type Publication = Pick<Message, 'topicArn' | 'message'> &
  Partial<Pick<Message, 'at' | 'subject' | 'attributes'>>

/** Decides whether the policies of a topic, and of its key, allow a publisher to publish. */
export type CanPublish = (delivery: Publisher & { topic: Topic }) => Verdict

/** The topics of the stack: they accept what their policies, and those of their keys, allow. */
export class Topics {
  constructor(
    private readonly topics: readonly Topic[],
    private readonly outbox: Outbox,
    private readonly canPublish: CanPublish,
  ) {}

  /**
   * Keeps the message and passes it to the listeners. Without a publisher, the developer publishes, and may do so.
   * Returns the id of the message.
   * @throws AwsError `NotFound`, or `AuthorizationError` with a sentence that names the missing grant
   */
  async publish({ attributes = {}, ...publication }: Publication, publisher?: Publisher): Promise<string> {
    const topic = this.find(publication.topicArn)
    const verdict = publisher ? this.canPublish({ ...publisher, topic }) : { allowed: true as const }
    if (!verdict.allowed) throw new AwsError('AuthorizationError', verdict.why, 403)
    const id = randomUUID()
    await this.outbox.publish({ id, attributes, ...publication })
    return id
  }

  /** @throws AwsError `NotFound`, or `InvalidParameter` if it is not an ARN */
  find(arn: string): Topic {
    const elements = arn.split(':').length
    if (elements < 6) {
      const fault = `TopicArn Reason: An ARN must have at least 6 elements, not ${elements}`
      throw new AwsError('InvalidParameter', `Invalid parameter: ${fault}`)
    }
    const topic = this.topics.find((one) => one.arn === arn)
    if (!topic) throw new AwsError('NotFound', 'Topic does not exist', 404)
    return topic
  }
}
