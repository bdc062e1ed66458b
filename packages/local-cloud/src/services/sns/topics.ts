import { randomUUID } from 'node:crypto'
import { parseArn } from '@confirmation-reminder/contracts/arn'
import { AwsError } from '../../core/aws-error.ts'
import type { Acceptance, Publisher } from '../../core/publisher.ts'
import type { Caller } from '../../core/service.ts'
import type { StackModel, Topic } from '../../core/stack-model.ts'
import type { Message } from './message.ts'
import type { Outbox } from './outbox.ts'

/** A message and its topic. */
export type Publication = Pick<Message, 'topicArn' | 'message'> &
  Partial<Pick<Message, 'at' | 'subject' | 'attributes' | 'messageToQueues'>>

/** Decides whether the policies of a topic, and of its key, allow an AWS service to publish. */
export type CanPublish = (delivery: Publisher & { topic: Topic }) => Acceptance

/** A message that the policies of a topic, or of its key, do not let a service publish. The sentence names the missing grant. */
export class PublishRefused extends AwsError {
  constructor(
    readonly refusedBy: 'topic' | 'key',
    why: string,
  ) {
    super('AuthorizationError', why, 403)
  }
}

/** The topics of the stack: they accept what their policies, and those of their keys, allow. */
export class Topics {
  constructor(
    private readonly stack: Pick<StackModel, 'topics'>,
    private readonly outbox: Outbox,
    private readonly canPublish: CanPublish,
  ) {}

  /**
   * Keeps the message and passes it to the listeners. Without a publisher, it may be published.
   * Returns the id of the message.
   * @throws AwsError `NotFound`, or PublishRefused
   */
  async publish({ attributes = {}, ...publication }: Publication, publisher?: Publisher): Promise<string> {
    const topic = this.find(publication.topicArn)
    const accepted = publisher ? this.canPublish({ ...publisher, topic }) : { allowed: true as const }
    if (!accepted.allowed) throw new PublishRefused(accepted.refusedBy, accepted.why)
    const id = randomUUID()
    await this.outbox.publish({ id, attributes, ...publication })
    return id
  }

  /** @throws AwsError `NotFound`, or `InvalidParameter` if it is not an ARN of the Region for which the caller signed */
  find(arn: string, caller?: Pick<Caller, 'region'>): Topic {
    const elements = arn.split(':').length
    if (elements < 6) {
      const fault = `TopicArn Reason: An ARN must have at least 6 elements, not ${elements}`
      throw new AwsError('InvalidParameter', `Invalid parameter: ${fault}`)
    }
    if (caller && parseArn(arn).region !== caller.region) {
      throw new AwsError('InvalidParameter', 'Invalid parameter: TopicArn')
    }
    const topic = this.stack.topics.find((one) => one.arn === arn)
    if (!topic) throw new AwsError('NotFound', 'Topic does not exist', 404)
    return topic
  }
}
