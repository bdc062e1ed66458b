import { DeleteTableCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { sourcesTable } from '@confirmation-reminder/contracts/sources-table'
import { openStageKey, stageKeyId } from '@confirmation-reminder/customers/stage-key'
import { startTable, tableName } from '@confirmation-reminder/customers/test/table'
import type { HttpResponse } from '@confirmation-reminder/handler/response'
import { formEvent, httpEvent } from '@confirmation-reminder/handler/test/http-event'
import { type Log, loadHandler } from '@confirmation-reminder/handler/test/load-handler'
import { startMailbox } from '@confirmation-reminder/mail/test/mailbox'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { environmentWith } from './test/environment.ts'
import { startMachine } from './test/machine.ts'

// Answers leave at once: departure.test.ts and a journey show when they leave in the function.
jest.mock('./departure.ts', () => ({ atDeparture: (work: () => unknown) => work() }))

const sources = { name: 'sources', ...sourcesTable }
const limit = 3
const hour = 3_600_000

let table: Awaited<ReturnType<typeof startTable>>
let mailbox: Awaited<ReturnType<typeof startMailbox>>
let machine: Awaited<ReturnType<typeof startMachine>>
let call: (event: APIGatewayProxyEventV2) => Promise<HttpResponse>
let log: Log
// Every test has a day of its own.
let day = 0
let nowMs = 0

beforeAll(async () => {
  ;[table, mailbox, machine] = await Promise.all([startTable(sources), startMailbox(), startMachine()])
  ;({ call, log } = await loadHandler(environmentWith(limit), () => import('./handler.ts')))
  // Only the clock jumps; timers stay real.
  jest.spyOn(Date, 'now').mockImplementation(() => nowMs)
})
afterAll(async () => {
  jest.restoreAllMocks()
  await Promise.all([table.stop(), mailbox.stop(), machine.stop()])
})
beforeEach(() => {
  mailbox.mails.length = 0
  machine.runs.clear()
  log.clear()
  day += 1
  nowMs = Date.UTC(2026, 10, day) + hour / 2
})

function from(ip: string, event: APIGatewayProxyEventV2): APIGatewayProxyEventV2 {
  const { requestContext } = event
  return { ...event, requestContext: { ...requestContext, http: { ...requestContext.http, sourceIp: ip } } }
}
const registering = (email: string, ip = '192.0.2.1', headers = {}) => {
  const json = { 'content-type': 'application/json', ...headers }
  return call(from(ip, httpEvent('POST', '/registrations', { headers: json, body: JSON.stringify({ email }) })))
}
const scan = async (name: string) => (await table.client.send(new ScanCommand({ TableName: name }))).Items ?? []
const rows = async () => (await scan(tableName)).filter(({ customerId }) => customerId?.S !== stageKeyId).length
const mailed = () => mailbox.mails.map(({ to }) => to)
const namesakes = (ip: string) =>
  Array.from({ length: limit }, (_, n) => `n${n}-${day}@${ip.replace(/\W+/g, '-')}.example`)

/** Uses up the hourly limit of an address, forgets the mails, and returns the response to an accepted registration. */
async function useUp(ip = '192.0.2.1'): Promise<HttpResponse> {
  const answers: HttpResponse[] = []
  for (const email of namesakes(ip)) answers.push(await registering(email, ip))
  expect(mailbox.mails).toHaveLength(limit)
  mailbox.mails.length = 0
  machine.runs.clear()
  return answers[0] as HttpResponse
}

async function expectNothingCame(): Promise<void> {
  expect(mailbox.mails).toEqual([])
  expect(machine.runs.size).toBe(0)
}

test('a registration beyond the limit gets the same response, and leaves no item, no run and no mail', async () => {
  const taken = await useUp()
  const before = await rows()
  expect(await registering('beyond@example.com')).toEqual(taken)
  await expectNothingCame()
  expect(await rows()).toBe(before)
})

test('a form gets the same page', async () => {
  const form = (email: string) => call(from('192.0.2.1', formEvent('/registrations', { email, locale: 'de' })))
  const taken = await form('form@example.com')
  await Promise.all(namesakes('192.0.2.1').map((email) => registering(email)))
  mailbox.mails.length = 0
  machine.runs.clear()
  expect(await form('beyond@example.com')).toEqual(taken)
  await expectNothingCame()
})

test('the limit says nothing about an address: known or not, a registration has no effect', async () => {
  const [known = ''] = namesakes('192.0.2.1')
  const taken = await useUp()
  nowMs += 61_000
  expect(await registering(known)).toEqual(taken)
  expect(await registering('unknown@example.com')).toEqual(taken)
  await expectNothingCame()
})

test('another address of the network is free, and another spelling of the same is not', async () => {
  await useUp('192.0.2.1')
  await registering('mapped@example.com', '::ffff:192.0.2.1')
  await expectNothingCame()
  await registering('neighbour@example.com', '192.0.2.2')
  expect(mailed()).toEqual(['neighbour@example.com'])
})

test('all addresses of a /64 of IPv6 have one limit', async () => {
  await useUp('2001:db8:1:2::1')
  await registering('same@example.com', '2001:DB8:1:2:ffff:ffff:ffff:ffff')
  await expectNothingCame()
  await registering('next@example.com', '2001:db8:1:3::1')
  expect(mailed()).toEqual(['next@example.com'])
})

test('no header claims another address', async () => {
  await useUp()
  for (const name of ['x-forwarded-for', 'forwarded', 'x-real-ip', 'true-client-ip', 'cf-connecting-ip']) {
    await registering('beyond@example.com', '192.0.2.1', { [name]: '198.51.100.1' })
  }
  await expectNothingCame()
})

test('the count begins again with the next hour of the clock', async () => {
  await useUp()
  nowMs += hour / 2 - 1
  await registering('late@example.com')
  await expectNothingCame()
  nowMs += 1
  await registering('late@example.com')
  expect(mailed()).toEqual(['late@example.com'])
})

test('an invalid registration does not count', async () => {
  for (let n = 0; n < 2 * limit; n++) expect((await registering('no address')).statusCode).toBe(400)
  await useUp()
})

test('of many at once, exactly as many as the limit allows have an effect', async () => {
  const addresses = Array.from({ length: 30 }, (_, n) => `crowd-${n}@example.com`)
  const answers = await Promise.all(addresses.map((email) => registering(email)))
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
  expect(answers[0]?.statusCode).toBe(202)
  expect(mailbox.mails).toHaveLength(limit)
  expect(machine.runs.size).toBe(limit)
})

test('a bot, known by the field that people do not see, gets the same response, and leaves no item, no run and no mail', async () => {
  const taken = await registering('person@example.com')
  const form = (email: string, homepage: string) =>
    call(from('192.0.2.1', formEvent('/registrations', { email, homepage, locale: 'de' })))
  const page = await form('person@example.com', '')
  mailbox.mails.length = 0
  machine.runs.clear()
  log.clear()
  const before = await rows()
  expect(await form('bot-form@example.com', 'https://spam.example')).toEqual(page)
  const body = JSON.stringify({ email: 'person@example.com', homepage: 'x' })
  const headers = { 'content-type': 'application/json' }
  // It counts like any other registration: this is the one beyond the limit, and still a bot in the log.
  expect(await call(from('192.0.2.1', httpEvent('POST', '/registrations', { headers, body })))).toEqual(taken)
  await expectNothingCame()
  expect(await rows()).toBe(before)
  const ends = log.lines().filter(({ outcome }) => outcome)
  expect(ends.map(({ outcome, status }) => [outcome, status])).toEqual(Array(2).fill(['bot', 202]))
  expect(JSON.stringify(ends)).not.toMatch(/customerId|traceId/)
  expect(log.text.match(/"BotsRefused":1/g)).toHaveLength(2)
  expect(log.text).not.toMatch(/bot-form|spam|person/)
  expect(await registering('beyond@example.com')).toEqual(taken)
  await expectNothingCame()
})

test('operators see it in the log, without address, source or name', async () => {
  await useUp('203.0.113.77')
  log.clear()
  await registering('beyond@example.com', '203.0.113.77')
  const [, end] = log.lines()
  expect(end).toMatchObject({ level: 'info', outcome: 'sourceUsedUp', status: 202 })
  expect(end).not.toHaveProperty('customerId')
  expect(log.text).not.toMatch(/beyond|203\.0\.113/)
})

test('a source is stored as a hash that changes every hour, a count, and an expiry', async () => {
  const keptBefore = new Set((await scan('sources')).map(({ sourceHour }) => sourceHour?.S))
  await useUp('203.0.113.78')
  nowMs += hour
  await useUp('203.0.113.78')
  const kept = (await scan('sources')).filter(({ sourceHour }) => !keptBefore.has(sourceHour?.S))
  const began = Date.UTC(2026, 10, day) / 1000
  expect(kept.map(({ attempts, expiresAt }) => [attempts?.N, Number(expiresAt?.N) - began]).sort()).toEqual([
    [String(limit), 3_600],
    [String(limit), 7_200],
  ])
  for (const item of kept) {
    expect(Object.keys(item).sort()).toEqual(['attempts', 'expiresAt', 'sourceHour'])
    expect(item.sourceHour?.S).toMatch(/^[\w-]{22}$/)
  }
  const stageKey = openStageKey(tableName)
  const hours = [began / 3_600, began / 3_600 + 1]
  const hashes = await Promise.all(hours.map((hour) => stageKey.mac('source', `203.0.113.78 ${hour}`)))
  expect(kept.map(({ sourceHour }) => sourceHour?.S).sort()).toEqual(
    hashes.map((hash) => hash.subarray(0, 16).toString('base64url')).sort(),
  )
})

test('while sources cannot be counted all registrations fail, known or not', async () => {
  const [known = ''] = namesakes('192.0.2.1')
  await useUp('192.0.2.1')
  await table.client.send(new DeleteTableCommand({ TableName: sources.name }))
  const before = await rows()
  nowMs += 61_000
  try {
    for (const email of [known, 'unknown@example.com']) {
      await expect(registering(email)).rejects.toThrow('resource not found')
    }
  } finally {
    await table.make(sources)
  }
  await expectNothingCame()
  expect(await rows()).toBe(before)
})
