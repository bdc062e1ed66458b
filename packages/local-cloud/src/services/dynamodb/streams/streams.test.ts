import { cpSync, rmSync } from 'node:fs'
import fc from 'fast-check'
import { VirtualClock } from '../../../core/clock.ts'
import { call } from '../../../core/service.ts'
import type { StreamViewType, Table } from '../../../core/stack-model.ts'
import { type StreamRecord, shardId } from '../../../core/stream-record.ts'
import { temporaryFolder } from '../../../gateway/test/start-gateway.ts'
import { startDynamoDb } from '../dynamodb.ts'

const arn = 'arn:aws:dynamodb:eu-central-1:123456789012:table/customers'
const label = '2026-01-01T00:00:00.000'
const streamArn = `${arn}/stream/${label}`
const hour = 3_600

let clock: VirtualClock
let folder: string
let remove: () => Promise<void>
beforeEach(async () => {
  clock = new VirtualClock()
  ;({ folder, remove } = await temporaryFolder())
})
afterEach(async () => {
  clock.stop()
  await remove()
})

const tableWith = (viewType: StreamViewType | undefined): Table => ({
  name: 'customers',
  arn,
  hashKey: 'id',
  attributes: [{ name: 'id', type: 'S' }],
  ttlAttribute: 'expiresAt',
  ...(viewType && { stream: { arn: streamArn, label, viewType } }),
})

async function start({
  viewType = 'NEW_AND_OLD_IMAGES',
  at = folder,
}: {
  viewType?: StreamViewType | undefined
  at?: string
} = {}) {
  const stack = { region: 'eu-central-1', accountId: '123456789012', tables: [tableWith(viewType)] }
  const dynamodb = await startDynamoDb({ stack, folder: at, clock })
  const ask = async <T = Record<string, never>>(action: string, input: object) =>
    (await call(dynamodb, action, input)) as T
  const put = (id: string, more: object = {}, TableName = 'customers') =>
    ask('PutItem', { TableName, Item: { id: { S: id }, ...more } })
  const iterator = async (type: string, SequenceNumber?: string) => {
    const place = { StreamArn: streamArn, ShardId: shardId, ShardIteratorType: type }
    return (await ask<{ ShardIterator: string }>('GetShardIterator', { ...place, SequenceNumber })).ShardIterator
  }
  const records = async (type = 'TRIM_HORIZON', sequenceNumber?: string) => {
    const ShardIterator = await iterator(type, sequenceNumber)
    return (await ask<{ Records: StreamRecord[] }>('GetRecords', { ShardIterator })).Records
  }
  const items = async () => (await ask<{ Items: { id: { S: string } }[] }>('Scan', { TableName: 'customers' })).Items
  const skip = async (seconds: number) => {
    clock.moveTo(clock.offsetMs + seconds * 1000)
    await dynamodb.settled()
  }
  return { ...dynamodb, ask, put, iterator, records, items, skip }
}

const sequenceNumber = ({ dynamodb }: StreamRecord | { dynamodb: { SequenceNumber: string } }) =>
  dynamodb.SequenceNumber

test('each change of an item has a record, in the order of the changes', async () => {
  const { put, ask, records, stop } = await start()
  await put('my-id', { plan: { S: 'free' } })
  await put('my-id', { plan: { S: 'paid' } })
  await ask('DeleteItem', { TableName: 'customers', Key: { id: { S: 'my-id' } } })
  const read = await records()
  const [free, paid] = ['free', 'paid'].map((plan) => ({ id: { S: 'my-id' }, plan: { S: plan } }))
  const Keys = { id: { S: 'my-id' } }
  const common = { eventID: expect.stringMatching(/^[0-9a-f]{32}$/), eventVersion: '1.1', eventSource: 'aws:dynamodb' }
  const of = (images: object, SizeBytes: number) => ({
    ...{ ApproximateCreationDateTime: expect.any(Number), Keys, ...images, SequenceNumber: expect.any(String) },
    ...{ SizeBytes, StreamViewType: 'NEW_AND_OLD_IMAGES' },
  })
  expect(read).toEqual([
    { ...common, awsRegion: 'eu-central-1', eventName: 'INSERT', dynamodb: of({ NewImage: free }, 7 + 15) },
    {
      ...common,
      ...{ awsRegion: 'eu-central-1', eventName: 'MODIFY' },
      dynamodb: of({ NewImage: paid, OldImage: free }, 7 + 15 + 15),
    },
    { ...common, awsRegion: 'eu-central-1', eventName: 'REMOVE', dynamodb: of({ OldImage: paid }, 7 + 15) },
  ])
  const numbers = read.map(sequenceNumber)
  expect(numbers).toEqual([...numbers].sort())
  expect(new Set(numbers).size).toBe(3)
  await stop()
})

test('AWS was recorded to count 70 bytes for a key of 27 and an attribute of 16', async () => {
  const table = { ...tableWith('NEW_IMAGE'), hashKey: 'my_partition_key' }
  const tables = [{ ...table, attributes: [{ name: 'my_partition_key', type: 'S' as const }] }]
  const dynamodb = await startDynamoDb({
    stack: { region: 'eu-central-1', accountId: '123456789012', tables },
    ...{ folder, clock },
  })
  const Item = { my_partition_key: { S: 'hello world' }, binary_key: { B: 'Zm9vYmFy' } }
  await call(dynamodb, 'PutItem', { TableName: 'customers', Item })
  const [record] = (await dynamodb.streams[0]?.read(undefined, 1)) ?? []
  expect(record?.dynamodb.SizeBytes).toBe(70)
  await dynamodb.stop()
})

test.each([
  ['KEYS_ONLY', []],
  ['NEW_IMAGE', ['NewImage']],
  ['OLD_IMAGE', ['OldImage']],
  ['NEW_AND_OLD_IMAGES', ['NewImage', 'OldImage']],
] as const)('a stream of %s shows of a changed item %j', async (viewType, shown) => {
  const { put, records, stop } = await start({ viewType })
  await put('a', { n: { N: '1' } })
  await put('a', { n: { N: '2' } })
  const [, changed] = await records()
  expect(Object.keys(changed?.dynamodb ?? {}).filter((name) => name.endsWith('Image'))).toEqual(shown)
  await stop()
})

test('a write that changes nothing or is refused has no record', async () => {
  const { put, ask, records, stop } = await start()
  const more = { tags: { SS: ['a', 'b'] }, deep: { M: { l: { L: [{ N: '1' }, { NULL: true }] } } } }
  await put('a', more)
  await put('a', { deep: more.deep, tags: { SS: ['b', 'a'] } })
  const key = { TableName: 'customers', Key: { id: { S: 'a' } } }
  const set = { UpdateExpression: 'SET #d = #d', ExpressionAttributeNames: { '#d': 'deep' } }
  await ask('UpdateItem', { ...key, ...set })
  await ask('DeleteItem', { TableName: 'customers', Key: { id: { S: 'none' } } })
  const failing = { ...key, ConditionExpression: 'attribute_not_exists(id)' }
  await expect(ask('DeleteItem', failing)).rejects.toMatchObject({ code: 'ConditionalCheckFailedException' })
  expect((await records()).map(({ eventName }) => eventName)).toEqual(['INSERT'])
  await stop()
})

test('a batch of writes has a record for each item, also by the ARN of the table', async () => {
  const { ask, put, records, stop } = await start()
  await put('a', {}, arn)
  const put1 = { PutRequest: { Item: { id: { S: 'b' } } } }
  const delete1 = { DeleteRequest: { Key: { id: { S: 'a' } } } }
  await ask('BatchWriteItem', { RequestItems: { customers: [put1, delete1] } })
  expect((await records()).map(({ eventName, dynamodb }) => [eventName, dynamodb.Keys]).sort()).toEqual([
    ['INSERT', { id: { S: 'a' } }],
    ['INSERT', { id: { S: 'b' } }],
    ['REMOVE', { id: { S: 'a' } }],
  ])
  await stop()
})

test('an item that expires is removed by DynamoDB itself, in the words of the API and of events', async () => {
  const { put, skip, records, streams, stop } = await start()
  await put('a', { expiresAt: { N: String(Math.floor(clock.now() / 1000)) } })
  await skip(60 * hour)
  const removed = { eventName: 'REMOVE', userIdentity: { Type: 'Service', PrincipalId: 'dynamodb.amazonaws.com' } }
  expect(await records()).toMatchObject([removed])
  const [record] = (await streams[0]?.read(undefined, 1)) ?? []
  expect(record?.userIdentity).toEqual({ type: 'Service', principalId: 'dynamodb.amazonaws.com' })
  await stop()
})

test('records are trimmed after 24 hours, also over a restart, and numbers never repeat', async () => {
  const first = await start()
  await first.put('a')
  await first.skip(23 * hour)
  await first.put('b')
  const [a, b] = await first.records()
  expect(a && b).toBeDefined()
  await first.skip(hour)
  expect(await first.records()).toEqual([b])
  const old = sequenceNumber(a as StreamRecord)
  await expect(first.iterator('AT_SEQUENCE_NUMBER', old)).rejects.toMatchObject({ code: 'TrimmedDataAccessException' })
  expect(await first.records('AFTER_SEQUENCE_NUMBER', old)).toEqual([b])
  await first.stop()
  clock.moveTo(clock.offsetMs + 24 * hour * 1000)
  const second = await start()
  expect(await second.records()).toEqual([])
  await second.stop()
  const third = await start()
  await third.put('c')
  const [c] = await third.records()
  expect(sequenceNumber(c as StreamRecord) > sequenceNumber(b as StreamRecord)).toBe(true)
  await third.stop()
})

test('readers begin at the oldest record, after the newest, or at one that they name, and continue', async () => {
  const { put, ask, iterator, records, skip, stop } = await start()
  const latest = await iterator('LATEST')
  for (const id of ['a', 'b', 'c']) await put(id)
  const ids = (read: StreamRecord[]) => read.map(({ dynamodb }) => (dynamodb.Keys.id as { S: string }).S).join('')
  const [, b] = await records()
  expect(ids(await records('AT_SEQUENCE_NUMBER', sequenceNumber(b as StreamRecord)))).toBe('bc')
  expect(ids(await records('AFTER_SEQUENCE_NUMBER', sequenceNumber(b as StreamRecord)))).toBe('c')
  expect(ids(await records('LATEST'))).toBe('')
  type Page = { Records: StreamRecord[]; NextShardIterator: string }
  const page = (ShardIterator: string) => ask<Page>('GetRecords', { ShardIterator, Limit: 2 })
  const one = await page(latest)
  const two = await page(one.NextShardIterator)
  expect([ids(one.Records), ids(two.Records)]).toEqual(['ab', 'c'])
  await put('d')
  expect(ids((await page(two.NextShardIterator)).Records)).toBe('d')
  await expect(page(`${latest.slice(0, -1)}!`)).rejects.toMatchObject({ code: 'ValidationException' })
  await skip(16 * 60)
  await expect(page(latest)).rejects.toMatchObject({ code: 'ExpiredIteratorException' })
  await stop()
})

test('tables and streams name each other; only Terraform makes streams', async () => {
  const { ask, put, records, stop } = await start()
  await put('a')
  const [a] = await records()
  const StreamSpecification = { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' }
  expect(await ask('DescribeTable', { TableName: 'customers' })).toMatchObject({
    Table: { LatestStreamArn: streamArn, LatestStreamLabel: label, StreamSpecification },
  })
  const listed = { StreamArn: streamArn, TableName: 'customers', StreamLabel: label }
  expect(await ask('ListStreams', {})).toEqual({ Streams: [listed] })
  expect(await ask('ListStreams', { TableName: 'others' })).toEqual({ Streams: [] })
  expect(await ask('DescribeStream', { StreamArn: streamArn })).toEqual({
    StreamDescription: {
      ...{ ...listed, StreamStatus: 'ENABLED', StreamViewType: 'NEW_AND_OLD_IMAGES' },
      CreationRequestDateTime: expect.any(Date),
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      Shards: [
        { ShardId: shardId, SequenceNumberRange: { StartingSequenceNumber: sequenceNumber(a as StreamRecord) } },
      ],
    },
  })
  const missing = { StreamArn: `${arn}/stream/2020-01-01T00:00:00.000` }
  await expect(ask('DescribeStream', missing)).rejects.toMatchObject({ code: 'ResourceNotFoundException' })
  await expect(ask('UpdateTable', { TableName: 'customers', StreamSpecification })).rejects.toMatchObject({
    message: expect.stringContaining('set stream_enabled in the Terraform'),
  })
  await stop()
})

test('a table whose stream was removed keeps no records', async () => {
  const before = await start()
  await before.put('a')
  await before.stop()
  const without = await startDynamoDb({
    stack: { region: 'eu-central-1', accountId: '123456789012', tables: [tableWith(undefined)] },
    ...{ folder, clock },
  })
  expect(await call(without, 'DescribeTable', { TableName: 'customers' })).not.toMatchObject({
    Table: { LatestStreamArn: expect.anything() },
  })
  await without.stop()
  const after = await start()
  expect([await after.records(), (await after.items()).length]).toEqual([[], 1])
  await after.stop()
})

/** The items that remain after the changes of records, in their order. */
function replay(records: StreamRecord[]): Map<string, object> {
  const items = new Map<string, object>()
  for (const { eventName, dynamodb } of records) {
    const key = JSON.stringify(dynamodb.Keys)
    const known = items.get(key)
    if (eventName === 'INSERT') expect(known).toBeUndefined()
    else expect(dynamodb.OldImage).toEqual(known)
    if (dynamodb.NewImage) items.set(key, dynamodb.NewImage)
    else items.delete(key)
  }
  return items
}

test('a kill at any moment leaves an item and its record, or neither', async () => {
  const { ask, put, stop } = await start()
  const id = fc.constantFrom('a', 'b', 'c')
  const change = fc.oneof(
    fc.record({ kind: fc.constant('put' as const), id, n: fc.nat(3) }),
    fc.record({ kind: fc.constant('add' as const), id, n: fc.nat(3) }),
    fc.record({ kind: fc.constant('delete' as const), id, n: fc.nat(0) }),
  )
  const make = ({ kind, id, n }: { kind: string; id: string; n: number }) => {
    const key = { TableName: 'customers', Key: { id: { S: id } } }
    if (kind === 'put') return put(id, { n: { N: String(n) } })
    if (kind === 'delete') return ask('DeleteItem', key)
    const values = { ':n': { N: String(n) } }
    return ask('UpdateItem', { ...key, UpdateExpression: 'ADD n :n', ExpressionAttributeValues: values })
  }
  let killed = 0
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 4, maxLength: 12 }), fc.nat(12), async (changes, turns) => {
      const underWay = Promise.all(changes.map(make))
      for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate)
      const copy = `${folder}-killed-${killed++}`
      cpSync(folder, copy, { recursive: true })
      await underWay
      const after = await start({ at: copy })
      const left = new Map((await after.items()).map((item) => [JSON.stringify({ id: item.id }), item as object]))
      const told = replay(await after.records())
      await after.stop()
      rmSync(copy, { recursive: true })
      expect(left).toEqual(told)
    }),
    { numRuns: 60 },
  )
  await stop()
}, 180_000)
