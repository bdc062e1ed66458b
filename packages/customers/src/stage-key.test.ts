import {
  CreateTableCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb'
import { customersTable } from '@confirmation-reminder/contracts/customers-table'
import { openClient } from './client.ts'
import {
  compareStageKeys,
  copyStageKey,
  keyCachedSeconds,
  keyFrom,
  NoStageKey,
  openStageKey,
  stageKeyId,
} from './stage-key.ts'
import { startTable, tableName } from './test/table.ts'

let table: Awaited<ReturnType<typeof startTable>>
beforeAll(async () => {
  table = await startTable()
})
afterAll(() => table.stop())
beforeEach(() => table.client.send(new DeleteItemCommand({ TableName: tableName, Key })))

const Key = { [customersTable.hashKey]: { S: stageKeyId } }
const stored = async () => (await table.client.send(new GetItemCommand({ TableName: tableName, Key }))).Item
const mac = async (key: ReturnType<typeof openStageKey>) =>
  (await key.mac('customer', 'ada@example.com')).toString('hex')

test('the first caller that needs the key creates it, and all others read it', async () => {
  const first = await mac(openStageKey(tableName, { make: true }))
  const item = await stored()
  expect(await mac(openStageKey(tableName, { make: true }))).toBe(first)
  expect(await mac(openStageKey(tableName))).toBe(first)
  expect(await stored()).toEqual(item)
})

test('it is 32 random bytes, says what it is, and never expires', async () => {
  await mac(openStageKey(tableName, { make: true }))
  const one = await stored()
  expect(Object.keys(one ?? {}).sort()).toEqual(['about', 'customerId', 'secret'])
  expect(one).not.toHaveProperty(customersTable.ttlAttribute)
  expect(one?.about?.S).toMatch(/Never delete .* stranger/)
  expect(Buffer.from(one?.secret?.S ?? '', 'base64url')).toHaveLength(32)
  await table.client.send(new DeleteItemCommand({ TableName: tableName, Key }))
  await mac(openStageKey(tableName, { make: true }))
  expect((await stored())?.secret).not.toEqual(one?.secret)
})

test('concurrent callers on a new table get the same key', async () => {
  const racers = Array.from({ length: 30 }, () => openStageKey(tableName, { client: openClient(), make: true }))
  expect(new Set(await Promise.all(racers.map(mac))).size).toBe(1)
  expect((await table.client.send(new ScanCommand({ TableName: tableName }))).Items).toHaveLength(1)
})

test('a caller that only reads creates no key, and finds it once it exists', async () => {
  const reader = openStageKey(tableName)
  await expect(mac(reader)).rejects.toThrow(NoStageKey)
  expect(await stored()).toBeUndefined()
  const made = await mac(openStageKey(tableName, { make: true }))
  expect(await mac(reader)).toBe(made)
})

test('it is read once, however many calls come at the same time', async () => {
  const client = new DynamoDBClient({})
  const key = openStageKey(tableName, { client, make: true })
  await mac(key)
  const send = jest.spyOn(client, 'send')
  await Promise.all([mac(key), key.mac('source', 'x'), mac(key)])
  expect(send).not.toHaveBeenCalled()
  const fresh = openStageKey(tableName, { client })
  await Promise.all([mac(fresh), mac(fresh)])
  expect(send).toHaveBeenCalledTimes(1)
})

test('if reading fails, the next call reads again', async () => {
  const secrets = [() => Promise.reject(new Error('throttled')), async () => Buffer.alloc(32)]
  const key = keyFrom(async () => await (secrets.shift()?.() ?? Promise.reject(new Error('asked once too often'))))
  await expect(key.mac('customer', 'a')).rejects.toThrow('throttled')
  expect(await key.mac('customer', 'a')).toHaveLength(32)
  expect(await key.mac('customer', 'b')).toHaveLength(32)
})

test.each([{ secret: { S: 'short' } }, { secret: { N: '5' } }, {}])(
  'a damaged key is an error, not a new key: %j',
  async (damaged) => {
    const Item = { ...Key, ...damaged }
    await table.client.send(new PutItemCommand({ TableName: tableName, Item }))
    await expect(mac(openStageKey(tableName, { make: true }))).rejects.toThrow('The item stage-key of')
    expect(await stored()).toEqual(Item)
  },
)

test('a key is read as it was last written, and a key that cannot be stored is an error', async () => {
  const client = new DynamoDBClient({})
  const reads: unknown[] = []
  client.middlewareStack.add((next, { commandName }) => async (args) => {
    if (commandName === 'PutItemCommand') throw new Error('throttled')
    reads.push(args.input)
    return next(args)
  })
  await expect(mac(openStageKey(tableName, { client, make: true }))).rejects.toThrow('throttled')
  expect(reads).toEqual([expect.objectContaining({ ConsistentRead: true })])
})

test('one text has unrelated MACs for two purposes', async () => {
  const key = openStageKey(tableName, { make: true })
  expect(await key.mac('customer', 'x')).not.toEqual(await key.mac('source', 'x'))
  expect(await key.mac('customer', 'x')).toEqual(await key.mac('customer', 'x'))
})

test('it is read again after ten minutes, because a restore may have replaced it', async () => {
  let secret = Buffer.alloc(32, 'old')
  const key = keyFrom(async () => secret)
  const now = jest.spyOn(Date, 'now')
  const at = async (seconds: number) => {
    now.mockReturnValue(1_800_000_000_000 + seconds * 1000)
    return await mac(key)
  }
  const old = await at(0)
  secret = Buffer.alloc(32, 'restored')
  expect(await at(keyCachedSeconds - 1)).toBe(old)
  expect(await at(keyCachedSeconds)).toBe(await mac(keyFrom(async () => secret)))
  now.mockRestore()
})

describe('the key of a restored table', () => {
  const from = 'restored'
  const tables = { from, to: tableName }
  const put = (TableName: string, text: string) =>
    table.client.send(
      new PutItemCommand({
        TableName,
        Item: { ...Key, secret: { S: Buffer.alloc(32, text).toString('base64url') } },
      }),
    )
  beforeAll(() =>
    table.client.send(
      new CreateTableCommand({
        TableName: from,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: customersTable.hashKey, AttributeType: 'S' }],
        KeySchema: [{ AttributeName: customersTable.hashKey, KeyType: 'HASH' }],
      }),
    ),
  )
  afterAll(() => table.client.send(new DeleteTableCommand({ TableName: from })))
  beforeEach(() => put(from, 'restored'))

  test('is compared, and copied where it is missing or another', async () => {
    expect(await compareStageKeys(table.client, tables)).toBe('missing')
    await copyStageKey(table.client, tables)
    expect(await compareStageKeys(table.client, tables)).toBe('same')
    expect(await mac(openStageKey(tableName))).toBe(await mac(openStageKey(from)))
    await put(tableName, 'another')
    expect(await compareStageKeys(table.client, tables)).toBe('different')
    await copyStageKey(table.client, tables)
    await copyStageKey(table.client, tables)
    expect(await mac(openStageKey(tableName))).toBe(await mac(openStageKey(from)))
    expect(await stored()).toHaveProperty('about')
  })

  test('does not replace a key that another writer has stored at the same moment', async () => {
    await put(tableName, 'another')
    const racing = new DynamoDBClient({})
    racing.middlewareStack.add((next, { commandName }) => async (args) => {
      if (commandName === 'PutItemCommand') await put(tableName, 'a third')
      return next(args)
    })
    await expect(copyStageKey(racing, tables)).rejects.toThrow('has changed at the same moment')
    expect(await compareStageKeys(table.client, tables)).toBe('different')
    await table.client.send(new DeleteItemCommand({ TableName: tableName, Key }))
  })

  test('must exist', async () => {
    await table.client.send(new DeleteItemCommand({ TableName: from, Key }))
    await expect(compareStageKeys(table.client, tables)).rejects.toThrow(NoStageKey)
    await expect(copyStageKey(table.client, tables)).rejects.toThrow(NoStageKey)
    expect(await stored()).toBeUndefined()
  })
})
