import type { Clock } from '../clock.ts'
import type { Service } from '../service.ts'
import type { Store } from '../store.ts'
import type { System } from '../system.ts'
import { getTopicAttributes } from './get-topic-attributes.ts'
import { listTopics } from './list-topics.ts'
import { Outbox } from './outbox.ts'
import { publish } from './publish.ts'
import { type Publisher, Topics } from './topics.ts'

/**
 * SNS: the topics of the system. What is published goes to the outbox and its listeners.
 * - `publisherOf`: whose credentials these are; undefined for the developer's, who may publish.
 */
export async function startSns({
  system,
  store,
  clock,
  publisherOf = () => undefined,
  log = () => {},
}: {
  system: Pick<System, 'topics' | 'accountId'>
  store: Store
  clock: Clock
  publisherOf?: (accessKeyId: string) => Publisher | undefined
  log?: (line: string) => void
}): Promise<Service & { outbox: Outbox; topics: Topics }> {
  const outbox = await Outbox.open(store, clock)
  const topics = new Topics(system.topics, outbox)
  return {
    outbox,
    topics,
    actions: {
      Publish: publish(topics, publisherOf, log),
      ListTopics: listTopics(system.topics),
      GetTopicAttributes: getTopicAttributes(topics, system),
    },
  }
}
