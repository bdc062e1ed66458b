import { randomUUID } from 'node:crypto'
import * as v from 'valibot'
import { AwsError } from '../../core/aws-error.ts'
import type { Clock } from '../../core/clock.ts'
import type { Action } from '../../core/service.ts'
import { queueAction, whole } from '../../gateway/input.ts'
import type { Queues } from './queues.ts'

interface Task {
  TaskHandle?: string
  Status: 'COMPLETED'
  SourceArn: string
  DestinationArn?: string
  MaxNumberOfMessagesPerSecond?: number
  ApproximateNumberOfMessagesMoved: number
  ApproximateNumberOfMessagesToMove: number
  StartedTimestamp: number
}

const StartInput = v.object({
  SourceArn: v.string(),
  DestinationArn: v.optional(v.string()),
  MaxNumberOfMessagesPerSecond: v.optional(whole(1, 500)),
})
const ListInput = v.object({ SourceArn: v.string(), MaxResults: v.optional(whole(1, 10), 1) })

/**
 * StartMessageMoveTask and ListMessageMoveTasks: the messages of a dead-letter queue go back to where they came from, or to
 * another queue. On AWS a task takes its time; here it ends before its start is answered.
 */
export function moving(queues: Queues, clock: Clock): Record<string, Action> {
  const tasks: Task[] = []
  const find = (arn: string) => {
    const queue = queues.byArn(arn)
    if (!queue)
      throw new AwsError('ResourceNotFoundException', `The resource that you specified (${arn}) does not exist.`, 404)
    return queue
  }
  return {
    StartMessageMoveTask: queueAction(StartInput, async (input) => {
      const { SourceArn, DestinationArn, MaxNumberOfMessagesPerSecond } = input
      const source = find(SourceArn)
      const origins = queues.sourcesOf(source)
      const [origin] = origins
      if (!origin) {
        throw new AwsError('UnsupportedOperation', 'Source queue must be configured as a Dead Letter Queue.')
      }
      if (DestinationArn === undefined && origins.length > 1) {
        throw new AwsError(
          'UnsupportedOperation',
          'The local cloud needs a DestinationArn if several queues share the dead-letter queue.',
        )
      }
      const destination = DestinationArn === undefined ? origin : find(DestinationArn)
      const { visible } = source.depth()
      const moved = await source.moveTo(destination, visible)
      tasks.unshift({
        Status: 'COMPLETED',
        SourceArn,
        ...(DestinationArn !== undefined && { DestinationArn }),
        ...(MaxNumberOfMessagesPerSecond !== undefined && { MaxNumberOfMessagesPerSecond }),
        ApproximateNumberOfMessagesMoved: moved,
        ApproximateNumberOfMessagesToMove: visible,
        StartedTimestamp: clock.now(),
      })
      return {
        TaskHandle: Buffer.from(JSON.stringify({ taskId: randomUUID(), sourceArn: SourceArn })).toString('base64'),
      }
    }),
    ListMessageMoveTasks: queueAction(ListInput, async ({ SourceArn, MaxResults }) => {
      find(SourceArn)
      return { Results: tasks.filter((task) => task.SourceArn === SourceArn).slice(0, MaxResults) }
    }),
  }
}
