import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb'
import { gatewayFor, temporaryFolder } from '../gateway/gateway-fixture.ts'
import type { Table } from '../system.ts'
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

let folder: string
let remove: () => Promise<void>
beforeEach(async () => {
  const temporary = await temporaryFolder()
  folder = temporary.folder
  remove = temporary.remove
})
afterEach(() => remove())

test('the tables of the system are active at once, by their own ARN', async () => {
  const dynamodb = await startDynamoDb({ system: systemWith({}, { name: 'other' }), folder })
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
    const dynamodb = await startDynamoDb({ system: systemWith({}), folder })
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
  const dynamodb = await startDynamoDb({ system: systemWith({}), folder })
  const gateway = await gatewayFor({ dynamodb })
  const client = new DynamoDBClient(gateway.client)
  const create = { KeySchema: [], AttributeDefinitions: [], TableName: '!' }
  await expect(client.send(new CreateTableCommand(create))).rejects.toMatchObject({ name: 'ValidationException' })
  const missing = new GetItemCommand({ TableName: 'nothing', Key: { customerId: { S: 'a' } } })
  await expect(client.send(missing)).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  await gateway.stop()
  await dynamodb.stop()
})

test('a table on disk with another key asks for --reset, and gives the folder back', async () => {
  await (await startDynamoDb({ system: systemWith({}), folder })).stop()
  const changed = systemWith({ hashKey: 'id' })
  await expect(startDynamoDb({ system: changed, folder })).rejects.toThrow(
    'The table customers on disk has the key customerId (S), the Terraform says id (S): start with --reset to begin anew.',
  )
  await (await startDynamoDb({ system: systemWith({}), folder })).stop()
})

test('a folder that is in use ends with one sentence', async () => {
  const first = await startDynamoDb({ system: systemWith({}), folder })
  await expect(startDynamoDb({ system: systemWith({}), folder })).rejects.toThrow(`uses the folder ${folder}`)
  await first.stop()
})
