import { AwsError } from '../../core/aws-error.ts'
import { type MessageAttribute, type MessageAttributes, md5 } from './message.ts'

// What SQS documents.
const mostAttributes = 10

/** @throws AwsError InvalidParameterValue, for what SQS does not accept as the attributes of a message */
export function checkAttributes(attributes: MessageAttributes): void {
  const count = Object.keys(attributes).length
  if (count > mostAttributes) {
    throw invalid(`Number of message attributes [${count}] exceeds the allowed maximum [${mostAttributes}].`)
  }
  for (const [name, attribute] of Object.entries(attributes)) checkAttribute(name, attribute)
}

function checkAttribute(name: string, { DataType, ...values }: MessageAttribute): void {
  // After the point is a label of the sender's own.
  const type = /^(String|Number|Binary)(\..+)?$/s.exec(DataType)?.[1]
  if (type === undefined) {
    throw invalid(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
    )
  }
  const [field, other] = type === 'Binary' ? (['Binary', 'String'] as const) : (['String', 'Binary'] as const)
  if (values[`${field}Value`]) return
  if (values[`${other}Value`]) {
    throw invalid(`The message attribute '${name}' with type '${DataType}' must use field '${field}'.`)
  }
  throw invalid(
    `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${DataType}'.`,
  )
}

/**
 * The X-Ray trace header among the system attributes that a client sends; it is the only one that SQS accepts.
 * @throws AwsError InvalidParameterValue
 */
export function traceHeaderIn(system: MessageAttributes): string | undefined {
  const unknown = Object.keys(system).find((name) => name !== 'AWSTraceHeader')
  if (unknown !== undefined) {
    throw invalid(`Message system attribute name '${unknown}' is invalid. The only one to send is AWSTraceHeader.`)
  }
  const { AWSTraceHeader: header } = system
  if (!header) return undefined
  checkAttribute('AWSTraceHeader', header)
  if (header.DataType === 'String') return header.StringValue
  throw invalid(`The message system attribute 'AWSTraceHeader' must be of the type String.`)
}

/** How much attributes add to the size of a message, in bytes: their names, types and values. */
export function bytesOf(attributes: MessageAttributes): number {
  let bytes = 0
  for (const [name, attribute] of Object.entries(attributes)) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(attribute.DataType) + bytesIn(attribute).length
  }
  return bytes
}

/** The checksum of message attributes that clients verify: names in order, each part with its length before it. */
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort()
  if (names.length === 0) return undefined
  const parts = names.flatMap((name) => {
    const attribute = attributes[name] as MessageAttribute
    const kind = Buffer.from([attribute.BinaryValue === undefined ? 1 : 2])
    const [nameBytes, type] = [Buffer.from(name), Buffer.from(attribute.DataType)].map(withLength)
    return [nameBytes, type, kind, withLength(bytesIn(attribute))] as Buffer[]
  })
  return md5(Buffer.concat(parts))
}

function bytesIn({ StringValue = '', BinaryValue }: MessageAttribute): Buffer {
  return BinaryValue === undefined ? Buffer.from(StringValue) : Buffer.from(BinaryValue, 'base64')
}

function withLength(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}

const invalid = (message: string) => new AwsError('InvalidParameterValue', message)
