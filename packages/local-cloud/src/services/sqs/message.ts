import { createHash } from 'node:crypto'

/** A message attribute, as clients write it. `BinaryValue` is base64. */
export interface MessageAttribute {
  DataType: string
  StringValue?: string
  BinaryValue?: string
}

/** A message of a queue, as it is stored. Times are milliseconds since 1970, by the clock of the local cloud. */
export interface Message {
  id: string
  body: string
  attributes: Record<string, MessageAttribute>
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
}

/** A message to send. */
export type Draft = Pick<Message, 'body' | 'sender'> &
  Partial<Pick<Message, 'attributes'>> & {
    /** Seconds until it can be received; the queue's own, if it is left out. */
    delaySeconds?: number | undefined
  }

export const md5 = (text: string | Buffer): string => createHash('md5').update(text).digest('hex')

/** The checksum of message attributes that clients verify: names in order, each part with its length before it. */
export function md5OfAttributes(attributes: Record<string, MessageAttribute>): string | undefined {
  const names = Object.keys(attributes).sort()
  if (names.length === 0) return undefined
  const parts = names.flatMap((name) => {
    const { DataType, StringValue, BinaryValue } = attributes[name] as MessageAttribute
    const isBinary = BinaryValue !== undefined
    const value = isBinary ? Buffer.from(BinaryValue, 'base64') : Buffer.from(StringValue ?? '')
    return [withLength(Buffer.from(name)), withLength(Buffer.from(DataType)), kindOf(isBinary), withLength(value)]
  })
  return md5(Buffer.concat(parts))
}

const kindOf = (isBinary: boolean) => Buffer.from([isBinary ? 2 : 1])

function withLength(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}

/** What SQS itself says about a received message. */
export function systemAttributes({ sender, sentMs, receives, firstReceivedMs = 0, deadLetterSource }: Message) {
  return {
    SenderId: sender,
    SentTimestamp: String(Math.floor(sentMs)),
    ApproximateReceiveCount: String(receives),
    ApproximateFirstReceiveTimestamp: String(Math.floor(firstReceivedMs)),
    ...(deadLetterSource && { DeadLetterQueueSourceArn: deadLetterSource }),
  }
}
