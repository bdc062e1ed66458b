import fc from 'fast-check'
import PostalMime from 'postal-mime'
import { mime } from './mime.ts'

const printable = fc.string({ unit: 'grapheme', maxLength: 200 }).map((text) => text.replace(/[\p{Cc}\p{Cs}]/gu, ''))
const plain = { subject: 'Hello', text: 'Hello\n', html: '<p>Hello</p>\n' }

test('any text is read back as written, in lines that every mail server accepts', async () => {
  await fc.assert(
    fc.asyncProperty(printable, printable, printable, async (subject, text, html) => {
      const raw = mime({ To: 'ada@example.com' }, { subject: subject.trim(), text, html })
      for (const line of raw.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(998)
      expect(raw).toMatch(/^[\r\n -~]*$/)
      const mail = await PostalMime.parse(raw)
      expect(mail.to).toEqual([{ name: '', address: 'ada@example.com' }])
      if (!/^[ -~]*$/.test(subject.trim())) expect(mail.subject).toBe(subject.trim())
      expect((mail.text ?? '').trimEnd()).toBe(text.trimEnd())
      expect((mail.html ?? '').trimEnd()).toBe(html.trimEnd())
    }),
  )
})

test('a subject that looks like a name with an address is encoded all the same', async () => {
  const raw = mime({}, { ...plain, subject: 'Grüße <für Sie>' })
  expect(raw).toMatch(/^[\r\n -~]*$/)
  expect((await PostalMime.parse(raw)).subject).toBe('Grüße <für Sie>')
})

test('a name is encoded if necessary, its address never', async () => {
  const raw = mime({ From: 'Jürgens Bücher <hello@example.com>', 'Reply-To': 'Help <help@example.com>' }, plain)
  expect(raw).toMatch(/^From: =\?utf-8\?B\?[^?]+\?= <hello@example.com>\r$/m)
  expect(raw).toContain('Reply-To: Help <help@example.com>\r\n')
  expect((await PostalMime.parse(raw)).from).toEqual({ name: 'Jürgens Bücher', address: 'hello@example.com' })
})

test.each(['ada@example.com\r\nBcc: bob@example.com', 'ada@example.com\n', 'ada\0@example.com'])(
  'another header cannot be injected: %j',
  (To) => {
    expect(() => mime({ To }, plain)).toThrow('The header To holds a control character')
  },
)
