import {
  CreateTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
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
})
