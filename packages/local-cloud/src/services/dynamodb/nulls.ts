/** The type of a member, as dynalite writes it: a name such as `String`, or one with the types inside. */
export type Type = string | { type: string; children?: Type | Record<string, Type> }

const values = 'AttrStruct<ValueStruct>'
/** The parts of an attribute value that hold others. */
const attributeValue: Record<string, Type> = {
  L: { type: 'List', children: values },
  M: { type: 'Map', children: values },
  ...Object.fromEntries(['SS', 'NS', 'BS'].map((set) => [set, { type: 'List', children: 'String' }])),
}

/**
 * The members of a request without the nulls that dynalite cannot read: in a list or a map, a null is a structure without
 * members, or nothing, if text is expected there. dynalite itself takes a member that is null as absent.
 */
export function withoutNulls(members: unknown, types: Record<string, Type>): object {
  return Object.fromEntries(
    Object.entries(Object(members)).map(([name, value]) => {
      const type = Object.hasOwn(types, name) ? types[name] : undefined
      return [name, type === undefined ? value : filled(value, type)]
    }),
  )
}

function filled(value: unknown, type: Type): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (typeof type === 'string') return isAttributeValue(type) ? withoutNulls(value, attributeValue) : value
  const { type: name, children = 'String' } = type
  if (isAttributeValue(name)) return withoutNulls(value, attributeValue)
  if (!/List|Map/.test(name))
    return Array.isArray(value) ? value : withoutNulls(value, children as Record<string, Type>)
  const inside = children as Type
  const fill = (one: unknown) => (one === null ? emptyOf(inside) : filled(one, inside))
  if (Array.isArray(value)) return value.map(fill).filter((one) => one !== undefined)
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, fill(one)]))
}

const isAttributeValue = (name: string) => name.startsWith('AttrStruct')

function emptyOf(type: Type): object | undefined {
  return /Struct|Map/.test(typeof type === 'string' ? type : type.type) ? {} : undefined
}
