import fc from 'fast-check'
import { fromItem, toItem } from './attributes.ts'

test('an item is read as it was written, without its undefined members', () => {
  const value = fc.letrec((tie) => ({
    any: fc.oneof(fc.string(), fc.double({ noNaN: true, noDefaultInfinity: true }), tie('list'), tie('map')),
    list: fc.array(tie('any'), { maxLength: 3 }),
    map: fc.dictionary(fc.string(), tie('any'), { maxKeys: 3, noNullPrototype: true }),
  })).map
  fc.assert(
    fc.property(value, (values) => {
      const written = JSON.parse(JSON.stringify(values))
      expect(fromItem(toItem({ ...written, left: undefined }))).toStrictEqual(written)
    }),
  )
})

test.each([[null], [true], [() => 1]])('%s is refused, and not written as something else', (value) => {
  expect(() => toItem({ value })).toThrow('An item cannot hold a')
})

test('what this package never writes is refused, and named', () => {
  expect(() => fromItem({ value: { BOOL: true } })).toThrow('holds a BOOL')
})
