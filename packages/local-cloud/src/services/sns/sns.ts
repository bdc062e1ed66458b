import type { Service } from '../../core/service.ts'
import type { StackModel } from '../../core/stack-model.ts'
import { getTopicAttributes, listTopics, publish } from './actions.ts'
import type { Dependencies } from './deliveries.ts'
import { Outbox } from './outbox.ts'
import { type CanPublish, Topics } from './topics.ts'

/**
 * SNS: the topics of the stack. Published messages go to the outbox, its listeners and the subscribed queues.
 * - `canPublish`: whether policies let an AWS service publish.
 */
export async function startSns({
  stack,
  canPublish,
  ...dependencies
}: Dependencies & {
  stack: Pick<StackModel, 'topics' | 'subscriptions' | 'accountId' | 'region'>
  canPublish: CanPublish
}): Promise<Service & { outbox: Outbox; topics: Topics; settled(): Promise<void>; stop(): Promise<void> }> {
  const outbox = await Outbox.open(stack.subscriptions, dependencies)
  const topics = new Topics(stack, outbox, canPublish)
  return {
    outbox,
    topics,
    actions: {
      Publish: publish(topics),
      ListTopics: listTopics(stack.topics),
      GetTopicAttributes: getTopicAttributes(topics, stack),
    },
    settled: () => outbox.deliveries.settled(),
    stop: () => outbox.deliveries.stop(),
  }
}
