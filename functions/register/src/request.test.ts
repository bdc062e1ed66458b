import { longestReturnTo } from '@confirmation-reminder/contracts/own-pages'
import { attributeLimits } from '@confirmation-reminder/contracts/registration-fields'
import { form, json, type Request } from '@confirmation-reminder/handler/request'
import fc from 'fast-check'
import { type Refusal, readRegistration } from './request.ts'

const request = (mediaType: string, body: string): Request => ({
  method: 'POST',
  query: '',
  mediaType,
  body: Buffer.from(body),
  locale: 'de',
  sourceIp: '192.0.2.1',
})
const rules = { plan: { maxLength: 8 }, company: { maxLength: 40 } }
const pages = { returnOrigins: ['https://www.example.com', 'https://shop.example.com:8443'] }
const stage = (declared = {}) => ({ ATTRIBUTES: declared, PAGES: pages })
const read = (fields: object, declared = {}) => readRegistration(request(json, JSON.stringify(fields)), stage(declared))
const readForm = (fields: Record<string, string>, declared = {}) =>
  readRegistration(request(form, new URLSearchParams(fields).toString()), stage(declared))

const email = 'ada@example.com'
const registration = { email, guessedLocale: 'de', from: '192.0.2.1' }

test.each([
  ['an address', read({ email }), registration],
  ['an address and a language', read({ email, locale: 'en' }), { ...registration, locale: 'en' }],
  ['an address in a form', readForm({ email }), registration],
  ['a form in which no language is chosen', readForm({ email, locale: '' }), registration],
  ['a form with a language', readForm({ email, locale: 'en' }), { ...registration, locale: 'en' }],
])('%s is a registration', (_, actual, expected) => {
  expect(actual).toEqual({ registration: expected, isBot: false, proof: '' })
})

const noAddress = { field: 'email', detail: 'The email address is missing.' }
const noLocale = { field: 'locale', detail: 'Choose one of en, de, or leave it out.' }
const unknown = (field: string) => ({
  field,
  detail: 'There is no such field. A registration has email, locale, returnTo and altcha.',
})

test.each([
  ['no address', read({}), [noAddress], { email: '', addressFault: 'empty' }],
  ['an address that is no text', read({ email: 7 }), [noAddress], { email: '', addressFault: 'empty' }],
  [
    'no address, in a language',
    read({ locale: 'en' }),
    [noAddress],
    { email: '', addressFault: 'empty', locale: 'en' },
  ],
  ['an unknown language', read({ email, locale: 'xx' }), [noLocale], { email }],
  ['an unknown language in a form', readForm({ email, locale: 'xx' }), [noLocale], { email }],
  ['no language in JSON', read({ email, locale: '' }), [noLocale], { email }],
  ['unknown fields', read({ email, a: 1, b: 2 }), [unknown('a'), unknown('b')], { email }],
])('%s is refused, and the refusal has what is needed to ask again', (_, actual, errors, more) => {
  const detail = errors.map(({ field, detail }) => `${field}: ${detail}`).join(' ')
  expect(actual).toEqual({ refusal: { status: 400, detail, errors, ...more } })
})

test('another media type is refused', () => {
  expect(readRegistration(request('text/plain', '{}'), stage())).toEqual({
    refusal: { status: 415, detail: expect.stringContaining(`${json} or ${form}`) },
  })
})

describe('attributes', () => {
  const given = { plan: 'pro', company: 'Müller & Söhne 🎉' }

  test.each([
    ['JSON', read({ email, ...given }, rules)],
    ['a form', readForm({ email, ...given }, rules)],
  ])('that the stage declares are part of a registration by %s', (_, actual) => {
    expect(actual).toEqual({ registration: { ...registration, attributes: given }, isBot: false, proof: '' })
  })

  test.each([
    ['left out', {}],
    ['empty', { plan: '', company: ' ' }],
  ])('that are %s are none, and the registration is one', (_, fields) => {
    expect(read({ email, ...fields }, rules)).toEqual({ registration, isBot: false, proof: '' })
    expect(readForm({ email, ...fields }, rules)).toEqual({ registration, isBot: false, proof: '' })
  })

  test('lose the spaces around them', () => {
    expect(readForm({ email, plan: ' pro\t' }, rules)).toEqual({
      registration: { ...registration, attributes: { plan: 'pro' } },
      isBot: false,
      proof: '',
    })
  })

  test.each([
    ['is no text', 7, 'Send a text, or leave it out.'],
    ['is null', null, 'Send a text, or leave it out.'],
    ['is a list', ['pro'], 'Send a text, or leave it out.'],
    ['is too long', '123456789', 'Send at most 8 characters.'],
    ['is too long in characters of two units', '🎉'.repeat(9), 'Send at most 8 characters.'],
    ['has two lines', 'a\nb', 'Send one line of text, without control characters.'],
    ['has a NUL', 'a\0b', 'Send one line of text, without control characters.'],
    ['turns text around', 'a\u202eb', 'Send one line of text, without control characters.'],
    ['has half a character', 'a\ud800b', 'Send one line of text, without control characters.'],
  ])('of which one %s are refused by its name', (_, plan, detail) => {
    expect(read({ email, plan }, rules)).toEqual({
      refusal: { status: 400, detail: `plan: ${detail}`, errors: [{ field: 'plan', detail }], email },
    })
  })

  test('are as long as the stage says, counted in code points', () => {
    const plan = '🎉'.repeat(8)
    expect(read({ email, plan }, rules)).toEqual({
      registration: { ...registration, attributes: { plan } },
      isBot: false,
      proof: '',
    })
  })

  test('that are not declared are ignored in a form, and named in JSON', () => {
    const others = { utm_source: 'spring', submit: 'Register', __proto__x: '1' }
    expect(readForm({ email, plan: 'pro', ...others }, rules)).toEqual({
      registration: { ...registration, attributes: { plan: 'pro' } },
      isBot: false,
      proof: '',
    })
    const { refusal } = read({ email, ...others }, rules) as { refusal: Refusal }
    expect(refusal.errors?.map(({ field }) => field)).toEqual(Object.keys(others))
    expect(refusal.errors?.[0]?.detail).toBe(
      'There is no such field. A registration has email, locale, returnTo, altcha, plan and company.',
    )
  })

  test('that every object inherits are unknown fields', () => {
    const body = `{"email":"${email}","__proto__":{"plan":"pro"},"constructor":"x"}`
    const { refusal } = readRegistration(request(json, body), stage(rules)) as { refusal: Refusal }
    expect(refusal.errors?.map(({ field }) => field)).toEqual(['__proto__', 'constructor'])
    const posted = readRegistration(request(form, `email=${email}&__proto__=x&constructor=x&toString=x`), stage(rules))
    expect(posted).toEqual({ registration, isBot: false, proof: '' })
  })
})

describe('where the confirmation is to lead', () => {
  const returnTo = 'https://www.example.com/thank-you?a=1'

  test('is part of a registration by JSON and by a form, as browsers write it', () => {
    const expected = { registration: { ...registration, returnTo }, isBot: false, proof: '' }
    expect(read({ email, returnTo })).toEqual(expected)
    expect(readForm({ email, returnTo })).toEqual(expected)
    expect(readForm({ email, returnTo: 'https://www.example.com/x/../thank-you?a=1' })).toEqual(expected)
  })

  test.each([
    ['left out', {}],
    ['empty', { returnTo: '' }],
  ])('is left to the settings if it is %s', (_, fields) => {
    expect(read({ email, ...fields })).toEqual({ registration, isBot: false, proof: '' })
    expect(readForm({ email, ...fields })).toEqual({ registration, isBot: false, proof: '' })
  })

  const detail =
    'Send a URL of at most 300 characters that begins with https://www.example.com or https://shop.example.com:8443 and has no ' +
    'spaces, or leave it out.'
  test.each([
    ['another site', 'https://evil.example/', detail],
    ['no text', 7, detail],
    ['null', null, detail],
    ['a list', [returnTo], detail],
    ['the address', `https://www.example.com/?to=${email}`, 'Leave the email address out of it.'],
    ['the address, escaped', 'https://www.example.com/?to=ada%40example.com', 'Leave the email address out of it.'],
    ['the address, escaped in full', 'https://www.example.com/%61%64%61%40%65', 'Leave the email address out of it.'],
    [
      'the address, escaped twice',
      'https://www.example.com/#%2561da%2540example',
      'Leave the email address out of it.',
    ],
    ['the address in another case', 'https://www.example.com/ADA@EXAMPLE.COM', 'Leave the email address out of it.'],
  ])('is refused with %s', (_, sent, why) => {
    const errors = [{ field: 'returnTo', detail: why }]
    expect(read({ email, returnTo: sent })).toEqual({
      refusal: { status: 400, detail: `returnTo: ${why}`, errors, email },
    })
  })

  test('is refused if the stage allows no origin', () => {
    const none = readRegistration(request(json, JSON.stringify({ email, returnTo })), { ATTRIBUTES: {}, PAGES: {} })
    expect(none).toMatchObject({
      refusal: { errors: [{ field: 'returnTo', detail: expect.stringMatching(/^Leave it out: /) }] },
    })
  })

  test('is kept for the next attempt, with what else is right', () => {
    expect(readForm({ email: 'ada', plan: 'pro', company: 'x'.repeat(41), returnTo }, rules)).toMatchObject({
      refusal: { others: { plan: 'pro', returnTo } },
    })
  })

  test('never has the address that registers, however it is escaped', () => {
    const escaping = fc.array(fc.nat({ max: 3 }), { minLength: email.length, maxLength: email.length })
    fc.assert(
      fc.property(escaping, (depths) => {
        const escaped = [...email].map((each, index) => {
          const code = `%${each.charCodeAt(0).toString(16)}`
          const depth = depths[index] ?? 0
          return depth === 0 ? each : code.replace('%', `%${'25'.repeat(depth - 1)}`)
        })
        const { refusal } = readForm({ email, returnTo: `https://www.example.com/?${escaped.join('')}` }) as {
          refusal?: Refusal
        }
        expect(refusal?.errors).toEqual([{ field: 'returnTo', detail: 'Leave the email address out of it.' }])
      }),
    )
  })
})

test('the longest attributes that settings may declare fit into a request with the longest address', () => {
  const { number, maxLengthInAll } = attributeLimits
  const maxLength = maxLengthInAll / number
  const names = Array.from({ length: number }, (_, n) => `n${n}`.padEnd(30, 'n'))
  const declared = Object.fromEntries(names.map((name) => [name, { maxLength }]))
  const attributes = Object.fromEntries(names.map((name) => [name, '🎉'.repeat(maxLength)]))
  const longest = `${'!'.repeat(64)}@${'d'.repeat(63)}.${'d'.repeat(63)}.${'d'.repeat(57)}.com`
  expect(longest).toHaveLength(254)
  const returnTo = 'https://www.example.com/'.padEnd(longestReturnTo, '/')
  // More than a proof has with every character escaped that a form escapes: proofs.test.ts.
  const altcha = 'a'.repeat(800)
  const sent = { email: longest, locale: 'en', homepage: '', returnTo, altcha, ...attributes }
  expect(readForm(sent, declared)).toMatchObject({ registration: { email: longest, attributes, returnTo } })
  const escaped = JSON.stringify({ email: longest, ...attributes }).replace(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16)}`,
  )
  expect(readRegistration(request(json, escaped), stage(declared))).toMatchObject({ registration: { attributes } })
})

test('any text is kept as one line without its outer spaces, or refused', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 12 }), (plan) => {
      const read = readForm({ email, plan }, rules)
      if ('refusal' in read) return
      const { plan: kept = '' } = read.registration.attributes ?? {}
      expect(kept).toBe(plan.trim())
      expect([...kept].length).toBeLessThanOrEqual(8)
      expect(kept).not.toMatch(/[\p{Cc}\p{Cs}\u2028\u2029]/u)
    }),
  )
})

test.each([
  ['filled', readForm({ email, homepage: 'https://spam.example' }), true],
  ['filled with spaces', readForm({ email, homepage: ' ' }), true],
  ['filled in JSON', read({ email, homepage: 'x' }), true],
  ['filled in JSON with no text', read({ email, homepage: 0 }), true],
  ['empty', readForm({ email, homepage: '' }), false],
  ['empty in JSON', read({ email, homepage: '' }), false],
  ['null in JSON', read({ email, homepage: null }), false],
  ['left out', read({ email }), false],
])('the field that people do not see, %s: a bot or none, and not a part of the registration', (_, actual, isBot) => {
  expect(actual).toEqual({ registration, isBot, proof: '' })
})

test('a bot whose address is wrong is refused as a person is', () => {
  expect(readForm({ email: 'ada', homepage: 'x' })).toEqual(readForm({ email: 'ada' }))
})
