import { locales } from '@confirmation-reminder/contracts/locale'
import { longestReturnTo, type OwnPages } from '@confirmation-reminder/contracts/own-pages'
import fc from 'fast-check'
import { afterRegistration, behindLink, formTargets, parseReturnTo } from './own-page.ts'

const origin = 'https://www.example.com'
const shop = 'https://shop.example.com:8443'
const local = 'http://localhost:8080'
const pages: OwnPages = { returnOrigins: [origin, shop, local] }

test.each([
  [origin, `${origin}/`],
  [`${origin}/thank-you?from=mail&list=a%20b#top`, `${origin}/thank-you?from=mail&list=a%20b#top`],
  [`${origin}?x`, `${origin}/?x`],
  [`${origin}#x`, `${origin}/#x`],
  [`${shop}/a/../b`, `${shop}/b`],
  [`${local}/`, `${local}/`],
  [`${origin}/schön`, `${origin}/sch%C3%B6n`],
  // All that is before the path is decided there: this stays on the site.
  [`${origin}//evil.example`, `${origin}//evil.example`],
  [`${origin}/@evil.example`, `${origin}/@evil.example`],
  [`${origin}?@evil.example`, `${origin}/?@evil.example`],
])('a registration may lead to %s', (text, href) => {
  expect(parseReturnTo(text, pages)).toBe(href)
})

/** The usual ways to make a check and a browser disagree about where a URL leads. */
const tricks = [
  ...[
    '',
    '/',
    '/thank-you',
    '//evil.example',
    '\\\\evil.example',
    '/\\evil.example',
    'evil.example',
    'https:evil.example',
  ],
  ...['https:/evil.example', 'https:///evil.example', 'https:\\\\evil.example', '///www.example.com/'],
  ...[
    'javascript:alert(1)',
    'JAVASCRIPT:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
  ],
  ...[
    `blob:${origin}/x`,
    `view-source:${origin}/`,
    `javascript://www.example.com/%0aalert(1)`,
    `ftp://www.example.com/`,
  ],
  ...[
    `${origin}.evil.example`,
    `${origin}evil.example`,
    `${origin}@evil.example`,
    `${origin}:x@evil.example/`,
    `${origin}:443@evil.example`,
  ],
  ...[
    `${origin}%2eevil.example`,
    `${origin}%40evil.example`,
    `${origin}%2f@evil.example`,
    `${origin}%00.evil.example`,
    `${origin}&@evil.example`,
  ],
  ...[
    `${origin}\\@evil.example`,
    `${origin}\\evil.example`,
    `${origin}/\\evil.example`,
    `${origin}/a\tb`,
    `${origin}/a b`,
    `${origin}/a\n`,
  ],
  ...[`https://user@www.example.com/`, `https://www.example.com:x@www.example.com/`, `https://@www.example.com/`],
  ...[
    `https://evil.example/${origin}`,
    `https://evil.example?${origin}/`,
    `https://evil.example#${origin}`,
    `https://evil.example\\${origin}`,
  ],
  ...[
    'HTTPS://www.example.com/',
    'https://WWW.example.com/',
    'hTTps://www.example.com/',
    'https://www.example.com:443/',
  ],
  ...[
    'http://www.example.com/',
    '//www.example.com/',
    'www.example.com/',
    'https:www.example.com/',
    'https:/www.example.com/',
  ],
  ...[
    'https://www.example.com./',
    'https://www.example.com.:443/',
    'https://www.example.com:8443/',
    'https://shop.example.com/',
  ],
  ...[
    'https://www.exаmple.com/',
    'https://xn--www-example-com/',
    'https://www。example。com/',
    'https://ｗｗｗ.example.com/',
    'https://www.example。com/',
  ],
  ...[
    ` ${origin}/`,
    `\t${origin}/`,
    `${origin}/ `,
    `\u00a0${origin}/`,
    `ht\ttps://www.example.com/`,
    `https://www.exam\nple.com/`,
  ],
  ...[
    `\u202e${origin}/`,
    `${origin}/\u202e`,
    `${origin}/\ud800`,
    `${origin}\u0000/`,
    `${origin}/\u0000`,
    `${origin}\u2028/`,
  ],
  ...[
    'http://localhost/',
    'http://localhost:8080@evil.example/',
    'http://localhost:80801/',
    'http://127.0.0.1:8080/',
    'https://localhost:8080/',
  ],
  ...[
    'https://[::1]/',
    'https://2130706433/',
    'https://0x7f.1/',
    'null',
    `${origin}/${'x'.repeat(longestReturnTo)}`,
    `${origin}/${'ß'.repeat(50)}`,
  ],
]

test.each(tricks)('a registration may not lead to %j', (text) => {
  expect(parseReturnTo(text, pages)).toBeUndefined()
})

test('no registration leads anywhere if no origin is allowed', () => {
  for (const text of [origin, `${origin}/`, ...tricks]) {
    expect(parseReturnTo(text, {})).toBeUndefined()
    expect(parseReturnTo(text, { returnOrigins: [] })).toBeUndefined()
  }
})

/** Pieces of tricks and of allowed URLs, in any order, in any case, escaped or not. */
const parts = [
  ...new Set(
    [...tricks, origin, shop, local].flatMap((text) => [text, ...text.split(/(?<=[/\\@:?#.])|(?=[/\\@:?#.])/)]),
  ),
]
const altered = fc.tuple(fc.constantFrom(...parts), fc.constantFrom('as it is', 'upper', 'escaped', 'double'))
const piece = altered.map(([text, how]) => {
  if (how === 'upper') return text.toUpperCase()
  const escaped = text.replace(/[^\w]/g, (each) => `%${each.charCodeAt(0).toString(16).padStart(2, '0')}`)
  return how === 'as it is' ? text : how === 'escaped' ? escaped : escaped.replaceAll('%', '%25')
})
const assembled = fc
  .array(fc.oneof(piece, fc.string({ unit: 'binary', maxLength: 3 })), { maxLength: 6 })
  .map((all) => all.join(''))

test('any URL that a registration may lead to is below an allowed origin, in the eyes of every kind of parser', () => {
  let accepted = 0
  const anyText = fc.oneof(
    assembled,
    assembled.map((rest) => origin + rest),
    assembled.map((rest) => `${origin}/${rest}`),
  )
  fc.assert(
    fc.property(anyText, (text) => {
      const url = parseReturnTo(text, pages)
      if (url === undefined) return
      accepted++
      // A header that is one line of printable ASCII, which reads the same a second time.
      expect(url).toMatch(/^[!-~]+$/)
      expect(url).not.toContain('\\')
      expect(parseReturnTo(url, pages)).toBe(url)
      // As a browser reads a Location header: in relation to our page.
      const { origin: found, username, password, protocol } = new URL(url, 'https://api.example.com/confirm?token')
      expect([origin, shop, local]).toContain(found)
      expect([username, password]).toEqual(['', ''])
      expect(['https:', 'http:']).toContain(protocol)
      // As RFC 3986 does, and as a program that only looks for the next slash.
      const [, authority = ''] = /^https?:\/\/([^/?#]*)/.exec(text) ?? []
      expect(['www.example.com', 'shop.example.com:8443', 'localhost:8080']).toContain(authority)
    }),
    { numRuns: 20_000 },
  )
  expect(accepted).toBeGreaterThan(1_000)
})

describe('where people go', () => {
  const own: OwnPages = {
    registered: 'https://example.com/{locale}/check?lang={locale}',
    confirmed: 'https://example.com/{locale}/welcome',
    withdrawn: 'https://example.com/bye',
    brokenLink: 'https://example.com/{locale}/again',
    returnOrigins: [origin],
  }
  const leadsTo = (location: string) => ({ statusCode: 303, body: '', headers: expect.objectContaining({ location }) })

  test('is the stage’s own page, in each language', () => {
    for (const locale of locales) {
      expect(afterRegistration(own, locale)).toMatchObject(
        leadsTo(`https://example.com/${locale}/check?lang=${locale}`),
      )
      expect(behindLink(own, 'confirmed', locale)).toMatchObject(leadsTo(`https://example.com/${locale}/welcome`))
      expect(behindLink(own, 'withdrawn', locale)).toMatchObject(leadsTo('https://example.com/bye'))
      for (const end of ['malformed', 'unknown', 'expired'] as const) {
        expect(behindLink(own, end, locale)).toMatchObject(leadsTo(`https://example.com/${locale}/again`))
      }
    }
  })

  test('keeps nothing, and says nothing of where it came from', () => {
    expect(behindLink(own, 'confirmed', 'en')?.headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    })
  })

  test('is our page where the stage has none', () => {
    expect(afterRegistration({ confirmed: 'https://example.com' }, 'en')).toBeUndefined()
    for (const end of ['confirmed', 'withdrawn', 'malformed', 'unknown', 'expired'] as const) {
      expect(behindLink({ registered: 'https://example.com' }, end, 'en')).toBeUndefined()
    }
  })

  test('is what the registration chose after the confirmation, and only there', () => {
    const chosen = `${origin}/{locale}/basket`
    expect(behindLink(own, 'confirmed', 'de', chosen)).toMatchObject(leadsTo(`${origin}/%7Blocale%7D/basket`))
    expect(behindLink(own, 'withdrawn', 'de', chosen)).toMatchObject(leadsTo('https://example.com/bye'))
    expect(behindLink(own, 'expired', 'de', chosen)).toMatchObject(leadsTo('https://example.com/de/again'))
  })

  test('is the stage’s own page if the settings no longer allow what the registration chose', () => {
    expect(behindLink({ ...own, returnOrigins: [shop] }, 'confirmed', 'en', `${origin}/x`)).toMatchObject(
      leadsTo('https://example.com/en/welcome'),
    )
    expect(behindLink({}, 'confirmed', 'en', `${origin}/x`)).toBeUndefined()
  })
})

test.each<[OwnPages, string[]]>([
  [{}, []],
  [{ returnOrigins: [] }, []],
  [{ confirmed: 'https://example.com/{locale}', returnOrigins: [origin] }, ['https:']],
  [{ confirmed: `${local}/{locale}/x`, withdrawn: `${local}/y` }, [local]],
  [{ returnOrigins: [shop, local] }, ['https:', local]],
])('forms may lead to what %j says', (own, sources) => {
  expect(formTargets(own)).toEqual(sources)
})
