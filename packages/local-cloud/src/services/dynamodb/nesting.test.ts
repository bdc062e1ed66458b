import { checkNesting, type Value } from './nesting.ts'

/** A scalar with this many maps and lists around it. */
const wrapped = (levels: number): Value =>
  levels === 0 ? { S: 'x' } : levels % 2 ? { M: { a: wrapped(levels - 1) } } : { L: [wrapped(levels - 1)] }

describe.each([
  ['PutItem', (value: Value) => ({ Item: { a: { S: 'b' }, value } })],
  ['an expression', (value: Value) => ({ ExpressionAttributeValues: { ':value': value } })],
  ['UpdateItem', (value: Value) => ({ AttributeUpdates: { a: { Value: value, Action: 'PUT' } } })],
  ['BatchWriteItem', (value: Value) => ({ RequestItems: { t: [{ PutRequest: { Item: { value } } }] } })],
])('%s', (_, inputWith) => {
  // https://github.com/nubo-db/dynoxide/issues/110, measured on AWS.
  test('accepts 31 lists and maps around a scalar, and no more', () => {
    expect(() => checkNesting(inputWith(wrapped(31)))).not.toThrow()
    for (const levels of [32, 33, 400]) {
      expect(() => checkNesting(inputWith(wrapped(levels)))).toThrow('Nesting Levels have exceeded supported limits')
    }
  })
})

test.each([
  [{}],
  [{ Item: null }],
  [{ Item: 'x' }],
  [{ Item: [null] }],
  [{ Item: { a: { M: null, L: 7 } } }],
  [{ RequestItems: { t: [null, { PutRequest: null }, 7] } }],
  [{ AttributeUpdates: [null] }],
])('%j is left to other checks', (input) => {
  expect(() => checkNesting(input as never)).not.toThrow()
})
