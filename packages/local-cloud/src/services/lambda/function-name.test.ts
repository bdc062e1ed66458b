import fc from 'fast-check'
import { readFunctionName } from './function-name.ts'

const name = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/)
const qualifier = fc.option(fc.oneof(fc.constant('$LATEST'), fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/)), {
  nil: undefined,
})
const region = fc.constantFrom('eu-central-1', 'us-gov-west-1')
const accountId = fc.stringMatching(/^\d{12}$/)

test('names, partial and full ARNs are read back, with and without a qualifier', () => {
  fc.assert(
    fc.property(name, qualifier, region, accountId, (name, qualifier, region, accountId) => {
      const end = qualifier === undefined ? '' : `:${qualifier}`
      const partial = `${accountId}:function:${name}${end}`
      expect(readFunctionName(`${name}${end}`)).toEqual({ name, qualifier })
      expect(readFunctionName(partial)).toEqual({ name, qualifier, accountId })
      expect(readFunctionName(`arn:aws:lambda:${region}:${partial}`)).toEqual({ name, qualifier, accountId, region })
    }),
  )
})

test('a qualifier that is given twice must be the same', () => {
  expect(readFunctionName('f:live', 'live')).toMatchObject({ qualifier: 'live' })
  expect(() => readFunctionName('f:live', 'blue')).toThrow('does not match the specified qualifier')
})

test.each(['', 'a b', 'a:b:c', 'arn:aws:sns:eu-central-1:123456789012:function:f', '../f'])(
  '%j is no function name',
  (text) => {
    expect(() => readFunctionName(text)).toThrow(expect.objectContaining({ code: 'ValidationException' }))
  },
)
