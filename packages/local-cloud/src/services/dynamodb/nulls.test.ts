import fc from 'fast-check'
import { AwsError } from '../../core/aws-error.ts'
import { VirtualClock } from '../../core/clock.ts'
import { call } from '../../core/service.ts'
import { temporaryFolder } from '../../gateway/test/start-gateway.ts'
import { startDynamoDb } from './dynamodb.ts'

const clock = new VirtualClock()
let temporary: Awaited<ReturnType<typeof temporaryFolder>>
let dynamodb: Awaited<ReturnType<typeof startDynamoDb>>
beforeAll(async () => {
  temporary = await temporaryFolder()
  const attributes = [{ name: 'id', type: 'S' as const }]
  const tables = [{ name: 'customers', hashKey: 'id', arn: 'arn:aws:dynamodb:r:1:table/customers', attributes }]
  dynamodb = await startDynamoDb({ stack: { region: 'r', accountId: '1', tables }, folder: temporary.folder, clock })
})
afterAll(async () => {
  await dynamodb.stop()
  await temporary.remove()
  clock.stop()
})

const TableName = 'customers'
const Key = { id: { S: 'a' } }
const outcomeOf = (action: string, input: object) =>
  call(dynamodb, action, input).catch((error) => {
    if (error instanceof AwsError) return { code: error.code, message: error.message }
    throw error
  })

const empty = 'Supplied AttributeValue is empty, must contain exactly one of the supported datatypes'

test.each<[string, object]>([
  ['PutItem', { TableName, Item: { ...Key, a: null } }],
  ['PutItem', { TableName, Item: { ...Key, a: { L: [null] } } }],
  ['PutItem', { TableName, Item: { ...Key, a: { M: { b: null } } } }],
  ['PutItem', { TableName, Item: { ...Key, a: { S: null } } }],
  ['GetItem', { TableName, Key: { id: null } }],
  ['BatchWriteItem', { RequestItems: { customers: [{ PutRequest: { Item: { id: { L: [null] } } } }] } }],
])('%s of %j: a value that is null is an empty one', async (action, input) => {
  expect(await outcomeOf(action, input)).toEqual({ code: 'ValidationException', message: empty })
})

test('a member that is null is absent', async () => {
  const Item = { ...Key, a: { S: null, N: '1' }, b: { SS: ['x', null] } }
  expect(await outcomeOf('PutItem', { TableName, Item, ConditionExpression: null, ReturnValues: null })).toEqual({})
  const read = await outcomeOf('GetItem', { TableName, Key, ProjectionExpression: null })
  expect(read).toEqual({ Item: { ...Key, a: { N: '1' }, b: { SS: ['x'] } } })
})

test('no malformed request is a failure of the local cloud', async () => {
  const condition = { ConditionExpression: 'n = :v', ExpressionAttributeValues: { ':v': { N: '2' } } }
  const requests: [string, object][] = [
    [
      'PutItem',
      { TableName, Item: { ...Key, l: { L: [{ SS: ['x'] }] }, m: { M: { a: { B: 'AQ==' } } } }, ...condition },
    ],
    [
      'UpdateItem',
      { TableName, Key, ...condition, UpdateExpression: 'SET #n = :v', ExpressionAttributeNames: { '#n': 'n' } },
    ],
    [
      'UpdateItem',
      { TableName, Key, AttributeUpdates: { n: { Value: { N: '1' } } }, Expected: { n: { Value: { N: '1' } } } },
    ],
    ['Query', { TableName, KeyConditionExpression: 'id = :k', ExpressionAttributeValues: { ':k': { S: 'a' } } }],
    ['BatchGetItem', { RequestItems: { customers: { Keys: [Key] } } }],
    ['BatchWriteItem', { RequestItems: { customers: [{ PutRequest: { Item: Key } }] } }],
  ]
  const junk = fc.constantFrom(null, 1, true, '', 'x', [], {}, [null], [[]], { S: null }, { S: 1 }, { M: { a: null } })
  /** The request with some of its parts replaced. */
  const damaged = (part: unknown): fc.Arbitrary<unknown> => {
    const kept = Array.isArray(part)
      ? fc.tuple(...part.map(damaged))
      : typeof part === 'object' && part !== null
        ? fc.record(Object.fromEntries(Object.entries(part).map(([name, value]) => [name, damaged(value)])))
        : fc.constant(part)
    return fc.oneof({ weight: 6, arbitrary: kept }, { weight: 1, arbitrary: junk })
  }
  const members = (input: object) =>
    fc.record(Object.fromEntries(Object.entries(input).map(([name, value]) => [name, damaged(value)])))
  const request = fc.oneof(...requests.map(([action, input]) => fc.tuple(fc.constant(action), members(input))))
  await fc.assert(
    fc.asyncProperty(request, async ([action, input]) => {
      await outcomeOf(action, structuredClone(input))
    }),
    { numRuns: 500 },
  )
})
