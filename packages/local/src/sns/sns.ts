import type { Clock } from '../clock.ts'
import type { Service } from '../service.ts'
import type { Store } from '../store.ts'
import type { System } from '../system.ts'
import { getTopicAttributes } from './get-topic-attributes.ts'
import { listTopics } from './list-topics.ts'
import { Outbox } from './outbox.ts'
import { publish } from './publish.ts'

/** SNS: the topics of the system. What is published goes to the outbox and its listeners. */
export async function startSns({
  system,
  store,
  clock,
}: {
  system: Pick<System, 'topics' | 'accountId'>
  store: Store
  clock: Clock
}): Promise<Service & { outbox: Outbox }> {
  const outbox = await Outbox.open(store, clock)
  return {
    outbox,
    actions: {
      Publish: publish(system.topics, outbox),
      ListTopics: listTopics(system.topics),
      GetTopicAttributes: getTopicAttributes(system),
    },
  }
}
