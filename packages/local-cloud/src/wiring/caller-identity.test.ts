import type { StackModel } from '../core/stack-model.ts'
import { sessionOf } from './caller-identity.ts'

const functions = [{ name: 'a-b', roleArn: 'arn:aws:iam::0:role/of-a-b' }] as StackModel['functions']
const session = sessionOf({ functions, rolePolicies: { 'arn:aws:iam::0:role/a/path/of-a-b': [] } })

test.each([
  ['local-a-b-0123456789abcdef', { role: 'arn:aws:iam::0:role/of-a-b', name: 'a-b' }],
  ['as-of-a-b', { role: 'arn:aws:iam::0:role/a/path/of-a-b', name: 'developer' }],
  ['local', undefined],
  ['local-a-b', undefined],
  ['any', undefined],
])('%s belongs to %j', (accessKeyId, expected) => {
  expect(session(accessKeyId)).toEqual(expected)
})

test.each(['local-none-0123456789abcdef', 'as-none', 'as-path'])(
  '%s is refused as credentials that do not exist',
  (id) => {
    const refused = { code: 'UnrecognizedClientException', statusCode: 403 }
    expect(() => session(id)).toThrow(expect.objectContaining(refused))
    expect(() => session(id)).toThrow('The security token included in the request is invalid')
  },
)
