import * as v from 'valibot'
import { AwsError } from '../../core/aws-error.ts'
import { checkAttribute, type MessageAttribute } from '../../core/message-attribute.ts'
import { validationError } from '../../gateway/input.ts'

const Given = v.object({
  DataType: v.optional(v.string()),
  StringValue: v.optional(v.string()),
  BinaryValue: v.optional(v.string()),
})
type Given = v.InferOutput<typeof Given>

/** The member `MessageAttributes` of a request. */
export const MessageAttributes = v.optional(v.record(v.string(), Given), {})

const longestNameBytes = 256

/**
 * The attributes of a request, checked as SNS does.
 * @throws AwsError ValidationError, ParameterValueInvalid, InvalidParameter
 */
export function checkedAttributes(given: Record<string, Given>): Record<string, MessageAttribute> {
  return Object.fromEntries(
    Object.entries(given).map(([name, attribute]) => {
      checkName(name)
      return [name, checked(name, attribute)]
    }),
  )
}

function checkName(name: string): void {
  if (name === '') throw invalid('The request must contain non-empty message attribute name.')
  if (Buffer.byteLength(name) > longestNameBytes) {
    throw invalid(`Length of message attribute name must be less than ${longestNameBytes} bytes.`)
  }
  if (name.startsWith('.')) throw invalid("Invalid message attribute name starting with character '.' was found.")
  if (name.endsWith('.')) throw invalid("Invalid message attribute name ending with character '.' was found.")
  const strange = /[^\w.-]/.exec(name)?.[0].charCodeAt(0)
  if (strange !== undefined) {
    throw invalid(
      `Invalid non-alphanumeric character '#x${strange.toString(16).toUpperCase()}' was found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots.`,
    )
  }
  if (name.includes('..')) throw invalid("Message attribute name can not have successive '.' character.")
}

function checked(name: string, { DataType, StringValue, BinaryValue }: Given): MessageAttribute {
  if (DataType === undefined) {
    throw validationError('ValidationError', [
      `Value null at 'messageAttributes.${name}.member.dataType' failed to satisfy constraint: Member must not be null`,
    ])
  }
  if (DataType === '') throw invalid(`The message attribute '${name}' must contain non-empty message attribute type.`)
  const attribute = { DataType, ...(StringValue && { StringValue }), ...(BinaryValue && { BinaryValue }) }
  const field = checkAttribute(name, attribute, invalid)
  // Characters that UTF-16 writes as two, such as emojis. Source: SNS Developer Guide, "Amazon SNS message attributes".
  if (DataType.startsWith('String') && /[\ud800-\udfff]/.test(StringValue ?? '')) {
    const fault = `Invalid attribute value was passed in for message attribute ${name}`
    throw new AwsError('InvalidParameter', `Invalid parameter: ${fault}`)
  }
  return { DataType, [field]: attribute[field] }
}

const invalid = (message: string) => new AwsError('ParameterValueInvalid', message)
