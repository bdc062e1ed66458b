import fc from 'fast-check'
import * as v from 'valibot'
import { flag, jsonAction, list, number, oneOf, queryAction, text, whole } from './input.ts'

const Input = v.object({
  Name: v.optional(text(1, 3)),
  Count: v.optional(whole(1, 10)),
  Flag: v.optional(flag),
  Switch: v.optional(v.boolean()),
  Kind: v.optional(oneOf(['A', 'B'])),
  Names: v.optional(v.array(v.string())),
  Tags: v.optional(v.record(v.string(), v.object({ Type: v.string(), Size: v.optional(number) }))),
  Inner: v.optional(v.object({ Deep: v.string() })),
  Listed: list(v.object({ Key: v.string() })),
})
const read = jsonAction(Input, async (input) => input)
const refusal = (input: unknown) => read(input).catch(({ code, message }) => ({ code, message }))

test.each<[object, string]>([
  [{ Name: 7 }, 'NUMBER_VALUE can not be converted to a String'],
  [{ Name: 7.5 }, 'DECIMAL_VALUE can not be converted to a String'],
  [{ Name: true }, 'TRUE_VALUE can not be converted to a String'],
  [{ Name: false }, 'FALSE_VALUE can not be converted to a String'],
  [{ Name: ['a'] }, 'Unrecognized collection type class java.lang.String'],
  [{ Name: { a: 1 } }, 'Start of structure or map found where not expected.'],
  [{ Count: true }, 'TRUE_VALUE can not be converted to an Integer'],
  [{ Count: 'many' }, 'STRING_VALUE can not be converted to an Integer'],
  [{ Count: [] }, 'Unrecognized collection type class java.lang.Integer'],
  [{ Count: {} }, 'Start of structure or map found where not expected.'],
  [{ Flag: 1 }, 'NUMBER_VALUE can not be converted to a Boolean'],
  [{ Switch: 'true' }, 'STRING_VALUE can not be converted to a Boolean'],
  [{ Kind: 1 }, 'NUMBER_VALUE can not be converted to a String'],
  [{ Names: 'a' }, 'Expected list or null'],
  [{ Names: { a: 'b' } }, 'Start of structure or map found where not expected.'],
  [{ Names: ['a', 1] }, 'NUMBER_VALUE can not be converted to a String'],
  [{ Tags: 'a' }, 'Unexpected value type in payload'],
  [{ Tags: ['a'] }, 'Unexpected value type in payload'],
  [{ Tags: { a: { Type: 1 } } }, 'NUMBER_VALUE can not be converted to a String'],
  [{ Inner: 'a' }, 'Unexpected value type in payload'],
  [{ Inner: { Deep: [] } }, 'Unrecognized collection type class java.lang.String'],
  [{ Listed: [{ Key: 1 }] }, 'NUMBER_VALUE can not be converted to a String'],
  // A value of the wrong type hides values that are wrong otherwise.
  [{ Name: '', Count: 99, Inner: { Deep: 1 } }, 'NUMBER_VALUE can not be converted to a String'],
])('%j has a value of the wrong JSON type', async (input, message) => {
  expect(await refusal(input)).toEqual({ code: 'SerializationException', message })
})

test.each<[object, string]>([
  [{ Name: '' }, "Value '' at 'name' failed to satisfy constraint: Member must have length greater than or equal to 1"],
  [
    { Count: 11 },
    "Value '11' at 'count' failed to satisfy constraint: Member must have value less than or equal to 10",
  ],
  [{ Kind: 'C' }, "Value 'C' at 'kind' failed to satisfy constraint: Member must satisfy enum value set: [A, B]"],
  [{ Inner: {} }, "Value null at 'inner.deep' failed to satisfy constraint: Member must not be null"],
  [{ Inner: { Deep: null } }, "Value null at 'inner.deep' failed to satisfy constraint: Member must not be null"],
  [{ Names: ['a', null] }, "Value null at 'names.2.member' failed to satisfy constraint: Member must not be null"],
])('%j has the right types, and a value that is refused', async (input, fault) => {
  expect(await refusal(input)).toEqual({
    code: 'ValidationException',
    message: `1 validation error detected: ${fault}`,
  })
})

test('AWS detects ten faults at most', async () => {
  const faults = Array.from(
    { length: 10 },
    (_, n) => `Value null at 'listed.${n + 1}.member.key' failed to satisfy constraint: Member must not be null`,
  )
  expect(await refusal({ Listed: Array(501).fill({}) })).toEqual({
    code: 'ValidationException',
    message: `10 validation errors detected: ${faults.join('; ')}`,
  })
})

test('members that are null are absent, at any depth', async () => {
  expect(await read({ Name: null, Tags: { a: { Type: 'x', Size: null }, b: null }, Inner: null })).toEqual({
    Tags: { a: { Type: 'x' } },
    Listed: [],
  })
  const nulls = fc.dictionary(fc.constantFrom(...Object.keys(Input.entries)), fc.constant(null))
  await fc.assert(fc.asyncProperty(nulls, async (input) => expect(await read(input)).toEqual({ Listed: [] })))
})

test('a list of a form may be empty text', async () => {
  expect(await read({ Listed: '' })).toEqual({ Listed: [] })
  expect(await refusal({ Listed: 'a' })).toMatchObject({ code: 'SerializationException' })
})

test('a form whose structure is not its member’s is refused too', async () => {
  const query = queryAction(v.object({ Source: v.string(), Count: number }), async (input) => input)
  await expect(query({ Source: { a: 'b' }, Count: '1' })).rejects.toMatchObject({ code: 'SerializationException' })
  // A form has only text, so text that is no number is a wrong value.
  await expect(query({ Source: 'a', Count: 'many' })).rejects.toMatchObject({
    code: 'ValidationError',
    message:
      "1 validation error detected: Value 'many' at 'count' failed to satisfy constraint: Member must be a number",
  })
})
