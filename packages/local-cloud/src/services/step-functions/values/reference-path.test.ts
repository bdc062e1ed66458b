import fc from 'fast-check'
import type { Json } from './json.ts'
import { placeOf, readPath } from './json-path.ts'
import { putAt, type Segment } from './reference-path.ts'

const json = fc.jsonValue() as fc.Arbitrary<Json>
const names = fc.array(fc.string(), { minLength: 1, maxLength: 5 })

function written(segments: Segment[]): string {
  const parts = segments.map((step) =>
    typeof step === 'number' ? `[${step}]` : `['${step.replace(/[\\']/g, (character) => `\\${character}`)}']`,
  )
  return `$${parts.join('')}`
}

const readAt = (data: unknown, segments: Segment[]) =>
  readPath(written(segments), { data: data as Json, context: () => null, variables: {} })

test('a reference path names one place, in dots, brackets and escapes', () => {
  expect(placeOf('$')).toEqual([])
  expect(placeOf('$.a.b-c[0]')).toEqual(['a', 'b-c', 0])
  expect(placeOf(`$['a b']["c"][12]`)).toEqual(['a b', 'c', 12])
  expect(placeOf("$.a.[0].['b']")).toEqual(['a', 0, 'b'])
  expect(placeOf('$.store\\.book')).toEqual(['store.book'])
  expect(placeOf("$['it\\'s']")).toEqual(["it's"])
  // As AWS was recorded to find it: between single quotes, the backslash before a double quote is part of the name.
  expect(placeOf(`$['Test\\""Name"']`)).toEqual([`Test\\""Name"`])
})

test.each([
  '$.a[*]',
  '$..a',
  '$.a[0:2]',
  '$.a[?(@.x==1)]',
  '$.a[0,1]',
  '$.',
  '$..[0]',
  '$.a[0].',
  'a',
  '$.a.length()',
  '',
])('the path %s names no single place', (path) => {
  expect(placeOf(path)).toBeUndefined()
})

test('for all names of members, writing a path and reading it gives the same place', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.nat())), (segments) => {
      expect(placeOf(written(segments))).toEqual(segments)
    }),
  )
})

test('a value that is put at a place is read there, and nothing else changes', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), json), names, json, (data, place, value) => {
      const [first = ''] = place
      fc.pre(!Object.hasOwn(data, first))
      const before = structuredClone(data)
      const after = putAt(data as Json, place, value)
      expect(readAt(after, place)).toEqual(value)
      expect(Object.keys(after as object).sort()).toEqual([...new Set([...Object.keys(data), first])].sort())
      for (const name of Object.keys(data)) expect((after as Record<string, Json>)[name]).toEqual(data[name])
      expect(data).toEqual(before)
    }),
  )
})

test('an element is replaced if it exists, and never added', () => {
  expect(putAt({ list: [1, 2, 3] }, ['list', 1], 'two')).toEqual({ list: [1, 'two', 3] })
  expect(putAt({ list: [1] }, ['list', 1], 2)).toBeUndefined()
})

test.each([
  ['a number', 5],
  ['null', null],
  ['a list', []],
])('a member cannot be put into %s', (_, data) => {
  expect(putAt(data as Json, ['a'], 1)).toBeUndefined()
  expect(putAt({ in: data as Json }, ['in', 'a'], 1)).toBeUndefined()
})

test('inherited members are not data', () => {
  expect(readAt({}, ['constructor'])).toBeUndefined()
  expect(readAt([], ['length'])).toBeUndefined()
  const polluted = putAt({}, ['__proto__', 'admin'], true)
  expect(JSON.stringify(polluted)).toBe('{"__proto__":{"admin":true}}')
  expect(({} as Record<string, unknown>).admin).toBeUndefined()
})
