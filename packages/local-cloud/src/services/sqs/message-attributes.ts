import { AwsError } from '../../core/aws-error.ts'
import { bytesIn, checkAttribute, type MessageAttribute, type MessageAttributes } from '../../core/message-attribute.ts'
import { md5 } from './message.ts'

// What SQS documents.
const mostAttributes = 10

/** @throws AwsError InvalidParameterValue, for what SQS does not accept as the attributes of a message */
export function checkAttributes(attributes: MessageAttributes): void {
  const count = Object.keys(attributes).length
  if (count > mostAttributes) {
    throw invalid(`Number of message attributes [${count}] exceeds the allowed maximum [${mostAttributes}].`)
  }
  for (const [name, attribute] of Object.entries(attributes)) checkAttribute(name, attribute, invalid)
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
  checkAttribute('AWSTraceHeader', header, invalid)
  if (header.DataType === 'String') return header.StringValue
  throw invalid(`The message system attribute 'AWSTraceHeader' must be of the type String.`)
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

function withLength(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}

const invalid = (message: string) => new AwsError('InvalidParameterValue', message)
