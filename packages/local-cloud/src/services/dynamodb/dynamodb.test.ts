import {
  CreateTableCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
  UpdateItemCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb'
import { VirtualClock } from '../../core/clock.ts'
import type { Table } from '../../core/stack-model.ts'
import { gatewayFor, temporaryFolder } from '../../gateway/test/start-gateway.ts'
import { startDynamoDb } from './dynamodb.ts'

function systemWith(...tables: Partial<Table>[]) {
  return {
    region: 'eu-central-1',
    accountId: '123456789012',
    tables: tables.map(({ name = 'customers', hashKey = 'customerId', ...rest }) => ({
      name,
      hashKey,
      arn: `arn:aws:dynamodb:eu-central-1:123456789012:table/${name}`,
      attributes: [{ name: hashKey, type: 'S' as const }],
      ...rest,
    })),
  }
}

const clock = new VirtualClock()
let folder: string
let remove: () => Promise<void>
beforeEach(async () => {
  const temporary = await temporaryFolder()
  folder = temporary.folder
  remove = temporary.remove
})
afterEach(() => remove())
afterAll(() => clock.stop())

test('the tables of the stack are active at once, by their own ARN', async () => {
  const dynamodb = await startDynamoDb({ stack: systemWith({}, { name: 'other' }), folder, clock })
  const gateway = await gatewayFor({ dynamodb })
  const client = new DynamoDBClient(gateway.client)
  const { Table } = await client.send(new DescribeTableCommand({ TableName: 'other' }))
  expect(Table).toMatchObject({
    TableStatus: 'ACTIVE',
    TableArn: 'arn:aws:dynamodb:eu-central-1:123456789012:table/other',
    KeySchema: [{ AttributeName: 'customerId', KeyType: 'HASH' }],
  })
  await gateway.stop()
  await dynamodb.stop()
})

test('a table that Terraform protects is deleted only after its protection was disabled', async () => {
  const stack = systemWith({ deletionProtected: true }, { name: 'other' })
  const dynamodb = await startDynamoDb({ stack, folder, clock })
  const gateway = await gatewayFor({ dynamodb })
  const client = new DynamoDBClient(gateway.client)
  const isProtected = async (TableName: string) =>
    (await client.send(new DescribeTableCommand({ TableName }))).Table?.DeletionProtectionEnabled
  expect([await isProtected('customers'), await isProtected('other')]).toEqual([true, false])
  for (const TableName of ['customers', 'arn:aws:dynamodb:eu-central-1:123456789012:table/customers']) {
    await expect(client.send(new DeleteTableCommand({ TableName }))).rejects.toMatchObject({
      name: 'ValidationException',
      message:
        'Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.',
    })
  }
  const set = (DeletionProtectionEnabled: boolean, TableName: string) =>
    client.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled }))
  expect((await set(true, 'other')).TableDescription).toMatchObject({ TableName: 'other' })
  await expect(client.send(new DeleteTableCommand({ TableName: 'other' }))).rejects.toThrow(
    'protected against deletion',
  )
  await expect(set(false, 'none')).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  await set(false, 'customers')
  await client.send(new DeleteTableCommand({ TableName: 'customers' }))
  await gateway.stop()
  await dynamodb.stop()
})

test('a table may be named by its ARN; one of another account or Region is refused', async () => {
  const dynamodb = await startDynamoDb({ stack: systemWith({}), folder, clock })
  const gateway = await gatewayFor({ dynamodb })
  const client = new DynamoDBClient(gateway.client)
  const TableName = 'arn:aws:dynamodb:eu-central-1:123456789012:table/customers'
  const Item = { customerId: { S: 'a' } }
  await client.send(new PutItemCommand({ TableName, Item }))
  expect((await client.send(new GetItemCommand({ TableName: 'customers', Key: Item }))).Item).toEqual(Item)
  expect((await client.send(new DescribeTableCommand({ TableName }))).Table?.TableName).toBe('customers')
  for (const [ours, other] of [
    ['123456789012', '111111111111'],
    ['eu-central-1', 'us-east-1'],
  ] as const) {
    const elsewhere = client.send(new GetItemCommand({ TableName: TableName.replace(ours, other), Key: Item }))
    await expect(elsewhere).rejects.toMatchObject({ name: 'ValidationException' })
  }
  await gateway.stop()
  await dynamodb.stop()
})

test.each([
  ['GetItem', { Key: { customerId: null } }, 'ValidationException'],
  ['PutItem', { Item: { customerId: { S: 'a' }, n: { L: [null] } } }, 'ValidationException'],
  ['BatchWriteItem', { RequestItems: { customers: [null] } }, 'ValidationException'],
  ['DescribeTimeToLive', { TableName: { toString: 1 } }, 'ValidationException'],
  ['TagResource', { Tags: [{ Key: 'a' }] }, 'ValidationException'],
  ['TagResource', { Tags: [{ Value: 'a' }] }, 'ValidationException'],
  ['TagResource', { Tags: [null] }, 'ValidationException'],
])('%s with %j is refused', async (action, input, code) => {
  const dynamodb = await startDynamoDb({ stack: systemWith({}), folder, clock })
  const ResourceArn = 'arn:aws:dynamodb:eu-central-1:123456789012:table/customers'
  const members = { TableName: 'customers', ResourceArn, ...input }
  await expect(dynamodb.actions[action]?.(members as never)).rejects.toMatchObject({ code, statusCode: 400 })
  await dynamodb.stop()
})

test('items outlive a restart, and conditions hold', async () => {
  const Item = { customerId: { S: 'a' }, n: { N: '1' } }
  for (const round of [1, 2]) {
    const dynamodb = await startDynamoDb({ stack: systemWith({}), folder, clock })
    const gateway = await gatewayFor({ dynamodb })
    const client = new DynamoDBClient(gateway.client)
    const put = client.send(
      new PutItemCommand({ TableName: 'customers', Item, ConditionExpression: 'attribute_not_exists(customerId)' }),
    )
    if (round === 1) await put
    else await expect(put).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' })
    const found = await client.send(new GetItemCommand({ TableName: 'customers', Key: { customerId: { S: 'a' } } }))
    expect(found.Item).toEqual(Item)
    await gateway.stop()
    await dynamodb.stop()
  }
})

describe('the error for a failed condition', () => {
  const TableName = 'customers'
  const Key = { customerId: { S: 'a' } }
  const stored = { ...Key, n: { N: '1' }, list: { L: [{ S: 'x' }, { M: { b: { B: new Uint8Array([1]) } } }] } }
  let dynamodb: Awaited<ReturnType<typeof startDynamoDb>>
  let gateway: Awaited<ReturnType<typeof gatewayFor>>
  let client: DynamoDBClient
  beforeEach(async () => {
    dynamodb = await startDynamoDb({ stack: systemWith({}), folder, clock })
    gateway = await gatewayFor({ dynamodb })
    client = new DynamoDBClient(gateway.client)
    await client.send(new PutItemCommand({ TableName, Item: stored }))
  })
  afterEach(async () => {
    await gateway.stop()
    await dynamodb.stop()
  })
  const isTwo = {
    TableName,
    ConditionExpression: 'n = :two',
    ExpressionAttributeValues: { ':two': { N: '2' } },
  }
  const failing = (asked: object, key = Key) => ({
    PutItem: new PutItemCommand({ ...isTwo, ...asked, Item: key }),
    UpdateItem: new UpdateItemCommand({ ...isTwo, ...asked, Key: key, UpdateExpression: 'SET n = :two' }),
    DeleteItem: new DeleteItemCommand({ ...isTwo, ...asked, Key: key }),
  })
  const actions = ['PutItem', 'UpdateItem', 'DeleteItem'] as const
  // The overloads of `send` take one command at a time.
  const refusal = (command: unknown): Promise<{ name: string; message: string; Item?: unknown }> =>
    client.send(command as PutItemCommand).then(
      () => Promise.reject(new Error('The condition held.')),
      (error) => error,
    )

  test.each(actions)('of %s has the item, if it is asked for', async (action) => {
    const error = await refusal(failing({ ReturnValuesOnConditionCheckFailure: 'ALL_OLD' })[action])
    expect(error).toMatchObject({
      name: 'ConditionalCheckFailedException',
      message: 'The conditional request failed',
      Item: stored,
    })
    const { Item } = await client.send(new GetItemCommand({ TableName, Key }))
    expect(Item).toEqual(stored)
  })

  test.each(actions)('of %s has no item without that, and none if there is none', async (action) => {
    for (const asked of [{}, { ReturnValuesOnConditionCheckFailure: 'NONE' }]) {
      const error = await refusal(failing(asked)[action])
      expect([error.name, error.Item]).toEqual(['ConditionalCheckFailedException', undefined])
    }
    const missing = failing({ ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }, { customerId: { S: 'missing' } })
    const error = await refusal(missing[action])
    expect([error.name, error.Item]).toEqual(['ConditionalCheckFailedException', undefined])
  })

  test.each(actions)('of %s: another value than these two is refused', async (action) => {
    expect(await refusal(failing({ ReturnValuesOnConditionCheckFailure: 'ALL_NEW' })[action])).toMatchObject({
      name: 'ValidationException',
      message:
        "1 validation error detected: Value 'ALL_NEW' at 'returnValuesOnConditionCheckFailure' failed to satisfy constraint: Member must satisfy enum value set: [ALL_OLD, NONE]",
    })
  })

  test('has the item that the condition was checked with, while others write', async () => {
    const put = (n: string) => client.send(new PutItemCommand({ TableName, Item: { ...Key, n: { N: n } } }))
    const failed: string[] = []
    const writeAfter = async (n: string) => {
      const condition = { ConditionExpression: 'n = :n', ExpressionAttributeValues: { ':n': { N: n } } }
      const input = { TableName, Key, UpdateExpression: 'SET m = :n', ...condition }
      await client
        .send(new UpdateItemCommand({ ...input, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }))
        .catch(({ Item }) => failed.push(`${n} but found ${Item?.n.N}`))
    }
    for (let round = 0; round < 40; round++) {
      await Promise.all([put('1'), writeAfter('1'), writeAfter('2'), put('2'), writeAfter('1'), writeAfter('2')])
    }
    expect(failed.length).toBeGreaterThan(0)
    for (const one of failed) expect(['1 but found 2', '2 but found 1']).toContain(one)
  })
})

test('input that DynamoDB refuses is refused with its error', async () => {
  const dynamodb = await startDynamoDb({ stack: systemWith({}), folder, clock })
  const gateway = await gatewayFor({ dynamodb })
  const client = new DynamoDBClient(gateway.client)
  const create = { KeySchema: [], AttributeDefinitions: [], TableName: '!' }
  await expect(client.send(new CreateTableCommand(create))).rejects.toMatchObject({ name: 'ValidationException' })
  const missing = new GetItemCommand({ TableName: 'nothing', Key: { customerId: { S: 'a' } } })
  await expect(client.send(missing)).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  await gateway.stop()
  await dynamodb.stop()
})

test('a table on disk with another key asks for --reset, and unlocks the folder', async () => {
  await (await startDynamoDb({ stack: systemWith({}), folder, clock })).stop()
  const changed = systemWith({ hashKey: 'id' })
  await expect(startDynamoDb({ stack: changed, folder, clock })).rejects.toThrow(
    'The table customers on disk has the key customerId (S), the Terraform says id (S): start with --reset to delete all data.',
  )
  await (await startDynamoDb({ stack: systemWith({}), folder, clock })).stop()
})

test('a folder that is in use stops the start with one sentence', async () => {
  const first = await startDynamoDb({ stack: systemWith({}), folder, clock })
  await expect(startDynamoDb({ stack: systemWith({}), folder, clock })).rejects.toThrow(`uses the folder ${folder}`)
  await first.stop()
})

describe('items with an expiry', () => {
  const hour = 3_600
  const table = systemWith({ ttlAttribute: 'expiresAt' })

  async function start(clock: VirtualClock) {
    const dynamodb = await startDynamoDb({ stack: table, folder, clock })
    const gateway = await gatewayFor({ dynamodb })
    const client = new DynamoDBClient(gateway.client)
    const put = (customerId: string, expiresAt?: object) => {
      const Item = { customerId: { S: customerId }, ...(expiresAt && { expiresAt }) }
      return client.send(new PutItemCommand({ TableName: 'customers', Item } as never))
    }
    const left = async () => {
      const { Items = [] } = await client.send(new ScanCommand({ TableName: 'customers' }))
      return Items.map(({ customerId }) => customerId?.S).sort()
    }
    const skip = async (seconds: number) => {
      clock.moveTo(clock.offsetMs + seconds * 1000)
      await dynamodb.settled()
    }
    const stop = () => gateway.stop().then(() => dynamodb.stop())
    return { client, put, left, skip, stop }
  }
  const inHours = (clock: VirtualClock, hours: number) => ({ N: `${Math.floor(clock.now() / 1000) + hours * hour}` })

  test('stay, each for its own time, and are deleted within two days; the others stay', async () => {
    const clock = new VirtualClock()
    const { put, left, skip, stop } = await start(clock)
    const expiring = Array.from({ length: 40 }, (_, n) => `e${String(n).padStart(2, '0')}`)
    for (const id of expiring) await put(id, inHours(clock, 24))
    await put('later', inHours(clock, 24 * 30))
    await put('never')
    await put('text', { S: '1' })
    await put('ancient', { N: '1' })
    const others = ['ancient', 'later', 'never', 'text']
    await skip(23 * hour)
    expect(await left()).toEqual([...others, ...expiring].sort())
    await skip(13 * hour)
    const some = (await left()).length - others.length
    expect(some).toBeGreaterThan(0)
    expect(some).toBeLessThan(expiring.length)
    await skip(36 * hour)
    expect(await left()).toEqual(others)
    clock.stop()
    await stop()
  })

  test('are deleted after a restart too, as many as without it', async () => {
    const lefts: unknown[] = []
    for (const restarted of [false, true]) {
      const clock = new VirtualClock()
      let run = await start(clock)
      for (let n = 0; n < 40; n++) await run.put(`r${n}`, { N: '2000000000' })
      const until = 2_000_000_000 + 20 * hour - Math.floor(clock.now() / 1000)
      if (restarted) {
        await run.stop()
        clock.moveTo(until * 1000)
        run = await start(clock)
        await run.skip(0)
      } else {
        await run.skip(until)
      }
      lefts.push(await run.left())
      for (let n = 0; n < 40; n++) await run.put(`r${n}`)
      clock.stop()
      await run.stop()
    }
    expect(lefts[1]).toEqual(lefts[0])
    expect(lefts[0]).not.toEqual([])
  })

  test('DescribeTimeToLive returns the attribute', async () => {
    const { client, stop } = await start(clock)
    const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName: 'customers' }))
    expect(TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expiresAt' })
    await stop()
  })

  test('of a table that a client has deleted are gone: the clock moves on, and the stop ends', async () => {
    const clock = new VirtualClock()
    const { client, put, skip, stop } = await start(clock)
    await put('a', inHours(clock, 1))
    await client.send(new DeleteTableCommand({ TableName: 'customers' }))
    await skip(72 * hour)
    clock.stop()
    await stop()
  })
})
