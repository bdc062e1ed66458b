import fc from 'fast-check'
import { parseAddress } from './address.ts'

test.each([
  ['ada@example.com', 'ada@example.com'],
  ['Ada.Lovelace+news@EXAMPLE.com', 'Ada.Lovelace+news@example.com'],
  ["o'neill@sub.example.co.uk", "o'neill@sub.example.co.uk"],
  ['ada@bücher.example', 'ada@xn--bcher-kva.example'],
  ['ada@Straße.example', 'ada@xn--strae-oqa.example'],
  ['ada@例え.テスト', 'ada@xn--r8jz45g.xn--zckzah'],
  ['ada@example。com', 'ada@example.com'],
  [`${'a'.repeat(64)}@example.com`, `${'a'.repeat(64)}@example.com`],
  ['ada@example.com ', 'ada@example.com'],
  [' \t ada@example.com\r\n', 'ada@example.com'],
  ['\u00a0ada@example.com\u3000\u2028', 'ada@example.com'],
  ['\ufeffada@example.com\u200b', 'ada@example.com'],
  ['\u200e\u202aada@example.com\u202c\u2060\u00ad', 'ada@example.com'],
  ['<ada@example.com>', 'ada@example.com'],
  [' < ada@example.com > ', 'ada@example.com'],
  ['mailto:ada@example.com', 'ada@example.com'],
  ['ada@exam\u200bple.com', 'ada@example.com'],
  ['<MAILTO:ada@example.com>', 'ada@example.com'],
  ['ada@mail.4.example', 'ada@mail.4.example'],
  ['ada@example.4you', 'ada@example.4you'],
  ['ada@example.you2', 'ada@example.you2'],
  [
    `${'a'.repeat(64)}@${`${'b'.repeat(60)}.`.repeat(3)}museum`,
    `${'a'.repeat(64)}@${`${'b'.repeat(60)}.`.repeat(3)}museum`,
  ],
  [`ada@exam${'\u200b'.repeat(243)}ple.com`, 'ada@example.com'],
])('%j is an address', (text, address) => {
  expect(parseAddress(text)).toEqual({ address })
})

test.each([
  ['', 'empty'],
  ['ada@example.com\r\nBcc: bob@example.com', 'controlCharacter'],
  ['ada@exam\r\nple.com', 'controlCharacter'],
  ['ada@example.com\0', 'controlCharacter'],
  ['\u0007ada@example.com', 'controlCharacter'],
  ['ada@example.com\n\0', 'controlCharacter'],
  [' \t\u200b ', 'empty'],
  ['<>', 'empty'],
  ['mailto:', 'empty'],
  ['ada\0@example.com', 'controlCharacter'],
  ['ada\u0085@example.com', 'controlCharacter'],
  ['ada lovelace@example.com', 'space'],
  ['ada@exam\u2028ple.com', 'space'],
  ['a\u200bda@example.com', 'localNotAscii'],
  ['ada', 'notOneAt'],
  ['@example.com', 'notOneAt'],
  ['ada@', 'notOneAt'],
  ['ada@example.com,bob@example.com', 'notOneAt'],
  ['"ada"@example.com', 'localQuoted'],
  ['jürgen@example.com', 'localNotAscii'],
  ['.ada@example.com', 'localMalformed'],
  ['ada.@example.com', 'localMalformed'],
  ['ada..l@example.com', 'localMalformed'],
  ['Ada <ada@example.com>', 'space'],
  ['<ada@example.com', 'localMalformed'],
  ['ada@example.com>', 'domainMalformed'],
  ['mailto:ada@example.com?subject=x', 'domainMalformed'],
  ['mailto:mailto:ada@example.com', 'localMalformed'],
  ['ada,bob@example.com', 'localMalformed'],
  [`${'a'.repeat(65)}@example.com`, 'localTooLong'],
  [`a@${'b'.repeat(60)}.${'c'.repeat(200)}.com`, 'tooLong'],
  [`${'a'.repeat(64)}@${`${'b'.repeat(60)}.`.repeat(3)}example`, 'tooLong'],
  [`ada@exam${'\u200b'.repeat(244)}ple.com`, 'tooLong'],
  ['ada@[192.0.2.1]', 'domainIsIpLiteral'],
  ['ada@192.0.2.1', 'domainIsIpLiteral'],
  ['ada@192.0.2.10', 'domainIsIpLiteral'],
  ['ada@127.1', 'domainIsIpLiteral'],
  ['ada@localhost', 'domainWithoutDot'],
  ['ada@example..com', 'domainMalformed'],
  ['ada@example.com.', 'domainMalformed'],
  ['ada@-example.com', 'domainMalformed'],
  ['ada@exam_ple.com', 'domainMalformed'],
  ['ada@example.com/path', 'domainMalformed'],
  ['ada@ex%61mple.com', 'domainMalformed'],
  ['ada@example.com:25', 'domainMalformed'],
  [`ada@${'b'.repeat(64)}.com`, 'domainMalformed'],
])('%j is refused: %s', (text, fault) => {
  expect(parseAddress(text)).toEqual({ fault })
})

// An accepted address goes into a header and a DNS query.
const safe = /^[!-?A-~]{1,64}@[a-z0-9.-]+\.[a-z0-9-]+$/
const nearlyAddress = fc
  .tuple(fc.string({ unit: 'grapheme', maxLength: 70 }), fc.string({ unit: 'grapheme', maxLength: 270 }))
  .map(([local, domain]) => `${local}@${domain}`)
const hostile = fc.mixedCase(
  fc
    .tuple(fc.emailAddress(), fc.constantFrom('\r', '\n', '\0', '%', '@', ' ', '\t'), fc.nat())
    .map(([text, bad, at]) => {
      const index = at % (text.length + 1)
      return text.slice(0, index) + bad + text.slice(index)
    }),
)

test('an accepted address is short, plain ASCII, and stays the same when it is read again', () => {
  fc.assert(
    fc.property(fc.oneof(nearlyAddress, hostile, fc.emailAddress()), (text) => {
      const parsed = parseAddress(text)
      if ('fault' in parsed) return
      expect(parsed.address).toMatch(safe)
      expect(parsed.address.length).toBeLessThanOrEqual(254)
      expect(parseAddress(parsed.address)).toEqual(parsed)
    }),
    { numRuns: 2_000 },
  )
})

test('the domain may be written in any case, the local part is never changed', () => {
  fc.assert(
    fc.property(fc.emailAddress(), (text) => {
      const [local, domain = ''] = text.split('@')
      const parsed = parseAddress(`${local}@${domain.toUpperCase()}`)
      expect(parsed).toEqual(parseAddress(text))
      if ('address' in parsed) expect(parsed.address.split('@')[0]).toBe(local)
    }),
  )
})

test('invisible characters around any address are cut off', () => {
  const unseen = fc.string({ unit: fc.constantFrom(' ', '\t', '\r', '\n', '\u00a0', '\u200b', '\ufeff', '\u2060') })
  fc.assert(
    fc.property(fc.oneof(fc.emailAddress(), nearlyAddress), unseen, unseen, (text, before, after) => {
      expect(parseAddress(before + text + after)).toEqual(parseAddress(text))
    }),
  )
})
