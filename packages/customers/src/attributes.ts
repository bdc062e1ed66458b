import type { AttributeValue } from '@aws-sdk/client-dynamodb'

/*
 * Our items hold text, numbers, lists and maps. DynamoDB's own marshaller knows sets, bytes and big numbers too, and
 * its bytes would be parsed at every cold start.
 */

/** Writes the members of an object as attributes. Undefined members are left out. */
export function toItem(values: object): Record<string, AttributeValue> {
  const present = Object.entries(values).filter(([, value]) => value !== undefined)
  return Object.fromEntries(present.map(([name, value]) => [name, toAttribute(value)]))
}

function toAttribute(value: unknown): AttributeValue {
  if (typeof value === 'string') return { S: value }
  if (typeof value === 'number') return { N: String(value) }
  if (Array.isArray(value)) return { L: value.map(toAttribute) }
  if (typeof value === 'object' && value !== null) return { M: toItem(value) }
  throw new Error(`An item cannot hold a ${typeof value}. Add it to attributes.ts.`)
}

/** Reads what `toItem` wrote. */
export function fromItem(item: Record<string, AttributeValue>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(item).map(([name, attribute]) => [name, fromAttribute(attribute)]))
}

function fromAttribute(attribute: AttributeValue): unknown {
  if (attribute.S !== undefined) return attribute.S
  if (attribute.N !== undefined) return Number(attribute.N)
  if (attribute.L) return attribute.L.map(fromAttribute)
  if (attribute.M) return fromItem(attribute.M)
  throw new Error(`An item of the customers' table holds a ${Object.keys(attribute)}, which this package never writes.`)
}
