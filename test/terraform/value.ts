import { Decoder, Encoder, ExtensionCodec } from '@msgpack/msgpack'

/** A value that is known only after apply, such as the ARN of a resource that does not exist yet. */
export class Unknown {}
export const unknown = new Unknown()

/** An object of Terraform: attributes and nested blocks by name, those without a value being null. */
export interface Values {
  [name: string]: Value
}
export type Value = null | string | number | boolean | Unknown | Value[] | Values

const extensions = new ExtensionCodec()
extensions.register({
  type: 0,
  encode: (value) => (value instanceof Unknown ? new Uint8Array([0]) : null),
  decode: () => unknown,
})
// Unknown too, with what Terraform can already say of it; nothing here makes use of that.
extensions.register({ type: 12, encode: () => null, decode: () => unknown })

const encoder = new Encoder({ extensionCodec: extensions })
const decoder = new Decoder({ extensionCodec: extensions })

/** A value as the plugin protocol carries it. */
export interface DynamicValue {
  msgpack: Uint8Array
}

/** What the protocol's bytes say; null for a resource that does not exist. */
export function decoded({ msgpack }: DynamicValue): Values | null {
  return decoder.decode(msgpack) as Values | null
}

export function encoded(value: Values | null): DynamicValue {
  return { msgpack: encoder.encode(value) }
}

export function isValues(value: Value | undefined): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Unknown)
}
