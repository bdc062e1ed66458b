import { ConsentWay, type EnvironmentVariables } from '@confirmation-reminder/contracts/functions'
import { brand } from '@confirmation-reminder/contracts/test/brand'
import { claimReminder } from '@confirmation-reminder/customers/claim-reminder'
import { type Customers, openCustomers } from '@confirmation-reminder/customers/customers'
import type { RegistrationEvent } from '@confirmation-reminder/customers/register'
import { settle } from '@confirmation-reminder/customers/settle'
import { registerSomebody } from '@confirmation-reminder/customers/test/register-somebody'
import { registrationEvent } from '@confirmation-reminder/customers/test/registration-event'
import { reminderEvent } from '@confirmation-reminder/customers/test/reminder-event'
import { startTable, tableName } from '@confirmation-reminder/customers/test/table'
import { createToken, forLink, parseToken } from '@confirmation-reminder/customers/token'
import { withdraw } from '@confirmation-reminder/customers/withdraw'
import type { HttpResponse } from '@confirmation-reminder/handler/response'
import { formEvent, httpEvent } from '@confirmation-reminder/handler/test/http-event'
import { type Log, loadHandler } from '@confirmation-reminder/handler/test/load-handler'
import { confirmTexts } from '@confirmation-reminder/texts/texts'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'

const environment: EnvironmentVariables<'confirm'> = {
  CUSTOMERS_TABLE: tableName,
  BRAND: JSON.stringify(brand),
  FORM_URL: '',
  PAGES: '{}',
  PROOF_OF_WORK: '0',
  CONFIRM_BY: 'sign',
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
const look = (token: string, headers = {}) => call(httpEvent('GET', '/confirm', { query: { token }, headers }))
const post = (token: string, headers = {}) => call(formEvent('/confirm', { token, by: 'button' }, headers))
const stateOf = async (customerId: string) => (await customers.find(customerId))?.state

describe('the page', () => {
  test('asks, in the language of the customer, and confirms nothing', async () => {
    const { customerId, token } = await somebody({ locale: 'de' })
    const before = await customers.find(customerId)
    const page = await look(token, { 'accept-language': 'en' })
    expect(page.statusCode).toBe(200)
    expect(page.body).toContain('<html lang="de">')
    expect(page.body).toContain('<form method="post" action="confirm">')
    expect(page.body).toContain(`<input type="hidden" name="token" value="${token}">`)
    expect(page.body).toContain('<button>')
    expect(await customers.find(customerId)).toEqual(before)
  })

  test('contains the token only in the form', async () => {
    const { token } = await somebody()
    const page = await look(token)
    expect(page.body?.split(token)).toHaveLength(2)
    expect(JSON.stringify(page.headers)).not.toContain(token)
    expect((await post(token)).body).not.toContain(token)
  })

  test('answers HEAD with the same headers and no body', async () => {
    const { customerId, token } = await somebody()
    const page = await look(token)
    const head = await call(httpEvent('HEAD', '/confirm', { query: { token } }))
    expect(head).toEqual({ ...page, body: '' })
    expect(await stateOf(customerId)).toBe('PENDING')
  })

  test('may run its own script, send its own form, and load nothing', async () => {
    const { token } = await somebody()
    const { headers } = await look(token)
    expect(headers?.['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    )
    expect(headers).toMatchObject({ 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' })
  })

  test('says so if there is nothing left to confirm', async () => {
    const { token } = await somebody()
    await post(token)
    const page = await look(token)
    expect(page).toMatchObject({ statusCode: 200, body: expect.stringContaining('is confirmed') })
    expect(page.body).not.toContain('<form')
  })
})

describe('posting', () => {
  test('confirms, and again changes nothing', async () => {
    const { customerId, token } = await somebody()
    const first = await post(token)
    expect(first).toMatchObject({ statusCode: 200, body: expect.stringContaining('is confirmed') })
    const customer = await customers.find(customerId)
    expect(customer?.state).toBe('CONFIRMED')
    expect(await post(token)).toEqual(first)
    expect(await customers.find(customerId)).toEqual(customer)
  })

  test('works by the link of the reminder, and after that by the first one', async () => {
    const { customerId, token, traceId } = await somebody()
    const reminder = createToken(customerId)
    const now = Date.now() - 60_000
    await customers.change(customerId, (stored) =>
      claimReminder(stored, reminderEvent({ traceId, tokenHash: reminder.hash, now })),
    )
    expect((await post(reminder.text)).statusCode).toBe(200)
    expect((await post(token)).statusCode).toBe(200)
    expect(await stateOf(customerId)).toBe('CONFIRMED')
  })

  test('both at once works, and neither disturbs the other', async () => {
    const { token } = await somebody()
    const answers = await Promise.all(Array.from({ length: 10 }, () => post(token)))
    expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([200]))
  })
})

describe('what is kept of the answer', () => {
  test('is the question, the moment and the address that answered', async () => {
    const { customerId, token } = await somebody({ locale: 'de' })
    await post(token)
    expect(await customers.find(customerId)).toMatchObject({
      consent: {
        asked: { kind: 'confirmation', textVersion: registrationEvent().textVersion, locale: 'de' },
        answered: { answer: 'confirmed', at: expect.any(Number), from: '192.0.2.1', by: 'button' },
      },
    })
  })
})

describe('how the answer was given', () => {
  const answer = (fields: Record<string, string>) => call(formEvent('/confirm', fields))
  const wayOf = async (customerId: string) => {
    const customer = await customers.find(customerId)
    return customer?.state === 'CONFIRMED' ? customer.consent.answered.by : customer?.state
  }

  test.each(ConsentWay.options)('%s is kept, and the first answer stands', async (by) => {
    const { customerId, token } = await somebody()
    expect((await answer({ token, by })).statusCode).toBe(200)
    expect(await wayOf(customerId)).toBe(by)
    for (const later of ConsentWay.options) expect((await answer({ token, by: later })).statusCode).toBe(200)
    expect(await wayOf(customerId)).toBe(by)
  })

  test('a form that does not say is the button of a page without its script', async () => {
    const { customerId, token } = await somebody()
    expect((await answer({ token })).statusCode).toBe(200)
    expect(await wayOf(customerId)).toBe('button')
  })

  test.each(['', 'time', 'Button', 'button ', 'constructor', 'toString', '__proto__'])(
    'by %p is refused with the page, where one more click is enough',
    async (by) => {
      const { customerId, token } = await somebody()
      const page = await answer({ token, by })
      expect(page).toMatchObject({ statusCode: 400, body: expect.stringContaining('<form method="post"') })
      expect(page.body).toContain(`value="${token}"`)
      expect(await wayOf(customerId)).toBe('PENDING')
    },
  )

  test('does not matter if there is nothing left to confirm', async () => {
    const { token } = await somebody()
    await post(token)
    expect(await answer({ token, by: '' })).toMatchObject({
      statusCode: 200,
      body: expect.stringContaining('is confirmed'),
    })
  })

  describe('if the stage requires the button', () => {
    let callStrict: typeof call
    beforeAll(async () => {
      process.env.CONFIRM_BY = 'button'
      await jest.isolateModulesAsync(async () => {
        const { handler } = await import('./handler.ts')
        callStrict = (event) => handler(event, { awsRequestId: 'request-1' })
      })
    })
    afterAll(() => {
      process.env.CONFIRM_BY = 'sign'
    })

    test('the page offers nothing else, and nothing else confirms', async () => {
      const { customerId, token } = await somebody()
      const page = await callStrict(httpEvent('GET', '/confirm', { query: { token } }))
      expect(page.body).toContain('<button>')
      expect(page.body).not.toContain('data-text')
      expect(page.body).toMatch(/<\/form>\s*</)
      for (const by of ConsentWay.options.filter((way) => way !== 'button')) {
        expect((await callStrict(formEvent('/confirm', { token, by }))).statusCode).toBe(400)
        expect(await wayOf(customerId)).toBe('PENDING')
      }
      expect((await callStrict(formEvent('/confirm', { token, by: 'button' }))).statusCode).toBe(200)
      expect(await wayOf(customerId)).toBe('button')
    })
  })
})

describe('while a reminder is going out', () => {
  const claimed = async () => {
    const { customerId, token, traceId } = await somebody()
    const event = reminderEvent({ traceId, tokenHash: 'reminder', now: Date.now() })
    await customers.change(customerId, (stored) => claimReminder(stored, event))
    return { customerId, token }
  }

  test('the response waits until the reminder has gone out, so that none follows it', async () => {
    const { customerId, token } = await claimed()
    const events: string[] = []
    const answer = post(token).then(({ statusCode }) => events.push(`answered ${statusCode}`))
    // By now the customer is confirmed: a reminder from here on finds nothing to do.
    while ((await stateOf(customerId)) !== 'CONFIRMED') await new Promise(setImmediate)
    events.push('sent')
    await customers.change(customerId, (stored) =>
      settle(stored, { claim: 'reminder', finding: 'accepted', at: Date.now() }),
    )
    await answer
    expect(events).toEqual(['sent', 'answered 200'])
  })
})

test('a link that confirms nothing waits for no reminder', async () => {
  const { customerId, traceId } = await somebody()
  const event = reminderEvent({ traceId, tokenHash: 'reminder', now: Date.now() })
  await customers.change(customerId, (stored) => claimReminder(stored, event))
  // The clock stands still, so that a wait would never end; timers are real.
  const timers = ['nextTick', 'queueMicrotask', 'setImmediate', 'setTimeout', 'clearTimeout'] as const
  jest.useFakeTimers({ doNotFake: [...timers], now: Date.now() })
  const { statusCode } = await post(createToken(customerId).text)
  jest.useRealTimers()
  expect(statusCode).toBe(404)
})

test('a link whose registration is deleted says by itself that it has lapsed', async () => {
  const link = forLink(createToken('00000000-0000-4000-9000-000000000000').text, 1_780_000_000)
  expect((await look(link)).statusCode).toBe(410)
  expect((await post(link)).statusCode).toBe(410)
})

test('the page has the line in which its script says what it waits for, and the end says so in words', async () => {
  const { token } = await somebody()
  const { signs, confirmed } = confirmTexts.en(brand.name)
  expect((await look(token)).body).toContain(`<p class="soft" role="status" id="status" data-text="${signs}"></p>`)
  expect((await post(token)).body).toContain(`<p>${confirmed.text}</p>`)
})

describe('a link as people bring it', () => {
  const damages = [
    (token: string) => `${token}.`,
    (token: string) => `${token})`,
    (token: string) => `${token}>`,
    (token: string) => `${token},`,
    (token: string) => `${token} `,
    (token: string) => `${token}?fbclid=x`,
    (token: string) => `${token.slice(0, 20)}\r\n${token.slice(20)}`,
  ]

  test.each(damages)('leads to the page, whose form has the token itself: %#', async (damage) => {
    const { customerId, token } = await somebody()
    const page = await look(damage(token))
    expect(page.statusCode).toBe(200)
    expect(page.body).toContain(`<input type="hidden" name="token" value="${token}">`)
    expect(await stateOf(customerId)).toBe('PENDING')
    expect((await post(damage(token))).statusCode).toBe(200)
    expect(await stateOf(customerId)).toBe('CONFIRMED')
  })
})

test('a post with the token in the query alone confirms nothing', async () => {
  const { customerId, token } = await somebody()
  for (const type of [undefined, 'text/plain', 'application/x-www-form-urlencoded']) {
    const headers: Record<string, string> = type ? { 'content-type': type } : {}
    for (const body of [undefined, '', 'List-Unsubscribe=One-Click']) {
      const event = httpEvent('POST', '/confirm', { query: { token }, headers, ...(body !== undefined && { body }) })
      expect((await call(event)).statusCode).toBeGreaterThanOrEqual(400)
    }
  }
  expect(await stateOf(customerId)).toBe('PENDING')
})

describe('a stage with pages of its own', () => {
  const own = {
    confirmed: 'https://example.com/{locale}/welcome',
    withdrawn: 'https://example.com/{locale}/bye',
    brokenLink: 'https://example.com/{locale}/again',
    returnOrigins: ['https://www.example.com'],
  }
  let call: (event: APIGatewayProxyEventV2) => Promise<HttpResponse>
  const look = (token: string) => call(httpEvent('GET', '/confirm', { query: { token } }))
  const post = (token: string) => call(formEvent('/confirm', { token, by: 'button' }))
  const head = (token: string) => call(httpEvent('HEAD', '/confirm', { query: { token } }))
  const locationOf = ({ statusCode, body, headers }: HttpResponse) => {
    expect([statusCode, body]).toEqual([303, ''])
    return headers?.location
  }

  beforeAll(async () => {
    Object.assign(process.env, environment, { PAGES: JSON.stringify(own) })
    await jest.isolateModulesAsync(async () => {
      const { handler } = await import('./handler.ts')
      call = (event) => handler(event, { awsRequestId: 'request-1' })
    })
    process.env.PAGES = '{}'
  })

  test('still asks on ours, whose form may lead to them, and leads nobody away before an answer', async () => {
    const { customerId, token } = await somebody()
    const page = await look(token)
    expect(page).toMatchObject({
      statusCode: 200,
      body: expect.stringContaining('<form method="post" action="confirm">'),
    })
    expect(page.headers).not.toHaveProperty('location')
    expect(page.headers?.['content-security-policy']).toContain("; form-action 'self' https:; ")
    const unanswered = await call(formEvent('/confirm', { token, by: 'scanner' }))
    expect(unanswered).toMatchObject({ statusCode: 400, body: expect.stringContaining('<form') })
    expect(await stateOf(customerId)).toBe('PENDING')
  })

  test('leads there after the confirmation, in the language of the customer, and at every later click', async () => {
    const { customerId, token } = await somebody({ locale: 'de' })
    expect(locationOf(await post(token))).toBe('https://example.com/de/welcome')
    expect(await stateOf(customerId)).toBe('CONFIRMED')
    for (const again of [look, post, head])
      expect(locationOf(await again(token))).toBe('https://example.com/de/welcome')
  })

  test('leads where the registration chose, at the first click and at every later one', async () => {
    const returnTo = 'https://www.example.com/basket?id=7'
    const { token, traceId } = await somebody({ returnTo })
    log.clear()
    for (const click of [post, look, post, head]) expect(locationOf(await click(token))).toBe(returnTo)
    expect(log.lines().at(-1)).toMatchObject({ outcome: 'confirmed', traceId, status: 303 })
    expect(log.text).not.toContain('basket')
  })

  test('leads to its page if the settings no longer allow what a registration chose', async () => {
    const { token } = await somebody({ returnTo: 'https://sold.example/basket' })
    expect(locationOf(await post(token))).toBe('https://example.com/en/welcome')
  })

  test('leads links that do not work there, and says nothing of what they were', async () => {
    const { token } = await somebody({ lifetimeSeconds: 60, now: Date.now() - 60_000 })
    for (const dead of ['rubbish', '', createToken('00000000-0000-4000-9000-000000000000').text, token]) {
      for (const click of [look, post, head])
        expect(locationOf(await click(dead))).toMatch(/^https:\/\/example\.com\/(en|de)\/again$/)
    }
  })

  test('leads a customer who withdrew to the page about that', async () => {
    const { customerId, token } = await somebody()
    const tokenHash = parseToken(token)?.hash ?? ''
    await customers.change(customerId, (stored) => withdraw(stored, { tokenHash, holdDays: 30, now: Date.now() }))
    for (const click of [look, post]) expect(locationOf(await click(token))).toBe('https://example.com/en/bye')
  })

  test('answers what is no form with our page', async () => {
    const { token } = await somebody()
    const other = httpEvent('POST', '/confirm', { headers: { 'content-type': 'text/plain' }, body: `token=${token}` })
    expect(await call(other)).toMatchObject({ statusCode: 415, body: expect.stringContaining('<h1>') })
  })
})

describe('a dead end', () => {
  const registrationForm = '<form method="post" action="registrations">'

  test('has the plain form if the stage has none of its own', async () => {
    const { token } = await somebody({ lifetimeSeconds: 60, now: Date.now() - 60_000 })
    for (const dead of ['rubbish', createToken('00000000-0000-4000-9000-000000000000').text, token]) {
      for (const page of [await look(dead), await post(dead)]) expect(page.body).toContain(registrationForm)
    }
    expect((await call(httpEvent('POST', '/confirm'))).body).toContain(registrationForm)
  })

  test('links to the form of the stage if it has one', async () => {
    process.env.FORM_URL = 'https://www.example.com/form?a=1&b=2'
    await jest.isolateModulesAsync(async () => {
      const { handler } = await import('./handler.ts')
      const event = httpEvent('GET', '/confirm', { query: { token: 'rubbish' } })
      const { body } = await handler(event, { awsRequestId: 'request-1' })
      expect(body).toContain('href="https://www.example.com/form?a=1&amp;b=2"')
      expect(body).not.toContain('<form')
    })
    delete process.env.FORM_URL
  })

  test('after a withdrawal has only a link, and says why it is too early', async () => {
    const { customerId, token } = await somebody()
    const tokenHash = parseToken(token)?.hash ?? ''
    await customers.change(customerId, (stored) => withdraw(stored, { tokenHash, holdDays: 30, now: Date.now() }))
    const { body } = await look(token)
    expect(body).not.toContain('<form')
    expect(body).toContain('<a href="registrations">')
    expect(body).toContain('For a while, we won’t send any emails to this address')
  })
})

test('a withdrawn registration can no longer be confirmed: 410', async () => {
  const { customerId, token } = await somebody()
  const tokenHash = parseToken(token)?.hash ?? ''
  await customers.change(customerId, (stored) => withdraw(stored, { tokenHash, holdDays: 30, now: Date.now() }))
  for (const send of [look, post]) {
    expect(await send(token)).toMatchObject({ statusCode: 410, body: expect.stringContaining('was withdrawn') })
  }
  expect(await stateOf(customerId)).toBe('WITHDRAWN')
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
      expect(page.body).not.toContain('action="confirm"')
    }
  })

  test('is unknown: 404, whether or not the customer is', async () => {
    const { customerId } = await somebody({ locale: 'de' })
    const unknownId = '00000000-0000-4000-9000-000000000000'
    for (const id of [customerId, unknownId]) {
      const page = await send(createToken(id).text)
      expect(page).toMatchObject({ statusCode: 404, body: expect.stringContaining('register again') })
    }
    expect(await stateOf(customerId)).toBe('PENDING')
    expect(await customers.find(unknownId)).toBeUndefined()
  })

  test('has expired: 410, while the item still exists', async () => {
    const { customerId, token } = await somebody({ lifetimeSeconds: 60, now: Date.now() - 60_000, locale: 'de' })
    expect(await send(token)).toMatchObject({ statusCode: 410, body: expect.stringContaining('abgelaufen') })
    expect(await stateOf(customerId)).toBe('PENDING')
  })
})

describe('bad input', () => {
  test.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS'])('%s is not allowed', async (method) => {
    expect(await call(httpEvent(method, '/confirm'))).toMatchObject({
      statusCode: 405,
      headers: { allow: 'GET, HEAD, POST' },
    })
  })

  test('a body that is not a form is 415, one over 8 KB is 413', async () => {
    const json = { headers: { 'content-type': 'application/json' }, body: '{"token":"x"}' }
    expect((await call(httpEvent('POST', '/confirm', json))).statusCode).toBe(415)
    expect((await call(httpEvent('POST', '/confirm'))).statusCode).toBe(415)
    expect((await post('x'.repeat(9_000))).statusCode).toBe(413)
  })

  test('a form without a token is 400', async () => {
    expect((await call(formEvent('/confirm', {}))).statusCode).toBe(400)
  })
})

test('the log says who and how, and never the token', async () => {
  const { customerId, token, traceId } = await somebody()
  log.clear()
  await look(token)
  await post(token)
  const lines = log.lines()
  expect(lines.map(({ message, outcome }) => [message, outcome])).toEqual([
    ['begins', undefined],
    ['ends', 'pending'],
    ['begins', undefined],
    ['ends', 'confirmed'],
  ])
  expect(lines[3]).toMatchObject({ function: 'confirm', customerId, traceId, status: 200 })
  await look(createToken(customerId).text)
  expect(log.lines().at(-1)).toMatchObject({ outcome: 'unknown', status: 404 })
  expect(log.lines().at(-1)).not.toHaveProperty('customerId')
  // A restore of the table looks for answers that found no row.
  await post(createToken(customerId).text)
  expect(log.lines().at(-1)).toMatchObject({ outcome: 'unknown', customerId })
  expect(log.text).not.toContain(token.split('.')[1])
  expect(log.text).not.toContain('@')
})

test('a wrong variable stops the cold start and is named', async () => {
  process.env.CONFIRM_BY = 'time'
  await jest.isolateModulesAsync(async () => {
    await expect(import('./handler.ts')).rejects.toThrow(/confirm.*CONFIRM_BY is neither sign nor button/)
  })
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
  delete process.env.CUSTOMERS_TABLE
  await jest.isolateModulesAsync(async () => {
    await expect(import('./handler.ts')).rejects.toThrow(/confirm.*CUSTOMERS_TABLE is missing/)
  })
})
