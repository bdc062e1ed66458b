import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { Refusal } from '../terminal/refusal.ts'
import { type DeadLetter, readDeadLetter } from './dead-letter.ts'

export interface Plan {
  eventBridge: EventBridgeClient
  sqs: SQSClient
  busName: string
  queueUrl: string
  /** Ends the work between two batches. */
  signal: AbortSignal
}

/** What became of a message: only a `delivered` one is no longer in the queue. */
export type Fate =
  | { fate: 'delivered' }
  /** Delivered by this very command, and refused by the webhook once more. */
  | { fate: 'refusedAgain' }
  | { fate: 'noEvent' | 'notAccepted'; messageId: string; why: string }

/**
 * How long a message is hidden from others after it was received, in minutes. Messages that stay must not come back while the
 * queue is read, or that would not end. What a killed command had received comes back after it.
 */
export const hiddenMinutes = 10
// The most that SQS hands out, and EventBridge takes, in one request. Ours have at most 3 KB.
const batchSize = 10

/**
 * Puts the events of a dead-letter queue on the bus again, until the queue is empty, and yields what became of each batch. An event
 * is deleted only after the bus has accepted it: killed at any moment, this delivers an event twice rather than not at all.
 * @throws Refusal if SQS does not delete; the SDK's errors
 */
export async function* redeliver({ eventBridge, sqs, busName, queueUrl, signal }: Plan): AsyncGenerator<Fate[]> {
  const queue = { QueueUrl: queueUrl }
  /** The receipt handles of what was received and not deleted, by the id of the message. */
  const held = new Map<string, string>()
  /** EventBridge's ids of what was put on the bus here. What the webhook refuses at once comes back with such an id. */
  const put = new Set<string>()

  async function handle(messages: Message[]): Promise<Fate[]> {
    const fates: Fate[] = []
    const letters: (DeadLetter & { messageId: string })[] = []
    for (const { MessageId: messageId = '', ReceiptHandle = '', Body = '' } of messages) {
      const isKnown = held.has(messageId)
      held.set(messageId, ReceiptHandle)
      if (isKnown) continue
      const letter = readDeadLetter(Body)
      if ('fault' in letter) fates.push({ fate: 'noEvent', messageId, why: letter.fault })
      else if (put.has(letter.id)) fates.push({ fate: 'refusedAgain' })
      else letters.push({ ...letter, messageId })
    }
    if (letters.length === 0) return fates
    const Entries = letters.map(({ entry }) => ({ ...entry, EventBusName: busName }))
    const answer = await eventBridge.send(new PutEventsCommand({ Entries }))
    const accepted: string[] = []
    for (const [n, { messageId }] of letters.entries()) {
      const { EventId, ErrorCode, ErrorMessage } = answer.Entries?.[n] ?? {}
      if (EventId === undefined) {
        fates.push({ fate: 'notAccepted', messageId, why: `${ErrorCode}: ${ErrorMessage}` })
        continue
      }
      put.add(EventId)
      accepted.push(messageId)
      fates.push({ fate: 'delivered' })
    }
    await remove(accepted)
    return fates
  }

  async function remove(messageIds: string[]): Promise<void> {
    if (messageIds.length === 0) return
    const Entries = messageIds.map((id, n) => ({ Id: String(n), ReceiptHandle: held.get(id) }))
    const { Failed: [failed] = [] } = await sqs.send(new DeleteMessageBatchCommand({ ...queue, Entries }))
    if (failed) {
      throw new Refusal(
        `SQS does not delete what was delivered (${failed.Code}: ${failed.Message}): run the command again. Consumers then get some events twice, with the same eventId.`,
      )
    }
    for (const id of messageIds) held.delete(id)
  }

  /** Shows what stays to others at once. Where this fails, SQS does so a little later. */
  async function release(): Promise<void> {
    const handles = [...held.values()]
    for (let start = 0; start < handles.length; start += batchSize) {
      const Entries = handles
        .slice(start, start + batchSize)
        .map((ReceiptHandle, n) => ({ Id: String(n), ReceiptHandle, VisibilityTimeout: 0 }))
      await sqs.send(new ChangeMessageVisibilityBatchCommand({ ...queue, Entries }))
    }
  }

  const receive = new ReceiveMessageCommand({
    ...queue,
    MaxNumberOfMessages: batchSize,
    VisibilityTimeout: hiddenMinutes * 60,
    // Otherwise SQS asks only some of its servers, and a queue that is not empty may seem so.
    WaitTimeSeconds: 1,
  })
  try {
    while (!signal.aborted) {
      const { Messages = [] } = await sqs.send(receive)
      if (Messages.length === 0) return
      yield await handle(Messages)
    }
  } finally {
    await release().catch(() => {})
  }
}
