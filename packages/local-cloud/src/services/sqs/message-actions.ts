import * as v from 'valibot'
import { AwsError } from '../../core/aws-error.ts'
import type { Clock } from '../../core/clock.ts'
import { bytesOf, type MessageAttributes } from '../../core/message-attribute.ts'
import type { Action, Caller } from '../../core/service.ts'
import { queueAction, whole } from '../../gateway/input.ts'
import { batch } from './batch.ts'
import { type Draft, type Message, md5, systemAttributes } from './message.ts'
import { checkAttributes, md5OfAttributes, traceHeaderIn } from './message-attributes.ts'
import { type Entry, handleOf, type Queue } from './queue.ts'
import { attributeNames } from './queue-actions.ts'
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
  MessageBody: v.optional(v.string(), ''),
  // A quarter of an hour.
  DelaySeconds: v.optional(whole(0, 900)),
  MessageAttributes: Attributes,
  MessageSystemAttributes: Attributes,
  MessageDeduplicationId: v.optional(v.string()),
}
const Outgoing = v.object(outgoing)
type Outgoing = v.InferOutput<typeof Outgoing>

// One mebibyte: AWS's limit of a batch, also if the queue itself accepts less.
const longestBatchBytes = 1_048_576

/** SendMessage and SendMessageBatch. */
export function sending(queues: Queues): Record<string, Action> {
  const send = async (queue: Queue, outgoing: Outgoing, caller?: Caller) => {
    const [sent] = await queue.send([draftOf(outgoing, queue, queues.senderOf(caller))])
    return sentOf(sent as Message)
  }
  return {
    SendMessage: queueAction(v.object({ ...queueUrl, ...outgoing }), async ({ QueueUrl, ...message }, caller) => {
      const queue = queues.for(QueueUrl)
      return await send(queue, message, caller)
    }),
    SendMessageBatch: batch(queues, 'SendMessage', Outgoing, send, checkBytes),
  }
}

/** @throws AwsError BatchRequestTooLong */
function checkBytes(entries: readonly object[]): void {
  let bytes = 0
  for (const entry of entries) {
    const { success, output } = v.safeParse(Outgoing, entry)
    if (success) bytes += sizeOf(output)
  }
  if (bytes <= longestBatchBytes) return
  const fault = `Batch requests cannot be longer than ${longestBatchBytes} bytes. You have sent ${bytes} bytes.`
  throw new AwsError('BatchRequestTooLong', fault)
}

const sizeOf = ({ MessageBody, MessageAttributes }: Outgoing): number =>
  Buffer.byteLength(MessageBody) + bytesOf(MessageAttributes as MessageAttributes)

const sentOf = ({ id, body, attributes, traceHeader }: Message) => {
  const checksum = md5OfAttributes(attributes)
  const system: MessageAttributes =
    traceHeader === undefined ? {} : { AWSTraceHeader: { DataType: 'String', StringValue: traceHeader } }
  const ofSystem = md5OfAttributes(system)
  return {
    MessageId: id,
    MD5OfMessageBody: md5(body),
    ...(checksum && { MD5OfMessageAttributes: checksum }),
    ...(ofSystem && { MD5OfMessageSystemAttributes: ofSystem }),
  }
}

/** @throws AwsError MissingParameter, InvalidMessageContents, InvalidParameterValue */
function draftOf(outgoing: Outgoing, queue: Queue, sender: string): Draft {
  const { MessageBody, DelaySeconds, MessageDeduplicationId } = outgoing
  if (MessageBody === '') {
    throw new AwsError('MissingParameter', 'The request must contain the parameter MessageBody.')
  }
  if (MessageDeduplicationId !== undefined) {
    throw new AwsError(
      'InvalidParameterValue',
      `Value ${MessageDeduplicationId} for parameter MessageDeduplicationId is invalid. Reason: The request includes a parameter that is not valid for this queue type.`,
    )
  }
  // The characters that XML allows.
  if (/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(MessageBody)) {
    throw new AwsError(
      'InvalidMessageContents',
      'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF.',
    )
  }
  const attributes = outgoing.MessageAttributes as MessageAttributes
  checkAttributes(attributes)
  const traceHeader = traceHeaderIn(outgoing.MessageSystemAttributes as MessageAttributes)
  const most = queue.settings.maximumMessageBytes
  if (sizeOf(outgoing) > most) {
    throw new AwsError(
      'InvalidParameterValue',
      `One or more parameters are invalid. Reason: Message must be shorter than ${most} bytes.`,
    )
  }
  return { body: MessageBody, attributes, traceHeader, sender, delaySeconds: DelaySeconds }
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
    ReceiveMessage: queueAction(ReceiveInput, async (input) => {
      const queue = queues.for(input.QueueUrl)
      checkNames(input.AttributeNames, [...systemAttributeNames, ...attributeNames])
      checkNames(input.MessageSystemAttributeNames, systemAttributeNames)
      const receive = () =>
        queue.receive(input.MaxNumberOfMessages, {
          timeoutSeconds: input.VisibilityTimeout,
          deadLetters: queues.deadLettersOf(queue),
        })
      const endMs = clock.now() + (input.WaitTimeSeconds ?? queue.settings.receiveWaitSeconds) * 1000
      let entries = await receive()
      // Another consumer may have taken what became visible: then the wait goes on.
      while (entries.length === 0 && clock.now() < endMs && !stopped.aborted) {
        if (!queue.hasVisible) await visibleUntil(endMs, queue, clock, stopped)
        entries = await receive()
      }
      if (entries.length === 0) return {}
      const system = new Set([...input.AttributeNames, ...input.MessageSystemAttributeNames])
      const wanted = input.MessageAttributeNames
      return { Messages: entries.map((entry) => receivedOf(entry, queue, system, wanted)) }
    }),
  }
}

/** @throws AwsError InvalidAttributeName */
function checkNames(names: readonly string[], known: readonly string[]): void {
  const unknown = names.find((name) => name !== 'All' && !known.includes(name))
  if (unknown !== undefined) throw new AwsError('InvalidAttributeName', `Unknown Attribute ${unknown}.`)
}

const systemAttributeNames = [
  ...['SenderId', 'SentTimestamp', 'ApproximateReceiveCount', 'ApproximateFirstReceiveTimestamp', 'SequenceNumber'],
  ...['MessageDeduplicationId', 'MessageGroupId', 'AWSTraceHeader', 'DeadLetterQueueSourceArn'],
]

/** Resolves when a message becomes visible, at `endMs` by the clock of the local cloud, or when the service stops. */
function visibleUntil(endMs: number, queue: Queue, clock: Clock, stopped: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      forget()
      cancel()
      stopped.removeEventListener('abort', end)
      resolve()
    }
    const forget = queue.onVisible(end)
    // A skip of the clock does not stop for a client that waits.
    const cancel = clock.at(endMs, end, { catchesUp: true })
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
    DeleteMessage: queueAction(v.object({ ...queueUrl, ...Received.entries }), ({ QueueUrl, ...one }) =>
      remove(queues.for(QueueUrl), one),
    ),
    DeleteMessageBatch: batch(queues, 'DeleteMessage', Received, remove),
    ChangeMessageVisibility: queueAction(v.object({ ...queueUrl, ...Hidden.entries }), ({ QueueUrl, ...one }) =>
      hide(queues.for(QueueUrl), one),
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
