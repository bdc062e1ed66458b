import { createHash } from 'node:crypto'
import type { MessageAttributes } from '../../core/message-attribute.ts'

/** A message of a queue, as it is stored. Times are milliseconds since 1970, by the clock of the local cloud. */
export interface Message {
  id: string
  body: string
  attributes: MessageAttributes
  /** Of X-Ray, as its sender wrote it. */
  traceHeader?: string | undefined
  /** Who sent it: an account, or a role. */
  sender: string
  sentMs: number
  /** From then on it can be received. */
  visibleMs: number
  /** How often it was received. */
  receives: number
  firstReceivedMs?: number
  /** The newest receipt: only it deletes the message. */
  receipt?: string
  /** The queue from which it came to this dead-letter queue. */
  deadLetterSource?: string
  /** When it came to this dead-letter queue, and how often it had been received until then. */
  moved?: { atMs: number; receives: number }
}

/** A message to send. */
export type Draft = Pick<Message, 'body' | 'sender'> &
  Partial<Pick<Message, 'attributes' | 'traceHeader'>> & {
    /** Seconds until it can be received; the queue's own, if it is left out. */
    delaySeconds?: number | undefined
  }

export const md5 = (text: string | Buffer): string => createHash('md5').update(text).digest('hex')

/** What SQS itself says about a received message. */
export function systemAttributes(message: Message) {
  const { sender, sentMs, receives, firstReceivedMs = 0, deadLetterSource, traceHeader } = message
  return {
    SenderId: sender,
    SentTimestamp: String(Math.floor(sentMs)),
    ApproximateReceiveCount: String(receives),
    ApproximateFirstReceiveTimestamp: String(Math.floor(firstReceivedMs)),
    ...(traceHeader !== undefined && { AWSTraceHeader: traceHeader }),
    ...(deadLetterSource && { DeadLetterQueueSourceArn: deadLetterSource }),
  }
}
