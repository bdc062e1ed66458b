import type { Service } from '../../core/service.ts'
import type { StackModel } from '../../core/stack-model.ts'
import type { Surroundings } from './deliveries.ts'
import { Outbox } from './outbox.ts'
import { publish } from './publish.ts'
import { getTopicAttributes, listTopics } from './topic-actions.ts'
import { type Publisher, Topics } from './topics.ts'

/**
 * SNS: the topics of the system. What is published goes to the outbox, its listeners and the functions that subscribe.
 * - `publisherOf`: whose credentials these are; undefined for the developer's, who may publish.
 */
export async function startSns({
  system,
  publisherOf = () => undefined,
  ...surroundings
}: Surroundings & {
  system: Pick<StackModel, 'topics' | 'subscriptions' | 'accountId'>
  publisherOf?: (accessKeyId: string) => Publisher | undefined
}): Promise<Service & { outbox: Outbox; topics: Topics; settled(): Promise<void>; stop(): Promise<void> }> {
  const { log } = surroundings
  const outbox = await Outbox.open(system.subscriptions, surroundings)
  const topics = new Topics(system.topics, outbox)
  return {
    outbox,
    topics,
    actions: {
      Publish: publish(topics, publisherOf, log),
      ListTopics: listTopics(system.topics),
      GetTopicAttributes: getTopicAttributes(topics, system),
    },
    settled: () => outbox.deliveries.settled(),
    stop: () => outbox.deliveries.stop(),
  }
}
