import fc from 'fast-check'
import { parseQuery, type QueryMembers, type QueryValue } from './query-string.ts'

/** As AWS clients write members. */
function flatten(value: QueryValue, path: string[] = []): [string, string][] {
  if (typeof value === 'string') return [[path.join('.'), value]]
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => flatten(item, [...path, 'member', String(index + 1)]))
  }
  return Object.entries(value).flatMap(([name, member]) => flatten(member, [...path, name]))
}

const memberName = fc.stringMatching(/^[A-Z][A-Za-z0-9]{0,8}$/)
const { members } = fc.letrec<{ value: QueryValue; members: QueryMembers }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string(),
    fc.array(tie('value'), { minLength: 1, maxLength: 12 }),
    tie('members'),
  ),
  members: fc.dictionary(memberName, tie('value'), { minKeys: 1, maxKeys: 4, noNullPrototype: true }),
}))

test('flattened members are read back unchanged, in any order', () => {
  fc.assert(
    fc.property(
      members.chain((value) =>
        fc.tuple(fc.constant(value), fc.shuffledSubarray(flatten(value), { minLength: flatten(value).length })),
      ),
      ([value, pairs]) => expect(parseQuery(pairs)).toEqual(value),
    ),
  )
})

test('any text is read or refused by name, without changing any other object', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string(), fc.string())), (pairs) => {
      try {
        parseQuery(pairs)
      } catch (error) {
        expect(error).toMatchObject({ code: 'MalformedInput' })
      }
    }),
  )
  const read = parseQuery([
    ['__proto__.polluted', 'yes'],
    ['constructor.prototype.polluted', 'yes'],
  ])
  expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  expect(Object.keys(read)).toEqual(['__proto__', 'constructor'])
})

test('maps come as numbered entries, with SNS’s names or the usual ones', () => {
  const pairs: [string, string][] = [
    ['MessageAttributes.entry.1.Name', 'colour'],
    ['MessageAttributes.entry.1.Value.DataType', 'String'],
    ['MessageAttributes.entry.1.Value.StringValue', 'red'],
    ['Attributes.entry.2.key', 'b'],
    ['Attributes.entry.2.value', '2'],
    ['Attributes.entry.1.key', 'a'],
    ['Attributes.entry.1.value', '1'],
  ]
  expect(parseQuery(pairs)).toEqual({
    MessageAttributes: { colour: { DataType: 'String', StringValue: 'red' } },
    Attributes: { a: '1', b: '2' },
  })
})

test('a member that nests without end is refused', () => {
  expect(() => parseQuery([['a.'.repeat(100_000), '']])).toThrow('nests deeper')
})
