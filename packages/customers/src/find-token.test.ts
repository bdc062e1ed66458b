import fc from 'fast-check'
import { findToken } from './find-token.ts'
import { createToken, forLink, parseToken } from './token.ts'

const customerId = '0f0b7c7e-6f0e-4c56-8a0b-2f1d7a1c9e11'
const known = forLink(`${customerId}.${'abcdefghijklmnopqrstuvwxyz-_0123456789ABCDE'}`, 1_800_000_000)
const [before, after] = [known.slice(0, 50), known.slice(50)]

test.each([
  ['as it was sent', `token=${known}`],
  ['bare', known],
  ['with a full stop', `token=${known}.`],
  ['with a bracket', `token=${known})`],
  ['with an encoded bracket', `token=${known}%3E`],
  ['with a comma', `token=${known},`],
  ['with an encoded space', `token=${known}%20`],
  ['with a plus', `token=+${known}+`],
  ['with a no-break space', `token=${known}%C2%A0`],
  ['with an invisible character', `token=%E2%80%8B${known}%EF%BB%BF`],
  ['in quotation marks', `token=%22${known}%22`],
  ['in typographic quotation marks', `token=“${known}”`],
  ['in Markdown', `token=${known}**_`],
  ['with a second query', `token=${known}?fbclid=IwAR0abc-def_ghi`],
  ['with an encoded second query', `token=${known}%3Ffbclid%3DIwAR0`],
  ['with parameters of a newsletter', `utm_source=x&token=${known}&utm_medium=y`],
  ['with the & of HTML', `utm_source=x&amp;token=${known}&amp;utm_medium=y`],
  ['under a name in capitals', `TOKEN=${known}`],
  ['with its = encoded', `token%3D${known}`],
  ['with its = as quoted-printable has it', `token=3D${known}`],
  ['with a line break', `token=${before}\r\n${after}`],
  ['with an encoded line break', `token=${before}%0D%0A${after}`],
  ['with a line feed that was encoded twice', `token=${before}%250A${after}`],
  ['with spaces inside', `token=${before}%20%20+ ${after}`],
  ['with a soft line break', `token=${before}=\r\n${after}`],
  ['with a soft line break and encoding', `token=${before}%3D%0D%0A${after}`],
  ['broken in a quoted mail', `token=${before}%0D%0A%3E%20${after}`],
  ['with its full stop and hyphens encoded', `token=${known.replaceAll('.', '%2E').replaceAll('-', '%2d')}`],
  ['in a link to a link', `url=${encodeURIComponent(encodeURIComponent(`https://a.example/c?token=${known}&x=1`))}`],
  ['with an encoded invisible character inside', `token=${before}%E2%80%8B${after}`],
  ['before another line', `token=${known}%0D%0Amore`],
  ['after a full stop', `.${known}`],
  ['with its full stops encoded three times', `token=${known.replaceAll('.', '%25252E')}`],
  ['twice', `token=${known}&token=${known}`],
  ['without its moment, after it', `token=${known}&again=${known.slice(0, 80)}`],
])('a token %s is found', (_, text) => {
  expect(findToken(text)).toBe(known)
})

test.each([
  ['nothing', ''],
  ['no token', 'token='],
  ['a token without its end', `token=${known.slice(0, 79)}`],
  ['a token without its end, and more', `token=${known.slice(0, 79)}&utm_source=abcdefgh`],
  ['a token without its beginning', `token=${known.slice(1)}`],
  ['a token with a character too many', `token=${known.slice(0, 40)}x${known.slice(40)}`],
  ['a token with a character before it', `token=x${known}`],
  ['a token that was encoded four times', `token=${known.replaceAll('.', '%2525252E')}`],
  ['a token in capitals', known.toUpperCase()],
  ['a token with a character that none has', `token=${known.slice(0, 50)}~${known.slice(51)}`],
  ['another alphabet', `token=${known.slice(0, 50)}ä${known.slice(51)}`],
  ['two tokens', `token=${known}&token=${createToken(customerId).text}`],
  ['percent signs', '%'.repeat(100)],
  ['invalid encoding', '%zz%2%u1234'],
])('%s: no token is found', (_, text) => {
  expect(findToken(text)).toBeUndefined()
})

test('a token that lapses after the year 2038 is found with its moment', () => {
  const late = forLink(known.slice(0, 80), 36 ** 6)
  expect(findToken(`token=${late}&x=1`)).toBe(late)
})

const secret = fc
  .array(fc.constantFrom(...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_'), {
    minLength: 43,
    maxLength: 43,
  })
  .map((characters) => characters.join(''))
const token = fc
  .tuple(fc.uuid(), secret, fc.option(fc.integer({ min: 1_577_836_800, max: 2_145_916_800 })))
  .map(([id, characters, expiresAt]) => {
    const text = `${id}.${characters}`
    return expiresAt === null ? text : forLink(text, expiresAt)
  })
const prefix = fc.constantFrom(
  '',
  'token=',
  'Token=',
  'TOKEN%3D',
  'token=3D',
  '<',
  '%3C',
  '"',
  ' ',
  '%20',
  'a=1&token=',
  'a=1&amp;token=',
  '\ufeff',
)
const suffix = fc.constantFrom(
  '',
  '.',
  ')',
  '>',
  ',',
  '%20',
  '+',
  '%C2%A0',
  '"',
  '%22',
  '?fbclid=IwAR1',
  '&utm_source=a',
  '&amp;b=c',
  '#top',
  '%0D%0A',
  '**',
  "'",
  ';',
  ']',
  '!',
  '=',
  '/',
)
const lineBreak = fc.constantFrom(
  '\r\n',
  '\n',
  ' ',
  '%0D%0A',
  '%0a',
  '%20',
  '+',
  '=\r\n',
  '%3D%0D%0A',
  '\r\n> ',
  '\u200b',
)
const encoded = fc.constantFrom(0, 1, 2)

test('any token is found unchanged in any of these texts', () => {
  fc.assert(
    fc.property(token, prefix, fc.array(suffix, { maxLength: 3 }), encoded, (text, start, ends, times) => {
      let link = start + text + ends.join('')
      for (let time = 0; time < times; time++) link = encodeURIComponent(link)
      expect(findToken(link)).toBe(text)
    }),
    { numRuns: 2_000 },
  )
})

test('any token is found unchanged, wherever its lines are broken', () => {
  fc.assert(
    fc.property(
      token,
      prefix,
      suffix,
      fc.array(fc.tuple(fc.nat(), lineBreak), { maxLength: 3 }),
      (text, start, end, breaks) => {
        const breakAfter = new Map(breaks.map(([place, found]) => [place % (text.length - 1), found]))
        const broken = [...text].map((character, at) => character + (breakAfter.get(at) ?? '')).join('')
        expect(findToken(start + broken + end)).toBe(text)
      },
    ),
    { numRuns: 2_000 },
  )
})

test('a token with missing, changed or added characters is never read as another token', () => {
  const damage = fc.tuple(fc.nat(), fc.constantFrom('cut', 'drop', 'change', 'insert'), fc.constantFrom(...'aZ0-_.~%'))
  fc.assert(
    fc.property(token, token, damage, suffix, (text, other, [place, how, by], end) => {
      const at = place % 80
      const damaged = {
        cut: text.slice(0, at),
        drop: text.slice(0, at) + text.slice(at + 1),
        change: text.slice(0, at) + by + text.slice(at + 1),
        insert: text.slice(0, at) + by + text.slice(at),
      }[how as 'cut']
      const found = parseToken(findToken(damaged + end) ?? '')
      expect(found?.hash).not.toBe(parseToken(other)?.hash)
      if (how === 'cut') expect(found).toBeUndefined()
    }),
    { numRuns: 2_000 },
  )
})

test('anything found is a token', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(fc.oneof(token, suffix, prefix, lineBreak)).map((all) => all.join('')),
  )
  fc.assert(
    fc.property(text, (anything) => {
      const found = findToken(anything)
      if (found !== undefined) expect(parseToken(found)).toBeDefined()
    }),
  )
})
