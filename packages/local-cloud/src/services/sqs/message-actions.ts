import * as v from 'valibot'
import { AwsError } from '../../core/aws-error.ts'
import type { Clock } from '../../core/clock.ts'
import type { Action, Caller } from '../../core/service.ts'
import { queueAction, text, whole } from '../../gateway/input.ts'
import { batch } from './batch.ts'
import { type Draft, type Message, type MessageAttribute, md5, md5OfAttributes, systemAttributes } from './message.ts'
import { type Entry, handleOf, type Queue } from './queue.ts'
import type { Queues } from './queues.ts'

const queueUrl = { QueueUrl: v.optional(v.string()) }
// Twelve hours.
const visibilityTimeout = whole(0, 43_200)
const Attributes = v.optional(
  v.record(
    v.string(),
    v.object({
      DataType: v.string(),
      StringValue: v.optional(v.string()),
      BinaryValue: v.optional(v.string()),
    }),
  ),
  {},
)
const outgoing = {
  MessageBody: text(1, Number.MAX_SAFE_INTEGER),
  // A quarter of an hour.
  DelaySeconds: v.optional(whole(0, 900)),
  MessageAttributes: Attributes,
}
const Outgoing = v.object(outgoing)
type Outgoing = v.InferOutput<typeof Outgoing>

/** SendMessage and SendMessageBatch. */
export function sending(queues: Queues): Record<string, Action> {
  const send = async (queue: Queue, outgoing: Outgoing[], caller?: Caller) => {
    const drafts = outgoing.map((one) => draftOf(one, queue, queues.senderOf(caller)))
    return (await queue.send(drafts)).map(sentOf)
  }
  return {
    SendMessage: queueAction(v.object({ ...queueUrl, ...outgoing }), async ({ QueueUrl, ...message }, caller) => {
      const queue = queues.for(QueueUrl, 'SendMessage', caller)
      return (await send(queue, [message], caller))[0] as object
    }),
    SendMessageBatch: batch(queues, 'SendMessage', Outgoing, async (queue, one, caller) => {
      return (await send(queue, [one], caller))[0] as object
    }),
  }
}

const sentOf = ({ id, body, attributes }: Message) => {
  const checksum = md5OfAttributes(attributes)
  return { MessageId: id, MD5OfMessageBody: md5(body), ...(checksum && { MD5OfMessageAttributes: checksum }) }
}

/** @throws AwsError InvalidMessageContents, InvalidParameterValue */
function draftOf({ MessageBody, DelaySeconds, MessageAttributes }: Outgoing, queue: Queue, sender: string): Draft {
  // The characters that XML allows.
  if (/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(MessageBody)) {
    throw new AwsError(
      'InvalidMessageContents',
      'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF.',
    )
  }
  const attributes = v.parse(Attributes, MessageAttributes) as Record<string, MessageAttribute>
  const bytes = Buffer.byteLength(MessageBody) + Buffer.byteLength(JSON.stringify(attributes)) - 2
  const most = queue.settings.maximumMessageBytes
  if (bytes > most) {
    throw new AwsError(
      'InvalidParameterValue',
      `One or more parameters are invalid. Reason: Message must be shorter than ${most} bytes.`,
    )
  }
  return { body: MessageBody, attributes, sender, delaySeconds: DelaySeconds }
}

const names = v.optional(v.array(v.string()), [])
const ReceiveInput = v.object({
  ...queueUrl,
  AttributeNames: names,
  MessageSystemAttributeNames: names,
  MessageAttributeNames: names,
  MaxNumberOfMessages: v.optional(whole(1, 10), 1),
  VisibilityTimeout: v.optional(visibilityTimeout),
  WaitTimeSeconds: v.optional(whole(0, 20)),
})

/** ReceiveMessage. It waits by the clock of the local cloud; `stopped` ends every wait. */
export function receiving(queues: Queues, clock: Clock, stopped: AbortSignal): Record<string, Action> {
  return {
    ReceiveMessage: queueAction(ReceiveInput, async (input, caller) => {
      const queue = queues.for(input.QueueUrl, 'ReceiveMessage', caller)
      const waitSeconds = input.WaitTimeSeconds ?? queue.settings.receiveWaitSeconds
      if (waitSeconds > 0 && !queue.hasVisible) await visibleIn(queue, waitSeconds, clock, stopped)
      const entries = await queue.receive(input.MaxNumberOfMessages, {
        timeoutSeconds: input.VisibilityTimeout,
        deadLetters: queues.deadLettersOf(queue),
      })
      if (entries.length === 0) return {}
      const system = new Set([...input.AttributeNames, ...input.MessageSystemAttributeNames])
      const wanted = input.MessageAttributeNames
      return { Messages: entries.map((entry) => receivedOf(entry, queue, system, wanted)) }
    }),
  }
}

function visibleIn(queue: Queue, seconds: number, clock: Clock, stopped: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      forget()
      cancel()
      stopped.removeEventListener('abort', end)
      resolve()
    }
    const forget = queue.onVisible(end)
    // A skip of the clock does not stop for a client that waits.
    const cancel = clock.at(clock.now() + seconds * 1000, end, { catchesUp: true })
    stopped.addEventListener('abort', end)
    if (stopped.aborted) end()
  })
}

function receivedOf(entry: Entry, queue: Queue, system: ReadonlySet<string>, wanted: readonly string[]): object {
  const attributes = Object.entries(systemAttributes(entry)).filter(([name]) => system.has('All') || system.has(name))
  const given = Object.fromEntries(Object.entries(entry.attributes).filter(([name]) => isWanted(name, wanted)))
  const checksum = md5OfAttributes(given)
  return {
    MessageId: entry.id,
    ReceiptHandle: handleOf(entry, queue.settings.name),
    MD5OfBody: md5(entry.body),
    Body: entry.body,
    ...(attributes.length > 0 && { Attributes: Object.fromEntries(attributes) }),
    ...(checksum && { MD5OfMessageAttributes: checksum, MessageAttributes: given }),
  }
}

function isWanted(name: string, wanted: readonly string[]): boolean {
  return wanted.some(
    (one) =>
      one === 'All' || one === name || (one.endsWith('*') && name.startsWith(one.slice(0, -1).replace(/\.$/, ''))),
  )
}

const Received = v.object({ ReceiptHandle: v.string() })
const Hidden = v.object({ ReceiptHandle: v.string(), VisibilityTimeout: visibilityTimeout })

/** DeleteMessage, ChangeMessageVisibility, and both in batches. */
export function settling(queues: Queues): Record<string, Action> {
  // A handle of an earlier receipt succeeds and does nothing.
  const remove = async (queue: Queue, { ReceiptHandle }: v.InferOutput<typeof Received>) => {
    const entry = queue.find(ReceiptHandle)
    if (entry) await queue.delete([entry.key])
    return {}
  }
  const hide = async (queue: Queue, { ReceiptHandle, VisibilityTimeout }: v.InferOutput<typeof Hidden>) => {
    const entry = queue.find(ReceiptHandle) ?? notThere(ReceiptHandle)
    await queue.changeVisibility(entry, VisibilityTimeout)
    return {}
  }
  return {
    DeleteMessage: queueAction(v.object({ ...queueUrl, ...Received.entries }), ({ QueueUrl, ...one }, caller) =>
      remove(queues.for(QueueUrl, 'DeleteMessage', caller), one),
    ),
    DeleteMessageBatch: batch(queues, 'DeleteMessage', Received, remove),
    ChangeMessageVisibility: queueAction(v.object({ ...queueUrl, ...Hidden.entries }), ({ QueueUrl, ...one }, caller) =>
      hide(queues.for(QueueUrl, 'ChangeMessageVisibility', caller), one),
    ),
    ChangeMessageVisibilityBatch: batch(queues, 'ChangeMessageVisibility', Hidden, hide),
  }
}

function notThere(handle: string): never {
  throw new AwsError(
    'InvalidParameterValue',
    `Value ${handle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
  )
}
