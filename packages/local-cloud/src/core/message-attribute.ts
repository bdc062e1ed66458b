/** An attribute of a message of SNS or SQS, as clients write it. `BinaryValue` is base64. */
export interface MessageAttribute {
  DataType: string
  StringValue?: string
  BinaryValue?: string
}

/** The attributes of a message, by name. */
export type MessageAttributes = Record<string, MessageAttribute>

/**
 * Checks the type of an attribute, and that it has the value that belongs to the type. SNS and SQS refuse in the same words.
 * Returns which value that is.
 * @throws what `refused` makes of the sentence
 */
export function checkAttribute(
  name: string,
  { DataType, ...values }: MessageAttribute,
  refused: (message: string) => Error,
): 'StringValue' | 'BinaryValue' {
  // After the point is a label of the sender's own.
  const type = /^(String|Number|Binary)(\..+)?$/s.exec(DataType)?.[1]
  if (type === undefined) {
    throw refused(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
    )
  }
  const [field, other] = type === 'Binary' ? (['Binary', 'String'] as const) : (['String', 'Binary'] as const)
  if (values[`${field}Value`]) {
    // Of a number with a label nothing was recorded.
    if (DataType === 'Number' && !number.test(values.StringValue ?? '')) {
      throw refused(`Could not cast message attribute '${name}' value to number.`)
    }
    return `${field}Value`
  }
  if (values[`${other}Value`]) {
    throw refused(`The message attribute '${name}' with type '${DataType}' must use field '${field}'.`)
  }
  throw refused(
    `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${DataType}'.`,
  )
}

const number = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/

/** How much attributes add to the size of a message, in bytes: their names, types and values. */
export function bytesOf(attributes: MessageAttributes): number {
  let bytes = 0
  for (const [name, attribute] of Object.entries(attributes)) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(attribute.DataType) + bytesIn(attribute).length
  }
  return bytes
}

/** The value of an attribute, as bytes. */
export function bytesIn({ StringValue = '', BinaryValue }: MessageAttribute): Buffer {
  return BinaryValue === undefined ? Buffer.from(StringValue) : Buffer.from(BinaryValue, 'base64')
}
