import type { EnvironmentVariables } from '@confirmation-reminder/contracts/functions'
import { attemptSeconds } from '@confirmation-reminder/contracts/sending'
import { brand } from '@confirmation-reminder/contracts/test/brand'
import { claimReminder } from '@confirmation-reminder/customers/claim-reminder'
import { confirm } from '@confirmation-reminder/customers/confirm'
import { type Customers, openCustomers } from '@confirmation-reminder/customers/customers'
import type { RegistrationEvent } from '@confirmation-reminder/customers/register'
import { registerSomebody } from '@confirmation-reminder/customers/test/register-somebody'
import { registrationEvent } from '@confirmation-reminder/customers/test/registration-event'
import { reminderEvent } from '@confirmation-reminder/customers/test/reminder-event'
import { startTable, tableName } from '@confirmation-reminder/customers/test/table'
import { createToken, forLink } from '@confirmation-reminder/customers/token'
import type { HttpResponse } from '@confirmation-reminder/handler/response'
import { formEvent, httpEvent } from '@confirmation-reminder/handler/test/http-event'
import { type Log, loadHandler } from '@confirmation-reminder/handler/test/load-handler'
import { withdrawTexts } from '@confirmation-reminder/texts/texts'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'

const environment: EnvironmentVariables<'withdraw'> = {
  CUSTOMERS_TABLE: tableName,
  BRAND: JSON.stringify(brand),
  FORM_URL: '',
  PAGES: '{}',
  PROOF_OF_WORK: '0',
  WITHDRAWAL_HOLD_DAYS: '30',
}

let table: Awaited<ReturnType<typeof startTable>>
let customers: Customers
let call: (event: APIGatewayProxyEventV2) => Promise<HttpResponse>
let log: Log

beforeAll(async () => {
  table = await startTable()
  customers = openCustomers(tableName)
  ;({ call, log } = await loadHandler({ ...environment }, () => import('./handler.ts')))
})
afterAll(async () => {
  jest.restoreAllMocks()
  await table.stop()
})

/** Somebody who registered, with the token of their mail. */
const somebody = (event?: Partial<RegistrationEvent>) => registerSomebody(customers, event)
const look = (token: string, headers = {}) => call(httpEvent('GET', '/withdraw', { query: { token }, headers }))
const post = (token: string, headers = {}) => call(formEvent('/withdraw', { token }, headers))
const stateOf = async (customerId: string) => (await customers.find(customerId))?.state

describe('the page', () => {
  test('asks, in the language of the customer, and deletes nothing', async () => {
    const { customerId, token } = await somebody({ locale: 'de' })
    const before = await customers.find(customerId)
    const page = await look(token, { 'accept-language': 'en' })
    expect(page.statusCode).toBe(200)
    expect(page.body).toContain('<html lang="de">')
    expect(page.body).toContain('<form method="post" action="withdraw">')
    expect(page.body).toContain(`<input type="hidden" name="token" value="${token}">`)
    expect(await customers.find(customerId)).toEqual(before)
  })

  test('never posts itself: no script, and none allowed', async () => {
    const { token } = await somebody()
    const page = await look(token)
    expect(page.body).not.toContain('<script')
    expect(page.headers?.['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    )
    expect(page.headers).toMatchObject({ 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' })
  })

  test('answers HEAD with the same headers and no body', async () => {
    const { customerId, token } = await somebody()
    const page = await look(token)
    expect(await call(httpEvent('HEAD', '/withdraw', { query: { token } }))).toEqual({ ...page, body: '' })
    expect(await stateOf(customerId)).toBe('PENDING')
  })
})

describe('a stage with pages of its own', () => {
  let call: (event: APIGatewayProxyEventV2) => Promise<HttpResponse>
  const look = (token: string) => call(httpEvent('GET', '/withdraw', { query: { token } }))
  const post = (token: string) => call(formEvent('/withdraw', { token }))

  beforeAll(async () => {
    const own = { withdrawn: 'https://example.com/{locale}/bye', brokenLink: 'https://example.com/again' }
    Object.assign(process.env, environment, { PAGES: JSON.stringify(own) })
    await jest.isolateModulesAsync(async () => {
      const { handler } = await import('./handler.ts')
      call = (event) => handler(event, { awsRequestId: 'request-1' })
    })
    process.env.PAGES = '{}'
  })
  const leadsTo = (location: string) => ({ statusCode: 303, body: '', headers: expect.objectContaining({ location }) })

  test('still asks on ours, and leads there after the answer and at every later click', async () => {
    const { customerId, token } = await somebody({ returnTo: 'https://www.example.com/basket' })
    const page = await look(token)
    expect(page).toMatchObject({ statusCode: 200, body: expect.stringContaining('<form') })
    expect(page.headers?.['content-security-policy']).toContain("; form-action 'self' https:; ")
    for (const click of [post, look, post])
      expect(await click(token)).toMatchObject(leadsTo('https://example.com/en/bye'))
    expect(JSON.stringify(await customers.find(customerId))).not.toContain('basket')
  })

  test('leads links that do not work there', async () => {
    for (const dead of ['rubbish', createToken('00000000-0000-4000-9000-000000000000').text]) {
      for (const click of [look, post]) expect(await click(dead)).toMatchObject(leadsTo('https://example.com/again'))
    }
  })

  test('answers the one click of a mail program itself: programs follow no redirect', async () => {
    const { customerId, token } = await somebody()
    const click = () => call(httpEvent('POST', '/withdraw', { query: { token }, body: 'List-Unsubscribe=One-Click' }))
    expect(await click()).toMatchObject({ statusCode: 200, headers: { 'content-type': 'text/plain; charset=utf-8' } })
    expect((await click()).headers).not.toHaveProperty('location')
    expect(await stateOf(customerId)).toBe('WITHDRAWN')
  })
})

describe('posting', () => {
  test('deletes, answers in the language of the deleted customer, and again changes nothing', async () => {
    const { customerId, token } = await somebody({ locale: 'de', email: 'ada@example.com' })
    const first = await post(token)
    expect(first).toMatchObject({ statusCode: 200, body: expect.stringContaining('ist gelöscht') })
    const tombstone = await customers.find(customerId)
    expect(tombstone?.state).toBe('WITHDRAWN')
    expect(JSON.stringify(tombstone)).not.toContain('ada')
    expect(await post(token)).toMatchObject({ statusCode: 200, body: expect.stringContaining('has been deleted') })
    expect(await look(token)).toMatchObject({ statusCode: 200, body: expect.stringContaining('has been deleted') })
    expect(await customers.find(customerId)).toEqual(tombstone)
  })

  test('also deletes a customer who confirmed', async () => {
    const { customerId, token, tokenHash } = await somebody()
    await customers.change(customerId, (stored) => confirm(stored, { tokenHash, now: Date.now() }))
    expect((await post(token)).statusCode).toBe(200)
    expect(await stateOf(customerId)).toBe('WITHDRAWN')
  })

  test('is answered when a claimed reminder has gone out, or can no longer go out', async () => {
    const { customerId, token } = await somebody()
    const claimedAt = Date.now() - attemptSeconds * 1000 + 500
    const { traceId } = registrationEvent()
    await customers.change(customerId, (stored) =>
      claimReminder(stored, reminderEvent({ traceId, tokenHash: 'reminder', now: claimedAt })),
    )
    expect((await post(token)).statusCode).toBe(200)
    expect(Date.now()).toBeGreaterThanOrEqual(claimedAt + attemptSeconds * 1000)
  })

  test('by a link that withdraws nothing waits for nothing, even if a reminder is going out', async () => {
    const { customerId } = await somebody()
    const { traceId } = registrationEvent()
    await customers.change(customerId, (stored) =>
      claimReminder(stored, reminderEvent({ traceId, tokenHash: 'reminder', now: Date.now() })),
    )
    // The clock stands still, so that a wait would never end; timers are real.
    const timers = ['nextTick', 'queueMicrotask', 'setImmediate', 'setTimeout', 'clearTimeout'] as const
    jest.useFakeTimers({ doNotFake: [...timers], now: Date.now() })
    const { statusCode } = await post(createToken(customerId).text)
    jest.useRealTimers()
    expect(statusCode).toBe(404)
  })

  test('ten times at once has the effect of one', async () => {
    const { token } = await somebody()
    const answers = await Promise.all(Array.from({ length: 10 }, () => post(token)))
    expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([200]))
  })
})

const form = 'application/x-www-form-urlencoded'
const part = (headers: string) => `--xyz\r\n${headers}\r\n\r\nOne-Click\r\n--xyz--\r\n`
describe('the one click of a mail program (RFC 8058)', () => {
  const click = (token: string, headers: Record<string, string>, body?: string, isBase64Encoded = false) =>
    call(
      httpEvent('POST', '/withdraw', {
        query: { token },
        headers,
        isBase64Encoded,
        ...(body !== undefined && { body }),
      }),
    )

  test.each([
    ['a form', form, 'List-Unsubscribe=One-Click'],
    ['a form with a trailing CRLF', form, 'List-Unsubscribe=One-Click\r\n'],
    ['a form with a charset', `${form}; charset=UTF-8`, 'List-Unsubscribe=One-Click'],
    ['a form in base64', form, Buffer.from('List-Unsubscribe=One-Click').toString('base64')],
    ['parts', 'multipart/form-data; boundary=xyz', part('Content-Disposition: form-data; name="List-Unsubscribe"')],
    [
      'parts with parameters after the name',
      'multipart/form-data; boundary=xyz',
      part('Content-Type: text/plain\r\nContent-Disposition: form-data; name=List-Unsubscribe; filename=a'),
    ],
    ['no body', form, undefined],
    ['no body and no type', '', undefined],
    ['an empty body', form, ''],
    ['an empty body and no type', '', ''],
    ['plain text', 'text/plain', 'List-Unsubscribe=One-Click'],
    ['a body without a type', '', 'List-Unsubscribe=One-Click'],
    ['JSON', 'application/json', '{"List-Unsubscribe":"One-Click"}'],
    ['a body that is none of these', 'application/octet-stream', '\u0000'],
    ['a body over 8 KB', form, 'x'.repeat(100_000)],
    ['another token in the body', form, `token=${createToken('00000000-0000-4000-9000-000000000000').text}`],
  ])('deletes, sent with %s, and again changes nothing', async (_, type, body) => {
    const headers: Record<string, string> = type ? { 'content-type': type } : {}
    const { customerId, token } = await somebody()
    const answer = await click(token, headers, body, body?.endsWith('Q2xpY2s='))
    expect(answer).toMatchObject({ statusCode: 200, body: 'Your email address has been deleted\n' })
    expect(answer.headers).toMatchObject({ 'content-type': 'text/plain; charset=utf-8' })
    expect(Object.keys(answer.headers ?? {})).not.toContain('location')
    expect(answer.cookies).toBeUndefined()
    expect(await stateOf(customerId)).toBe('WITHDRAWN')
    expect(await click(token, headers, body)).toEqual(answer)
  })

  test('works by a link that a mail program has damaged', async () => {
    const { customerId, token } = await somebody()
    expect((await click(`${token}>`, {})).statusCode).toBe(200)
    expect(await stateOf(customerId)).toBe('WITHDRAWN')
  })

  test('says so if the token does not work', async () => {
    const { customerId, token } = await somebody()
    expect((await click(token.slice(0, -1), { 'content-type': form }, '')).statusCode).toBe(400)
    expect((await click(createToken(customerId).text, {})).statusCode).toBe(404)
    expect(await stateOf(customerId)).toBe('PENDING')
  })

  test.each(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])('is a post: %s deletes nothing', async (method) => {
    const { customerId, token } = await somebody()
    await call(httpEvent(method, '/withdraw', { query: { token }, body: 'List-Unsubscribe=One-Click' }))
    expect(await stateOf(customerId)).toBe('PENDING')
  })
})

test('one megabyte of a form that names the field again and again is 413, and is not read', async () => {
  const body = 'name="List-Unsubscribe"\r\n'.repeat(45_000)
  const headers = { 'content-type': 'multipart/form-data; boundary=x' }
  const decode = jest.spyOn(Buffer, 'from')
  const answers = [
    await call(httpEvent('POST', '/withdraw', { headers, body })),
    await call(
      httpEvent('POST', '/withdraw', { headers, body: body.replaceAll(/[^a-z]/g, ''), isBase64Encoded: true }),
    ),
  ]
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([413, 413])
  expect(decode.mock.calls.filter(([text]) => String(text).length > 100_000)).toEqual([])
  decode.mockRestore()
})

test.each([
  (token: string) => `${token}.`,
  (token: string) => `${token}?fbclid=x`,
  (token: string) => `${token.slice(0, 50)}\r\n${token.slice(50)}`,
])('a damaged link leads to the page, whose form has the token itself: %#', async (damage) => {
  const { token } = await somebody()
  const page = await look(damage(token))
  expect(page.statusCode).toBe(200)
  expect(page.body).toContain(`<input type="hidden" name="token" value="${token}">`)
  expect((await post(damage(token))).statusCode).toBe(200)
})

test('a dead end links to the form, and never contains it', async () => {
  const { token } = await somebody()
  await post(token)
  const { onHold, register } = withdrawTexts.en(brand.name)
  const ends = {
    rubbish: register,
    [createToken('00000000-0000-4000-9000-000000000000').text]: register,
    [token]: onHold,
  }
  for (const [end, words] of Object.entries(ends)) {
    const { body } = await look(end)
    expect(body).toContain(`${words} <a`)
    expect(body).toContain('<a href="registrations">')
    expect(body).not.toContain('<form')
  }
})

describe.each([
  ['look', look],
  ['post', post],
])('a token that does not work, by %s,', (_, send) => {
  test('is malformed: 400, in the language of the browser', async () => {
    const { token } = await somebody()
    for (const malformed of ['', 'rubbish', token.slice(0, -1), `${token}x<script>`]) {
      const page = await send(malformed, { 'accept-language': 'de' })
      expect(page).toMatchObject({ statusCode: 400, body: expect.stringContaining('unvollständig') })
      expect(page.body).not.toContain('rubbish')
    }
  })

  test('is unknown: 404, whether or not the customer is', async () => {
    const { customerId } = await somebody({ locale: 'de' })
    const unknownId = '00000000-0000-4000-9000-000000000000'
    for (const id of [customerId, unknownId]) {
      expect(await send(createToken(id).text)).toMatchObject({
        statusCode: 404,
        body: expect.stringContaining('link isn’t valid'),
      })
    }
    expect(await stateOf(customerId)).toBe('PENDING')
    expect(await customers.find(unknownId)).toBeUndefined()
  })

  test('has lapsed: 410, also when the item is deleted, as the link itself says', async () => {
    const link = forLink(createToken('00000000-0000-4000-9000-000000000000').text, 1_780_000_000)
    expect(await send(link)).toMatchObject({ statusCode: 410 })
  })

  test('has lapsed: 410, while the item still exists', async () => {
    const { token } = await somebody({ lifetimeSeconds: 60, now: Date.now() - 60_000, locale: 'de' })
    expect(await send(token)).toMatchObject({ statusCode: 410, body: expect.stringContaining('schon abgelaufen') })
  })
})

describe('bad input', () => {
  test.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS'])('%s is not allowed', async (method) => {
    expect(await call(httpEvent(method, '/withdraw'))).toMatchObject({
      statusCode: 405,
      headers: { allow: 'GET, HEAD, POST' },
    })
  })

  test('a body that is not a form is 415, one over 8 KB is 413', async () => {
    const json = { headers: { 'content-type': 'application/json' }, body: '{"token":"x"}' }
    expect((await call(httpEvent('POST', '/withdraw', json))).statusCode).toBe(415)
    expect((await post('x'.repeat(9_000))).statusCode).toBe(413)
  })
})

test('the log says who and how, and never the token', async () => {
  const { customerId, token } = await somebody()
  log.clear()
  await look(token)
  await post(token)
  const lines = log.lines()
  expect(lines.map(({ message, outcome }) => [message, outcome])).toEqual([
    ['begins', undefined],
    ['ends', 'pending'],
    ['begins', undefined],
    ['ends', 'withdrawn'],
  ])
  expect(lines[3]).toMatchObject({ function: 'withdraw', customerId, status: 200 })
  await look(createToken(customerId).text)
  expect(log.lines().at(-1)).toMatchObject({ outcome: 'unknown', status: 404 })
  expect(log.lines().at(-1)).not.toHaveProperty('customerId')
  // A restore of the table looks for answers that found no row.
  await post(createToken(customerId).text)
  expect(log.lines().at(-1)).toMatchObject({ outcome: 'unknown', customerId })
  expect(log.text).not.toContain(token.split('.')[1])
  expect(log.text).not.toContain('@')
})

test('the log says whose answer failed, and not whose page', async () => {
  const { customerId, token } = await somebody()
  await table.lose()
  await expect(look(token)).rejects.toThrow()
  expect(log.lines().at(-1)).not.toHaveProperty('customerId')
  await expect(post(token)).rejects.toThrow()
  expect(log.lines().at(-1)).toMatchObject({ level: 'error', customerId })
})

test('a missing variable stops the cold start and is named', async () => {
  delete process.env.WITHDRAWAL_HOLD_DAYS
  await jest.isolateModulesAsync(async () => {
    await expect(import('./handler.ts')).rejects.toThrow(/withdraw.*WITHDRAWAL_HOLD_DAYS is missing/)
  })
})
