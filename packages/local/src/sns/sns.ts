import type { Service } from '../service.ts'
import type { System } from '../system.ts'
import type { Surroundings } from './deliveries.ts'
import { getTopicAttributes } from './get-topic-attributes.ts'
import { listTopics } from './list-topics.ts'
import { Outbox } from './outbox.ts'
import { publish } from './publish.ts'

/** SNS: the topics of the system. What is published goes to the outbox, its listeners and the functions that subscribe. */
export async function startSns({
  system,
  ...surroundings
}: Surroundings & { system: Pick<System, 'topics' | 'subscriptions' | 'accountId'> }): Promise<
  Service & { outbox: Outbox; settled(): Promise<void>; stop(): Promise<void> }
> {
  const outbox = await Outbox.open(system.subscriptions, surroundings)
  return {
    outbox,
    actions: {
      Publish: publish(system.topics, outbox),
      ListTopics: listTopics(system.topics),
      GetTopicAttributes: getTopicAttributes(system),
    },
    settled: () => outbox.deliveries.settled(),
    stop: () => outbox.deliveries.stop(),
  }
}
