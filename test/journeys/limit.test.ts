import { type RequestOptions, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn'
import { resourceName } from '@confirmation-reminder/contracts/names'
import { concurrently } from '../concurrently.ts'
import { LocalCloud } from '../local-cloud.ts'
import { stateMachineOf } from '../state-machine.ts'

const limit = 5
const hour = 3_600

let cloud: LocalCloud
beforeAll(async () => {
  cloud = await LocalCloud.start(undefined, { options: [`--var=registrations_per_source_and_hour=${limit}`] })
})
afterAll(() => cloud?.dispose())
// Every test begins with an hour of its own: the limit counts by the hour of the clock.
beforeEach(async () => {
  const { now } = await cloud.skip(hour)
  await cloud.skip(hour - ((Date.parse(now) / 1000) % hour))
})

async function runs(): Promise<number> {
  const states = new SFNClient(cloud.client)
  const stateMachineArn = await stateMachineOf(states)
  const { executions = [] } = await states.send(new ListExecutionsCommand({ stateMachineArn, maxResults: 1000 }))
  return executions.length
}
async function rowsOf(subject: 'customers' | 'sources') {
  const dynamodb = new DynamoDBClient(cloud.client)
  return (await dynamodb.send(new ScanCommand({ TableName: resourceName('dev', subject) }))).Items ?? []
}
const counts = async () => ({
  rows: (await rowsOf('customers')).filter(({ customerId }) => customerId?.S !== 'stage-key').length,
  runs: await runs(),
  mails: (await cloud.mails()).length,
})
/** All that a caller sees of an answer, except the date and the id of the request. */
const visible = async (answer: Response) => ({
  status: answer.status,
  body: await answer.text(),
  headers: [...answer.headers].filter(([name]) => !['date', 'apigw-requestid'].includes(name)),
})

test('of a hundred registrations from one address only as many as the limit have an effect, and all answers look alike', async () => {
  const before = await counts()
  const answers: Awaited<ReturnType<typeof visible>>[] = []
  const flood = Array.from({ length: 100 }, (_, n) => `flood-${n}@example.com`)
  await concurrently(flood, 5, async (email) => answers.push(await visible(await cloud.register(email))))
  expect(answers[0]).toMatchObject({ status: 202, body: '{"status":"pending"}' })
  expect(answers).toEqual(Array(100).fill(answers[0]))
  expect(await counts()).toEqual({ rows: before.rows + limit, runs: before.runs + limit, mails: before.mails + limit })
  expect(cloud.output.match(/"outcome":"sourceUsedUp"/g)).toHaveLength(100 - limit)
})

test('an hour later the address may register again', async () => {
  const flood = (name: string) =>
    Promise.all(Array.from({ length: limit + 1 }, (_, n) => cloud.register(`${name}-${n}@example.com`)))
  await flood('first')
  const before = (await cloud.mails()).length
  await cloud.skip(hour)
  await flood('second')
  expect((await cloud.mails()).length).toBe(before + limit)
})

test('a restart does not reset the limit', async () => {
  for (let n = 0; n < limit; n++) await cloud.register(`restart-${n}@example.com`)
  const before = await counts()
  await cloud.kill()
  await cloud.start()
  expect((await cloud.register('restart@example.com')).status).toBe(202)
  expect(await counts()).toEqual(before)
})

test('the row of a source expires', async () => {
  await cloud.register('goes@example.com')
  expect((await rowsOf('sources')).length).toBeGreaterThan(0)
  await cloud.skipDays(3)
  expect(await rowsOf('sources')).toEqual([])
})

// Only Linux has more than one loopback address.
if (process.platform === 'linux') {
  test('each address has a limit of its own', async () => {
    for (let n = 0; n <= limit; n++) await cloud.register(`mine-${n}@example.com`)
    const from = (localAddress: string, email: string) => post({ localAddress }, JSON.stringify({ email }))
    expect(await from('127.0.0.1', 'same@example.com')).toBe('{"status":"pending"}')
    expect(await from('127.0.0.2', 'other@example.com')).toBe('{"status":"pending"}')
    expect([await cloud.mails('same@example.com'), await cloud.mails('other@example.com')]).toMatchObject([[], [{}]])
  })
}

async function post(options: RequestOptions, body: string): Promise<string> {
  return await new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' }
    request(`${cloud.apiUrl}/registrations`, { ...options, method: 'POST', headers }, (response) => {
      text(response).then(resolve, reject)
    })
      .on('error', reject)
      .end(body)
  })
}
