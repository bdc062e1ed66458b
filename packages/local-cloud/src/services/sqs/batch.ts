import * as v from 'valibot'
import { AwsError } from '../../core/aws-error.ts'
import type { Action, Caller } from '../../core/service.ts'
import { checkJsonTypes, queueAction } from '../../gateway/input.ts'
import type { Queue } from './queue.ts'
import type { Queues } from './queues.ts'

const Input = v.object({
  QueueUrl: v.optional(v.string()),
  Entries: v.optional(v.array(v.looseObject({ Id: v.string() })), []),
})

const mostEntries = 10

/**
 * An action on several messages. Each entry succeeds or fails for itself; only a batch that is wrong as a whole is
 * refused.
 * @param action the single action, for messages
 * @param checkAll throws an AwsError for a batch that is wrong as a whole
 */
export function batch<const S extends v.GenericSchema>(
  queues: Queues,
  action: string,
  schema: S,
  act: (queue: Queue, entry: v.InferOutput<S>, caller?: Caller) => Promise<object>,
  checkAll: (entries: readonly object[]) => void = () => {},
): Action {
  return queueAction(Input, async ({ QueueUrl, Entries }, caller) => {
    // AWS reads the whole request before it looks at any entry.
    for (const entry of Entries) checkJsonTypes(schema, entry)
    const queue = queues.for(QueueUrl)
    const ids = Entries.map(({ Id }) => Id)
    checkIds(action, ids)
    checkAll(Entries)
    const Successful: object[] = []
    const Failed: object[] = []
    const one = queueAction(schema, (entry) => act(queue, entry, caller))
    // In their order, which is the order of the messages.
    for (const { Id, ...entry } of Entries) {
      try {
        Successful.push({ Id, ...(await one(entry)) })
      } catch (error) {
        if (!(error instanceof AwsError)) throw error
        Failed.push({ Id, Code: error.code, Message: error.message, SenderFault: true })
      }
    }
    return { Successful, Failed }
  })
}

/** @throws AwsError that says what is wrong with the whole batch */
function checkIds(action: string, ids: readonly string[]): void {
  if (ids.length === 0) {
    const fault = `There should be at least one ${action}BatchRequestEntry in the request.`
    throw new AwsError('EmptyBatchRequest', fault)
  }
  if (ids.length > mostEntries) {
    const fault = `Maximum number of entries per request are ${mostEntries}. You have sent ${ids.length}.`
    throw new AwsError('TooManyEntriesInBatchRequest', fault)
  }
  const repeated = ids.find((id, index) => ids.indexOf(id) < index)
  if (repeated !== undefined) throw new AwsError('BatchEntryIdsNotDistinct', `Id ${repeated} repeated.`)
  if (!ids.every((id) => /^[\w-]{1,80}$/.test(id))) {
    throw new AwsError(
      'InvalidBatchEntryId',
      'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
    )
  }
}
