import type { Clock } from '../../core/clock.ts'
import { type Due, DurableQueue } from '../../core/durable-queue.ts'
import type { StackModel } from '../../core/stack-model.ts'
import type { Store } from '../../core/store.ts'
import { mailEvent } from '../../faults/fault-rules.ts'
import { Faults } from '../../faults/faults.ts'
import type { SentMail } from './mail.ts'
import { eventsOf, type MailEvent, mailMember } from './mail-event.ts'

/** An event and its topic. */
export interface Publication {
  configurationSet: string
  topicArn: string
  /** JSON text. */
  message: string
}

export type EventSettings = Pick<StackModel, 'region' | 'accountId' | 'mailEventDestinations'>

// The topic accepts them faster than any function behind it.
const atOnce = 4
// After the last event of a mail, so that it is certainly out of order.
const reorderedMs = 1_000

/** The events of SES: for each mail through a configuration set with a destination, published a moment later. */
export function mailEvents({
  stack,
  store,
  clock,
  publish,
  faults = new Faults(),
  log,
}: {
  stack: EventSettings
  store: Store
  clock: Clock
  publish: (publication: Publication) => Promise<void>
  faults?: Faults
  log: (line: string) => void
}) {
  const queue = new DurableQueue<Publication>({
    store,
    name: 'mail-events',
    clock,
    atOnce,
    work: async (publication) => void (await publish(publication)),
    log,
  })

  function publicationsOf(mail: SentMail): Due<Publication>[] {
    const destinations = stack.mailEventDestinations.filter(
      ({ configurationSet }) => configurationSet === mail.configurationSet,
    )
    if (destinations.length === 0) return []
    const events = eventsOf(mail)
    const lastMs = Math.max(...events.map(({ afterMs }) => afterMs))
    const member = mailMember(mail, stack)
    return destinations.flatMap(({ configurationSet, topicArn, eventTypes }) =>
      events
        .filter(({ type }) => eventTypes.includes(type))
        .flatMap((event) => {
          const message = { ...event.content, mail: member }
          const publication = { configurationSet, topicArn, message: JSON.stringify(message) }
          return delays(event, message, lastMs).map((afterMs) => ({
            dueMs: Date.parse(mail.at) + afterMs,
            value: publication,
          }))
        }),
    )
  }

  /** The delays after which an event is published: one, unless a fault drops, delays or doubles it. */
  function delays({ afterMs }: MailEvent, message: object, lastMs: number): number[] {
    const fault = faults.next({ ...mailEvent, input: message })
    switch (fault?.kind) {
      case 'delay':
        return [afterMs + (fault.delaySeconds ?? 0) * 1000]
      case 'duplicate':
        return [afterMs, afterMs]
      case 'reorder':
        return [lastMs + reorderedMs]
      case 'lose':
        return []
      default:
        return [afterMs]
    }
  }

  return { queue, of: (mail: SentMail) => queue.enqueue(publicationsOf(mail)) }
}

export type MailEvents = ReturnType<typeof mailEvents>
