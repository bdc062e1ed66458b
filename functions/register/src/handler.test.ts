import { sourcesTable } from '@confirmation-reminder/contracts/sources-table'
import { confirm } from '@confirmation-reminder/customers/confirm'
import type { RegisteredCustomer } from '@confirmation-reminder/customers/customer'
import { customerIdOf } from '@confirmation-reminder/customers/customer-id'
import { type Customers, openCustomers } from '@confirmation-reminder/customers/customers'
import { register } from '@confirmation-reminder/customers/register'
import { markUndeliverable, settle } from '@confirmation-reminder/customers/settle'
import { openStageKey, type StageKey } from '@confirmation-reminder/customers/stage-key'
import { startTable, tableName } from '@confirmation-reminder/customers/test/table'
import { parseToken } from '@confirmation-reminder/customers/token'
import { withdraw } from '@confirmation-reminder/customers/withdraw'
import { readEnvironment } from '@confirmation-reminder/handler/environment'
import type { HttpResponse } from '@confirmation-reminder/handler/response'
import { formEvent, httpEvent } from '@confirmation-reminder/handler/test/http-event'
import { type Log, loadHandler } from '@confirmation-reminder/handler/test/load-handler'
import { startMailbox, tokenIn } from '@confirmation-reminder/mail/test/mailbox'
import { solveChallenge } from 'altcha-lib'
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2'
import type { Challenge } from 'altcha-lib/types'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { environmentWith } from './test/environment.ts'
import { startMachine } from './test/machine.ts'

// Answers leave at once: departure.test.ts and a journey show when they leave in the function.
const atDeparture = jest.fn((work: () => unknown) => work())
jest.mock('./departure.ts', () => ({ atDeparture }))

let table: Awaited<ReturnType<typeof startTable>>
let mailbox: Awaited<ReturnType<typeof startMailbox>>
let machine: Awaited<ReturnType<typeof startMachine>>
let customers: Customers
let stageKey: StageKey
let call: (event: APIGatewayProxyEventV2) => Promise<HttpResponse>
let log: Log

beforeAll(async () => {
  ;[table, mailbox, machine] = await Promise.all([
    startTable({ name: 'sources', ...sourcesTable }),
    startMailbox(),
    startMachine(),
  ])
  customers = openCustomers(tableName)
  stageKey = openStageKey(tableName, { make: true })
  ;({ call, log } = await loadHandler(environmentWith(1_000_000), () => import('./handler.ts')))
})
afterAll(async () => {
  jest.restoreAllMocks()
  await Promise.all([table.stop(), mailbox.stop(), machine.stop()])
})
beforeEach(() => {
  mailbox.mails.length = 0
  mailbox.simulated.length = 0
  mailbox.faults.length = 0
  machine.runs.clear()
  machine.faults.length = 0
  jest.useRealTimers()
  atDeparture.mockClear()
})

const posting = (body: string, headers: Record<string, string> = {}) =>
  httpEvent('POST', '/registrations', { headers: { 'content-type': 'application/json', ...headers }, body })
const registering = (email: string, more = {}) => call(posting(JSON.stringify({ email, ...more })))
const find = async (email: string) => (await customers.find(await idOf(email))) as RegisteredCustomer | undefined
const idOf = (email: string) => customerIdOf(stageKey, email)
const mailsTo = (email: string) => mailbox.mails.filter(({ to }) => to === email)
/** Only the clock jumps; timers stay real. */
const skip = (ms: number) => jest.useFakeTimers({ doNotFake: notTheClock, now: Date.now() + ms })
const notTheClock = [
  'hrtime',
  'nextTick',
  'performance',
  'queueMicrotask',
  'setImmediate',
  'clearImmediate',
  'setInterval',
  'clearInterval',
  'setTimeout',
  'clearTimeout',
] as const satisfies string[]
const minute = 60_000

async function confirmed(email: string) {
  const token = parseToken(tokenIn(mailsTo(email)[0] ?? { text: '' }))
  await customers.change(await idOf(email), (stored) =>
    confirm(stored, { tokenHash: token?.hash ?? '', now: Date.now() }),
  )
}

describe('a registration', () => {
  test('stores the customer, starts the run, sends the mail, and is pending', async () => {
    const answer = await registering('ada@EXAMPLE.com', { locale: 'de' })
    expect(answer).toMatchObject({ statusCode: 202, body: '{"status":"pending"}' })
    expect(answer.headers).toMatchObject({ 'content-type': 'application/json', 'cache-control': 'no-store' })
    const customer = await find('ada@example.com')
    expect(customer).toMatchObject({ state: 'PENDING', email: 'ada@example.com', locale: 'de' })
    const ids = { customerId: customer?.customerId, traceId: customer?.traceId }
    expect([...machine.runs]).toEqual([[`${ids.customerId}_${ids.traceId}`, JSON.stringify(ids)]])
    expect(mailsTo('ada@example.com')).toHaveLength(1)
    const [mail] = mailbox.mails
    expect(mail?.subject).toContain('bestätigen')
    expect(mail?.text).toContain(`https://example.com/confirm?token=${customer?.customerId}.`)
    const claim = parseToken(tokenIn(mail ?? { text: '' }))?.hash
    expect(mail?.tags).toEqual({ customer: customer?.customerId, claim })
    expect(customer?.mails).toEqual([
      {
        id: claim,
        kind: 'confirmation',
        textVersion: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
        locale: 'de',
        claimedAt: expect.any(Number),
        sentAt: expect.any(Number),
      },
    ])
    expect(customer?.registeredFrom).toBe('192.0.2.1')
  })

  test('uses the language of the browser if the request names none', async () => {
    await call(posting('{"email":"bea@example.com"}', { 'accept-language': 'de-CH, en;q=0.5' }))
    expect(mailbox.mails[0]?.subject).toContain('bestätigen')
  })

  test('keeps the attributes that the stage declares, by JSON and by a form, and the response says nothing of them', async () => {
    const plain = await registering('attributes-none@example.com')
    const attributes = { plan: 'pro', company: 'Müller & Söhne' }
    expect(await registering('attributes-json@example.com', attributes)).toEqual(plain)
    const form = await call(
      formEvent('/registrations', { email: 'attributes-form@example.com', ...attributes, utm_source: 'x' }),
    )
    expect(form.statusCode).toBe(202)
    for (const way of ['json', 'form']) {
      expect(await find(`attributes-${way}@example.com`)).toMatchObject({ attributes })
    }
    expect(await find('attributes-none@example.com')).not.toHaveProperty('attributes')
    const longest = { plan: '🎉'.repeat(8), company: '🎉'.repeat(40) }
    expect((await registering('attributes-json@example.com', { ...longest, plan: 'too long a plan' })).statusCode).toBe(
      400,
    )
    expect(log.text).not.toMatch(/Müller|🎉/)
  })

  test('of a pending address sends again after a minute, and starts the same run', async () => {
    const answers = [await registering('cleo@example.com'), await registering('cleo@example.com')]
    expect(mailsTo('cleo@example.com')).toHaveLength(1)
    skip(minute)
    answers.push(await registering('cleo@example.com'))
    expect(mailsTo('cleo@example.com')).toHaveLength(2)
    expect(machine.runs.size).toBe(1)
    expect(answers).toEqual(Array(3).fill(answers[0]))
    const [first, second] = mailsTo('cleo@example.com').map(tokenIn)
    expect(first).not.toBe(second)
    expect(log.lines().at(-1)).toMatchObject({ outcome: 'pending', mail: { id: parseToken(second ?? '')?.hash } })
  })

  test('completes a half-done one, whose run was never started', async () => {
    const event = {
      customerId: await idOf('dora@example.com'),
      email: 'dora@example.com',
      guessedLocale: 'en' as const,
    }
    const { customer } = await customers.change(event.customerId, (stored) =>
      register(stored, {
        ...event,
        traceId: 'trace',
        tokenHash: 'lost',
        textVersion: '2026-11-23',
        lifetimeSeconds: 1e5,
        now: Date.now() - minute,
      }),
    )
    expect((await registering('dora@example.com')).statusCode).toBe(202)
    expect([...machine.runs.keys()]).toEqual([`${customer.customerId}_trace`])
    expect(mailsTo('dora@example.com')).toHaveLength(1)
  })

  test('succeeds if its run has ended already', async () => {
    await registering('eve@example.com')
    for (const name of machine.runs.keys()) machine.end(name)
    skip(minute)
    expect((await registering('eve@example.com')).statusCode).toBe(202)
    expect(mailsTo('eve@example.com')).toHaveLength(2)
  })

  test('of a confirmed address looks the same, starts no other run, and sends one mail a day', async () => {
    const started = await registering('fay@example.com')
    await confirmed('fay@example.com')
    for (let time = 0; time < 3; time++) {
      expect(await registering('fay@example.com')).toEqual(started)
      skip(minute)
    }
    expect(machine.runs.size).toBe(1)
    expect(mailsTo('fay@example.com')).toHaveLength(2)
    expect(mailsTo('fay@example.com')[1]?.subject).toContain('already confirmed')
    skip(24 * 60 * minute)
    await registering('fay@example.com')
    expect(mailsTo('fay@example.com')).toHaveLength(3)
  })
})

describe('an address and a language as people bring them', () => {
  test.each([
    ['JSON', (email: string) => registering(email)],
    ['a form', (email: string) => call(formEvent('/registrations', { email }))],
  ])('spaces around the address are removed in %s', async (how, send) => {
    const email = `phone-${how.length}@example.com`
    expect((await send(` ${email}\u00a0\r\n`)).statusCode).toBe(202)
    expect(mailsTo(email)).toHaveLength(1)
    expect(await find(email)).toMatchObject({ email })
  })

  test.each(['de_DE', 'de-AT', ' de ', 'DE'])('the language may be written %s', async (locale) => {
    const email = `${Buffer.from(locale).toString('hex')}@language.example`
    expect((await registering(email, { locale })).statusCode).toBe(202)
    expect(mailsTo(email)[0]?.subject).toContain('bestätigen')
  })
})

describe('fifty simultaneous registrations of one address', () => {
  const fifty = (email: string) => Promise.all(Array.from({ length: 50 }, () => registering(email)))
  const statuses = (answers: HttpResponse[]) => answers.map(({ statusCode }) => statusCode).sort()

  test('make one customer, one run, one mail, and fifty answers', async () => {
    expect(statuses(await fifty('gus@example.com'))).toEqual(Array(50).fill(202))
    expect(machine.runs.size).toBe(1)
    expect(mailsTo('gus@example.com')).toHaveLength(1)
  })

  test('succeed if SES refuses the first mail: another request sends it', async () => {
    mailbox.faults.push({ code: 'Throttling', message: 'Maximum sending rate exceeded.' })
    expect(statuses(await fifty('hal@example.com'))).toEqual([...Array(49).fill(202), 503])
    expect(machine.runs.size).toBe(1)
    expect(mailsTo('hal@example.com')).toHaveLength(1)
  })
})

describe('when something fails', () => {
  test('SES refuses: 503, and a retry sends at once', async () => {
    mailbox.faults.push({ code: 'Throttling', message: 'Maximum sending rate exceeded.' })
    const refused = await registering('ida@example.com')
    expect(refused).toMatchObject({ statusCode: 503, headers: { 'retry-after': '2' } })
    expect(refused.headers).toMatchObject({ 'content-type': 'application/problem+json' })
    expect((await registering('ida@example.com')).statusCode).toBe(202)
    expect(mailsTo('ida@example.com')).toHaveLength(1)
    expect(machine.runs.size).toBe(1)
  })

  test('the run cannot be started: 503, no mail, and a retry completes it', async () => {
    machine.faults.push('ExecutionLimitExceeded')
    expect(await registering('jon@example.com')).toMatchObject({ statusCode: 503, headers: { 'retry-after': '5' } })
    const { customerId, traceId } = (await find('jon@example.com')) ?? {}
    const error = 'ExecutionLimitExceeded: ExecutionLimitExceeded'
    const logged = { customerId, traceId, outcome: 'runNotStarted', error, status: 503 }
    expect(log.lines().at(-1)).toMatchObject(logged)
    expect(mailbox.mails).toEqual([])
    expect((await registering('jon@example.com')).statusCode).toBe(202)
    expect(mailsTo('jon@example.com')).toHaveLength(1)
  })

  test('SES loses its answer: 503 until it is clear that no request is sending, then a mail', async () => {
    mailbox.faults.push('lostAnswer')
    const lost = await registering('kim@example.com')
    expect(lost).toMatchObject({ statusCode: 503, headers: { 'retry-after': '60' } })
    const soon = registering('kim@example.com')
    expect(await soon).toMatchObject({ statusCode: 503, headers: { 'retry-after': '60' } })
    skip(minute)
    expect((await registering('kim@example.com')).statusCode).toBe(202)
    expect(mailsTo('kim@example.com')).toHaveLength(1)
  })
})

describe('evidence from SES', () => {
  test('after a lost response shows that the mail was sent', async () => {
    mailbox.faults.push('lostAnswer')
    expect(await registering('lea@example.com')).toMatchObject({ statusCode: 503, headers: { 'retry-after': '60' } })
    const [claim] = (await find('lea@example.com'))?.mails ?? []
    await customers.change(await idOf('lea@example.com'), (stored) =>
      settle(stored, { claim: claim?.id ?? '', finding: 'accepted', at: Date.now() }),
    )
    expect((await registering('lea@example.com')).statusCode).toBe(202)
    expect(mailsTo('lea@example.com')).toEqual([])
  })

  test('ends the wait of a request that races one whose mail was lost', async () => {
    const event = { customerId: await idOf('liv@example.com'), email: 'liv@example.com', guessedLocale: 'en' as const }
    const died = { traceId: 'trace', tokenHash: 'died', textVersion: '2026-11-23', lifetimeSeconds: 1e5 }
    await customers.change(event.customerId, (stored) => register(stored, { ...event, ...died, now: Date.now() }))
    const answer = registering('liv@example.com')
    await customers.change(event.customerId, (stored) =>
      settle(stored, { claim: 'died', finding: 'accepted', at: Date.now() }),
    )
    expect((await answer).statusCode).toBe(202)
    expect(machine.runs.size).toBe(1)
    expect(mailbox.mails).toEqual([])
  })
})

const hold = {
  bounced: async (email: string) =>
    customers.change(await idOf(email), (stored) => markUndeliverable(stored, { reason: 'bounce', at: Date.now() })),
  withdrew: async (email: string) => {
    const tokenHash = parseToken(tokenIn(mailsTo(email)[0] ?? { text: '' }))?.hash ?? ''
    return customers.change(await idOf(email), (stored) =>
      withdraw(stored, { tokenHash, holdDays: 30, now: Date.now() }),
    )
  },
}

describe('an address that gets no mail', () => {
  test.each(['bounced', 'withdrew'] as const)(
    'because it %s looks like any other, and has no other run',
    async (how) => {
      const email = `${how}@example.com`
      const first = await registering(email)
      await hold[how](email)
      mailbox.mails.length = 0
      const runs = [...machine.runs]
      skip(2 * minute)
      expect(await registering(email)).toEqual(first)
      expect(mailbox.mails).toEqual([])
      expect([...machine.runs]).toEqual(runs)
    },
  )

  test('because it withdrew gets one again when the hold is over', async () => {
    await registering('pam@example.com')
    await hold.withdrew('pam@example.com')
    skip(30 * 24 * 60 * minute)
    expect((await registering('pam@example.com')).statusCode).toBe(202)
    expect(mailsTo('pam@example.com')).toHaveLength(2)
    expect(machine.runs.size).toBe(2)
  })
})

describe('an address that is known', () => {
  let round = 0
  /** An address of each kind, the new one first. */
  async function addresses(): Promise<string[]> {
    round += 1
    const [fresh = '', recent = '', pending = '', agreed = '', withdrew = '', bounced = ''] = [
      'new',
      'recent',
      'pending',
      'confirmed',
      'withdrew',
      'bounced',
    ].map((kind) => `${kind}-${round}@example.com`)
    await Promise.all([pending, agreed, withdrew, bounced].map((email) => registering(email)))
    await Promise.all([confirmed(agreed), hold.withdrew(withdrew), hold.bounced(bounced)])
    skip(2 * minute)
    await registering(recent)
    return [fresh, recent, pending, agreed, withdrew, bounced]
  }

  test.each([
    ['while all is well', 202, undefined],
    ['while SES throttles', 503, { code: 'Throttling', message: 'Maximum sending rate exceeded.' }],
    ['while the quota of SES is used up', 503, { code: 'Throttling', message: 'Daily message quota exceeded.' }],
    ['while SES fails', 503, { code: 'InternalFailure', message: 'No.', status: 500 }],
    ['while the answers of SES are lost', 503, 'lostAnswer' as const],
  ])('gets the same response as a new one, %s', async (_, status, fault) => {
    const all = await addresses()
    if (fault) mailbox.faults.push(...all.map(() => fault))
    const answers = await Promise.all(all.map((email) => registering(email)))
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(all.map(() => status))
    expect(answers).toEqual(all.map(() => answers[0]))
  })

  test('gets the same response as a new one, while no run can be started', async () => {
    const all = await addresses()
    machine.faults.push(...all.map(() => 'ExecutionLimitExceeded'))
    const answers = await Promise.all(all.map((email) => registering(email)))
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(all.map(() => 503))
    expect(answers).toEqual(all.map(() => answers[0]))
  })

  test('is answered at a departure, as a new one is, with every outcome', async () => {
    const all = await addresses()
    const faults = [undefined, { code: 'Throttling', message: 'Maximum sending rate exceeded.' }]
    for (const fault of faults) {
      if (fault) mailbox.faults.push(...all.map(() => fault))
      for (const email of all) {
        atDeparture.mockClear()
        await registering(email)
        expect(atDeparture).toHaveBeenCalledTimes(1)
      }
      mailbox.faults.length = 0
    }
  })

  test('makes the same calls as a new one: StartExecution once, and one mail to SES', async () => {
    for (const email of await addresses()) {
      const before = mailbox.mails.length + mailbox.simulated.length
      machine.asked.length = 0
      await registering(email)
      expect(mailbox.mails.length + mailbox.simulated.length - before).toBe(1)
      expect(machine.asked).toHaveLength(1)
    }
    expect(mailbox.simulated.map(({ to }) => to)).toEqual(Array(3).fill('success@simulator.amazonses.com'))
  })
})

test('the mail that stands in for one that must not be sent differs only in its address, and its link leads nowhere', async () => {
  const email = 'lux@example.com'
  await registering(email, { locale: 'de' })
  await hold.bounced(email)
  skip(minute)
  await registering(email, { locale: 'de' })
  const [[sent], [standIn]] = [mailbox.mails, mailbox.simulated]
  expect(standIn?.subject).toBe(sent?.subject)
  const token = parseToken(tokenIn(standIn ?? { text: '' }))
  expect(token).toEqual({
    customerId: await idOf(email),
    hash: standIn?.tags.claim,
    expiresAt: Math.ceil(Date.now() / 1000),
  })
  expect((await find(email))?.mails.map(({ id }) => id)).not.toContain(token?.hash)
})

describe('bad input', () => {
  test.each([
    ['malformed JSON', posting('{"email":'), 400, undefined],
    ['a missing address', posting('{}'), 400, 'email'],
    ['an address that is not a string', posting('{"email":7}'), 400, 'email'],
    ['an invalid address', posting('{"email":"ada"}'), 400, 'email'],
    ['a line break in the address', posting('{"email":"ada@example.com\\r\\nBcc: bob@example.com"}'), 400, 'email'],
    ['a NUL in the address', posting('{"email":"ada\\u0000@example.com"}'), 400, 'email'],
    ['an address over 254', posting(`{"email":"a@${'b'.repeat(60)}.${'c'.repeat(200)}.com"}`), 400, 'email'],
    ['an unknown language', posting('{"email":"ada@example.com","locale":"xx"}'), 400, 'locale'],
    ['a language that is not a string', posting('{"email":"ada@example.com","locale":["de"]}'), 400, 'locale'],
    ['an empty language', posting('{"email":"ada@example.com","locale":""}'), 400, 'locale'],
    ['an unknown field', posting('{"email":"ada@example.com","admin":true}'), 400, 'admin'],
    ['a field named like a method of objects', posting('{"email":"a@example.com","__proto__":1}'), 400, '__proto__'],
    ['another content type', posting('{}', { 'content-type': 'text/plain' }), 415, undefined],
    ['a body over 8 KB', posting(JSON.stringify({ email: 'a'.repeat(8_192) })), 413, undefined],
  ])('%s is refused', async (_, event, status, field) => {
    const { statusCode, headers, body = '' } = await call(event)
    expect(statusCode).toBe(status)
    expect(headers).toMatchObject({ 'content-type': 'application/problem+json' })
    const problem = JSON.parse(body)
    expect(problem).toMatchObject({ status, title: expect.any(String), detail: expect.any(String) })
    expect(problem.errors?.map((error: { field: string }) => error.field)).toEqual(field && [field])
    expect(log.lines().at(-1)).toMatchObject({ function: 'register', outcome: 'refused', status })
    expect(mailbox.mails).toEqual([])
    expect(machine.runs.size).toBe(0)
  })

  test('every unknown field is named', async () => {
    const { body = '' } = await call(posting('{"email":"ada@example.com","admin":true,"role":"x"}'))
    expect(JSON.parse(body).detail).toBe(
      'admin: There is no such field. A registration has email, locale, returnTo, altcha, plan and company. ' +
        'role: There is no such field. A registration has email, locale, returnTo, altcha, plan and company.',
    )
  })

  test('the languages are named', async () => {
    const { body = '' } = await call(posting('{"email":"ada@example.com","locale":"xx"}'))
    expect(JSON.parse(body).detail).toBe('locale: Choose one of en, de, or leave it out.')
  })

  test('OPTIONS gets a status that browsers take for a yes, because API Gateway may ask here before it adds its own headers', async () => {
    const answer = await call(httpEvent('OPTIONS', '/registrations'))
    expect(answer).toMatchObject({ statusCode: 204, headers: { allow: 'GET, HEAD, POST' }, body: '' })
    expect(Object.keys(answer.headers ?? {}).join()).not.toMatch(/access-control/i)
  })

  test.each(['PUT', 'PATCH', 'DELETE', 'TRACE'])('%s is not allowed', async (method) => {
    const { statusCode, headers } = await call(httpEvent(method, '/registrations'))
    expect(statusCode).toBe(405)
    expect(headers).toMatchObject({ allow: 'GET, HEAD, POST' })
    expect(log.lines().at(-1)).toMatchObject({ outcome: 'methodNotAllowed', status: 405 })
  })
})

describe('the plain form', () => {
  test('is answered with a page that says where to look for the mail', async () => {
    const answer = await call(formEvent('/registrations', { email: 'mia@example.com', locale: 'de' }))
    expect(answer.statusCode).toBe(202)
    expect(answer.headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8' })
    expect(answer.body).toContain('<html lang="de">')
    expect(answer.body).toContain('Sehen Sie in Ihrem Postfach nach')
    expect(mailsTo('mia@example.com')).toHaveLength(1)
  })

  test('is shown to people who open the address, and to HEAD without its body', async () => {
    const event = (method: string) => httpEvent(method, '/registrations', { headers: { 'accept-language': 'de_DE' } })
    const shown = await call(event('GET'))
    expect(shown).toMatchObject({ statusCode: 200, body: expect.stringContaining('<html lang="de">') })
    expect(shown.body).toContain('<form method="post" action="registrations">')
    expect(log.lines().at(-1)).toMatchObject({ outcome: 'asked', status: 200 })
    expect(await call(event('HEAD'))).toEqual({ ...shown, body: '' })
    expect(mailbox.mails).toEqual([])
  })

  test('is linked from its response page', async () => {
    const answer = await call(formEvent('/registrations', { email: 'mel@example.com' }))
    expect(answer.body).toContain('<a href="registrations">')
  })

  test('keeps the address that was typed', async () => {
    const { body } = await call(formEvent('/registrations', { email: ' ada@example .com ' }))
    expect(body).toContain('value=" ada@example .com "')
  })

  test('may leave out the language', async () => {
    expect((await call(formEvent('/registrations', { email: 'noa@example.com', locale: '' }))).statusCode).toBe(202)
  })

  test('may have fields that are not declared, such as the name of its button', async () => {
    const fields = { email: 'ned@example.com', admin: '1', utm_source: 'spring', submit: 'Register' }
    expect((await call(formEvent('/registrations', fields))).statusCode).toBe(202)
    expect(await find('ned@example.com')).not.toHaveProperty('attributes')
  })

  test.each([
    ['a wrong address', { email: 'a"><b>ada', locale: 'de' }, 400, 'mit einem @'],
    ['no address', {}, 400, 'missing'],
    ['an attribute that is too long', { email: 'ada@example.com', plan: 'much too long' }, 400, 'couldn’t process'],
    ['an unknown language', { email: 'ada@example.com', locale: 'xx' }, 400, 'couldn’t process'],
    ['a body that is too long', { email: 'a'.repeat(9_000) }, 413, 'couldn’t process'],
  ])('%s is refused by a page that asks again', async (_, fields, status, reason) => {
    const answer = await call(formEvent('/registrations', fields as Record<string, string>))
    expect(answer.statusCode).toBe(status)
    expect(answer.body).toContain(reason)
    expect(answer.body).toContain('<form method="post" action="registrations">')
    expect(answer.body).not.toContain('"><b>')
  })

  test('is answered with a page when the mail cannot be sent', async () => {
    mailbox.faults.push({ code: 'MessageRejected', message: 'Email address is not verified: ola@example.com' })
    const answer = await call(formEvent('/registrations', { email: 'ola@example.com' }))
    expect(answer).toMatchObject({ statusCode: 503, headers: { 'retry-after': '600' } })
    expect(answer.body).toContain('couldn’t send the email')
  })
})

test('no line of the log contains an address or a token', async () => {
  const email = 'secret.person@example.com'
  await registering(email)
  mailbox.faults.push({ code: 'MessageRejected', message: `Email address is not verified: ${email}` })
  skip(minute)
  await registering(email)
  await registering('secret.person@')
  const [mail] = mailsTo(email)
  expect(log.text).toContain(await idOf(email))
  expect(log.text).toContain('MessageRejected')
  // The warnings of the SDK begin with the name of a package.
  expect(log.text.replaceAll('@smithy/', '')).not.toContain('@')
  expect(log.text).not.toContain('secret.person')
  expect(log.text).not.toContain(tokenIn(mail ?? { text: '' }).split('.')[1])
  const lines = log.lines()
  expect(lines.filter(({ message }) => message === 'begins')).toHaveLength(lines.length / 2)
  // What a restore of the table needs to know of the mail.
  const { hash } = parseToken(tokenIn(mail ?? { text: '' })) ?? {}
  const logged = { kind: 'confirmation', textVersion: expect.any(String), locale: 'en', claimedAt: expect.any(Number) }
  expect(lines.map((line) => line.mail)).toContainEqual({ id: hash, ...logged })
})

test('SES gets three seconds to answer, because a person waits', async () => {
  Object.assign(process.env, environmentWith(1_000_000))
  const openMailer = jest.fn()
  jest.doMock('@confirmation-reminder/mail/mailer', () => ({ openMailer }))
  await jest.isolateModulesAsync(async () => {
    const { openWork } = await import('./work.ts')
    openWork(readEnvironment('register'))
  })
  jest.dontMock('@confirmation-reminder/mail/mailer')
  expect(openMailer).toHaveBeenCalledWith(expect.anything(), { patienceMs: 3_000 })
})

test('forms and requests that are refused load no SDK', async () => {
  Object.assign(process.env, environmentWith(1_000_000))
  const openWork = jest.fn()
  jest.doMock('./work.ts', () => ({ openWork }))
  await jest.isolateModulesAsync(async () => {
    const { handler } = await import('./handler.ts')
    const send = (event: APIGatewayProxyEventV2) => handler(event, { awsRequestId: 'request-1' })
    expect(await send(httpEvent('GET', '/registrations'))).toMatchObject({ statusCode: 200 })
    expect(await send(posting('{"email":"ada.example.com"}'))).toMatchObject({ statusCode: 400 })
    expect(await send(httpEvent('DELETE', '/registrations'))).toMatchObject({ statusCode: 405 })
    expect(openWork).not.toHaveBeenCalled()
    openWork.mockReturnValue({ register: async () => ({ outcome: 'sourceUsedUp' }) })
    expect(await send(posting('{"email":"ada@example.com"}'))).toMatchObject({ statusCode: 202 })
    expect(openWork).toHaveBeenCalledTimes(1)
  })
  jest.dontMock('./work.ts')
})

test('a missing variable stops the cold start and is named', async () => {
  delete process.env.STATE_MACHINE_ARN
  await jest.isolateModulesAsync(async () => {
    await expect(import('./handler.ts')).rejects.toThrow(/register.*STATE_MACHINE_ARN is missing/)
  })
})

describe('a stage with pages of its own', () => {
  const returnTo = 'https://www.example.com/basket?utm_source=mail'
  let send: typeof call
  const posted = (fields: Record<string, string>) => send(formEvent('/registrations', fields))

  beforeAll(async () => {
    const own = {
      registered: 'https://example.com/{locale}/check-your-email',
      returnOrigins: ['https://www.example.com'],
    }
    Object.assign(process.env, environmentWith(1_000_000), { PAGES: JSON.stringify(own) })
    await jest.isolateModulesAsync(async () => {
      const { handler } = await import('./handler.ts')
      send = (event) => handler(event, { awsRequestId: 'request-1' })
    })
  })

  test('leads every form there, whatever is known of the address, and says nothing of it', async () => {
    const emails = ['new', 'pending', 'confirmed', 'withdrawn', 'undeliverable'].map(
      (kind) => `own-${kind}@example.com`,
    )
    const [, pending = '', ofConfirmed = '', ofWithdrawn = '', ofUndeliverable = ''] = emails
    for (const email of emails.slice(1)) await posted({ email, locale: 'de' })
    await confirmed(ofConfirmed)
    const token = parseToken(tokenIn(mailsTo(ofWithdrawn)[0] ?? { text: '' }))
    await customers.change(await idOf(ofWithdrawn), (stored) =>
      withdraw(stored, { tokenHash: token?.hash ?? '', holdDays: 30, now: Date.now() }),
    )
    await customers.change(await idOf(ofUndeliverable), (stored) =>
      markUndeliverable(stored, { reason: 'bounce', at: Date.now() }),
    )
    const answers = await Promise.all(emails.map((email) => posted({ email, locale: 'de' })))
    const bot = await posted({ email: pending, locale: 'de', homepage: 'https://spam.example' })
    for (const answer of [...answers, bot]) expect(answer).toEqual(answers[0])
    expect(answers[0]).toMatchObject({
      statusCode: 303,
      body: '',
      headers: { location: 'https://example.com/de/check-your-email', 'cache-control': 'no-store' },
    })
  })

  test('answers programs as before', async () => {
    const answer = await send(posting('{"email":"own-json@example.com"}'))
    expect(answer).toMatchObject({ statusCode: 202, body: '{"status":"pending"}' })
  })

  test('keeps where the confirmation is to lead, by JSON and by a form, and logs nothing of it', async () => {
    await send(posting(JSON.stringify({ email: 'own-json-to@example.com', returnTo })))
    await posted({ email: 'own-form-to@example.com', returnTo })
    await posted({ email: 'own-nowhere@example.com', returnTo: '' })
    for (const way of ['json', 'form']) expect(await find(`own-${way}-to@example.com`)).toMatchObject({ returnTo })
    expect(await find('own-nowhere@example.com')).not.toHaveProperty('returnTo')
    expect(log.text).not.toContain('utm_source')
  })

  test('refuses what its settings do not allow, and stores nothing', async () => {
    const elsewhere = { email: 'own-elsewhere@example.com', returnTo: 'https://www.example.com@evil.example/' }
    const answer = await send(posting(JSON.stringify(elsewhere)))
    expect(answer.statusCode).toBe(400)
    expect(JSON.parse(answer.body ?? '')).toMatchObject({
      errors: [{ field: 'returnTo', detail: expect.stringContaining('that begins with https://www.example.com and') }],
    })
    const page = await posted(elsewhere)
    expect(page).toMatchObject({ statusCode: 400, headers: { 'content-type': 'text/html; charset=utf-8' } })
    expect(page.body).not.toContain('evil.example')
    expect(await find(elsewhere.email)).toBeUndefined()
  })

  test('shows its form again with all that was right, after an address that was wrong', async () => {
    const { statusCode, body } = await posted({ email: 'own-typo@example', plan: 'pro', company: '"Ours"', returnTo })
    expect(statusCode).toBe(400)
    expect(body).toContain('<input name="plan" type="hidden" value="pro">')
    expect(body).toContain('<input name="company" type="hidden" value="&quot;Ours&quot;">')
    expect(body).toContain(
      '<input name="returnTo" type="hidden" value="https://www.example.com/basket?utm_source=mail">',
    )
  })
})

describe('a stage that asks for a proof of work', () => {
  let send: typeof call
  const challenge = (method = 'GET') => send(httpEvent(method, '/registrations/challenge'))

  beforeAll(async () => {
    Object.assign(process.env, environmentWith(1_000_000), { PROOF_OF_WORK: '4' })
    await jest.isolateModulesAsync(async () => {
      const { handler } = await import('./handler.ts')
      send = (event) => handler(event, { awsRequestId: 'request-1' })
    })
  })

  async function proof(): Promise<string> {
    const answer = await challenge()
    expect(answer).toMatchObject({
      statusCode: 200,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    })
    const given = JSON.parse(answer.body ?? '') as Challenge
    const solution = await solveChallenge({ challenge: given, deriveKey, timeout: 0 })
    return Buffer.from(JSON.stringify({ challenge: given, solution })).toString('base64')
  }
  const posted = (fields: Record<string, string>) => send(formEvent('/registrations', fields))

  test('registers who has one, by JSON and by a form, and the same request again after a failure', async () => {
    expect((await posted({ email: 'proof-form@example.com', altcha: await proof() })).statusCode).toBe(202)
    const again = posting(JSON.stringify({ email: 'proof-json@example.com', altcha: await proof() }))
    mailbox.faults.push({ code: 'ServiceUnavailable', message: 'busy', status: 400 })
    const [failed, repeated] = [await send(again), await send(again)]
    expect([failed.statusCode, repeated.statusCode]).toEqual([503, 202])
    for (const way of ['form', 'json']) expect(mailsTo(`proof-${way}@example.com`)).toHaveLength(1)
  })

  test('gives everyone else the same response, and has no effect', async () => {
    const used = await proof()
    const first = await posted({ email: 'proof-first@example.com', altcha: used })
    log.clear()
    for (const altcha of [undefined, '', 'rubbish', used]) {
      const email = 'proof-without@example.com'
      expect(await posted({ email, ...(altcha !== undefined && { altcha }) })).toEqual(first)
    }
    expect(await find('proof-without@example.com')).toBeUndefined()
    expect(mailsTo('proof-without@example.com')).toEqual([])
    expect(log.text.match(/"ProofsMissing":1/g)).toHaveLength(4)
    expect(log.text).not.toContain(used)
  })

  test('says so if the form was left open for too long, and keeps what was typed', async () => {
    const altcha = await proof()
    skip(21 * minute)
    const fields = { email: 'proof-late@example.com', plan: 'pro', altcha }
    const page = await posted(fields)
    expect(page).toMatchObject({ statusCode: 400, body: expect.stringContaining('value="proof-late@example.com"') })
    expect(page.body).toContain('<input name="plan" type="hidden" value="pro">')
    const answer = await send(posting(JSON.stringify(fields)))
    expect(JSON.parse(answer.body ?? '')).toMatchObject({ status: 400, errors: [{ field: 'altcha' }] })
    expect(await find('proof-late@example.com')).toBeUndefined()
  })

  test('has a form whose script proves, and which does nothing before the script runs', async () => {
    const { body, headers } = await send(httpEvent('GET', '/registrations'))
    expect(body).toContain('<button disabled>')
    expect(body).toContain('This form needs JavaScript.')
    expect(headers?.['content-security-policy']).toMatch(/; script-src 'sha256-[^']+'; connect-src 'self'; /)
  })

  test('has challenges for GET only', async () => {
    for (const method of ['POST', 'HEAD', 'PUT']) {
      expect(await challenge(method)).toMatchObject({ statusCode: 405, headers: { allow: 'GET' } })
    }
  })
})

test('a stage that asks for no proof of work has no challenges, and ignores a proof', async () => {
  expect(await call(httpEvent('GET', '/registrations/challenge'))).toMatchObject({ statusCode: 404 })
  expect((await registering('no-proof@example.com', { altcha: 'x' })).statusCode).toBe(202)
  expect(await find('no-proof@example.com')).toMatchObject({ state: 'PENDING' })
})
