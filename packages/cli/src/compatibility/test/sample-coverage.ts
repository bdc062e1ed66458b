import type { GenericSchema } from 'valibot'

/** What this file knows of a schema: valibot's schemas say of themselves what they are made of. */
interface Shape {
  type: string
  entries?: Record<string, GenericSchema>
  wrapped?: GenericSchema
  item?: GenericSchema
  options?: readonly unknown[]
}

/**
 * What a contract allows and no payload shows, a sentence each: no test would notice its removal. A field
 * must be present once and, if it is optional, missing once; every option of a choice must occur.
 */
export function uncovered(schema: GenericSchema, payloads: readonly unknown[], path = 'the payload'): string[] {
  const { type, entries, wrapped, item, options = [] } = schema as Shape & GenericSchema
  if (wrapped)
    return uncovered(
      wrapped,
      payloads.filter((payload) => payload != null),
      path,
    )
  if (item) return uncovered(item, payloads.flat(), path)
  if (type === 'picklist') {
    const missing = options.filter((option) => !payloads.includes(option))
    return missing.map((option) => `None has ${path} ${JSON.stringify(option)}.`)
  }
  return Object.entries(entries ?? {}).flatMap(([key, field]) => {
    const here = path === 'the payload' ? key : `${path}.${key}`
    const having = payloads.filter((payload) => Object.hasOwn(Object(payload), key))
    if (having.length === 0) return [`None has ${here}.`]
    const mayLack = ['optional', 'nullish', 'exact_optional'].includes(field.type)
    const lacking = mayLack && having.length === payloads.length ? [`None lacks ${here}.`] : []
    return [
      ...lacking,
      ...uncovered(
        field,
        having.map((payload) => Object(payload)[key]),
        here,
      ),
    ]
  })
}
