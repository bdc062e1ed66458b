import fc from 'fast-check'
import { memberOf, NestsTooDeep, parseJson } from './json.ts'

const nested = (levels: number, inner = '') => `${'['.repeat(levels)}${inner}${']'.repeat(levels)}`

test('everything that JSON.stringify writes is read as JSON.parse reads it', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 5 }), (text) => {
      expect(parseJson(text)).toEqual(JSON.parse(text))
      expect(parseJson(Buffer.from(text))).toEqual(JSON.parse(text))
    }),
  )
})

test('any text is read, or refused by a SyntaxError', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: fc.constantFrom(...'[]{}"\\,:1a ') }), fc.uint8Array()), (source) => {
      try {
        parseJson(source)
      } catch (error) {
        expect(error).toBeInstanceOf(SyntaxError)
      }
    }),
  )
})

test('a thousand levels are read, one more is not, and brackets in strings do not count', () => {
  expect(parseJson(nested(1000))).toHaveLength(1)
  expect(() => parseJson(nested(1001))).toThrow(NestsTooDeep)
  expect(() => parseJson(nested(1001, '"]]]\\"]]"'))).toThrow('it nests deeper than 1000 levels')
  expect(parseJson(JSON.stringify([nested(30_000), '"\\']))).toEqual([nested(30_000), '"\\'])
})

test('thirty thousand levels, closed or not, are refused as too deep', () => {
  for (const text of [nested(30_000), '['.repeat(30_000), '{"a":'.repeat(30_000)]) {
    expect(() => parseJson(text)).toThrow(NestsTooDeep)
  }
})

test('bytes that are not UTF-8 are refused', () => {
  expect(() => parseJson(Buffer.from([0x22, 0xff, 0x22]))).toThrow('it is not UTF-8')
})

test('a value has the members that it was given, and no inherited ones', () => {
  expect(memberOf({ a: { b: 1 } }, 'a')).toEqual({ b: 1 })
  expect(memberOf(['first'], '0')).toBe('first')
  for (const value of [{}, [], 'text', 1, null, undefined]) expect(memberOf(value, 'constructor')).toBeUndefined()
})
