import { readPolicy } from '@confirmation-reminder/iam/document'
import type { Clock } from '../../core/clock.ts'
import type { RecordMetrics } from '../../core/metrics.ts'
import type { Invoke, Service } from '../../core/service.ts'
import type { StackModel } from '../../core/stack-model.ts'
import type { Store } from '../../core/store.ts'
import { EventSource } from './event-source.ts'
import { receiving, sending, settling } from './message-actions.ts'
import { moving } from './move-tasks.ts'
import { Queue } from './queue.ts'
import { describing, finding } from './queue-actions.ts'
import { QueueMetrics } from './queue-metrics.ts'
import { Queues } from './queues.ts'

/**
 * SQS: the standard queues of the stack, and the functions that Lambda invokes with their messages.
 * - `roleOf`: the ARN of the role whose credentials these are; undefined for the developer.
 * - `setPolicies`: judges what is sent to a queue by these policies from now on.
 * - `endpointUrl`: the AWS endpoint, where the URLs of queues begin.
 */
export async function startSqs({
  stack,
  store,
  clock,
  invoke,
  roleOf = () => undefined,
  record = async () => {},
  setPolicies = (_, policies) => void policies.map(readPolicy),
  endpointUrl,
  log,
}: {
  stack: Pick<StackModel, 'queues' | 'eventSourceMappings' | 'accountId'>
  store: Store
  clock: Clock
  invoke: Invoke
  roleOf?: (accessKeyId: string) => string | undefined
  record?: RecordMetrics
  setPolicies?: (queueArn: string, policies: readonly string[]) => void
  endpointUrl: () => string
  log: (line: string) => void
}): Promise<
  Service & {
    queues: Queues
    /** Begins to invoke functions. */
    poll(): void
    /** Resolves when no message is visible for a function. */
    settled(): Promise<void>
    /** Resolves when the depths of the queues are recorded, for every minute until now. */
    measured(): Promise<void>
    stop(): Promise<void>
  }
> {
  const opened = await Promise.all(stack.queues.map((settings) => Queue.open(settings, store, clock)))
  const byName = new Map(opened.map((queue) => [queue.settings.name, queue]))
  const queues = new Queues(byName, { accountId: stack.accountId, roleOf, endpointUrl, setPolicies })
  const metrics = new QueueMetrics(clock, record)
  for (const queue of opened) metrics.watch(queue)
  const sources = stack.eventSourceMappings.flatMap((mapping) => {
    const queue = queues.byArn(mapping.queueArn)
    if (!queue) return []
    return [new EventSource(mapping, queue, { clock, invoke, deadLetters: queues.deadLettersOf(queue), log })]
  })
  const stopping = new AbortController()
  return {
    queues,
    actions: {
      ...finding(queues),
      ...describing(queues, clock.now()),
      ...sending(queues),
      ...receiving(queues, clock, stopping.signal),
      ...settling(queues),
      ...moving(queues, clock),
    },
    poll: () => {
      for (const source of sources) source.start()
    },
    settled: async () => {
      await Promise.all(sources.map((source) => source.settled()))
      await metrics.settled()
    },
    measured: () => metrics.settled(),
    stop: async () => {
      stopping.abort()
      for (const source of sources) source.stop()
      for (const queue of opened) queue.stop()
      await metrics.stop()
    },
  }
}
