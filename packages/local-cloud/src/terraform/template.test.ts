import fc from 'fast-check'
import { parseTemplate } from './template.ts'

const identifier = fc.stringMatching(/^[a-z_][a-z0-9_-]{0,8}$/)
const steps = fc.array(
  fc.oneof(
    identifier.map((name) => ({ text: `.${name}`, step: name as string | number })),
    fc.constant({ text: '.*', step: null as string | number | null }),
    fc.nat(99).map((index) => ({ text: `[${index}]`, step: index as string | number })),
    fc.stringMatching(/^[ -!#-[\]-~]{0,6}$/).map((key) => ({ text: `["${key}"]`, step: key as string | number })),
  ),
  { minLength: 1, maxLength: 4 },
)
const reference = fc.tuple(identifier, steps).map(([first, rest]) => ({
  text: first + rest.map(({ text }) => text).join(''),
  path: [first, ...rest.map(({ step }) => step)],
}))
/** Text as Terraform quotes it: a marker is written with its sign doubled. */
const quote = (text: string) => text.replace(/[$%](?=\{)/g, '$&$&')
// A sign at the end of a text would join the marker that follows it.
const literal = fc
  .string({ unit: fc.constantFrom('a', ' ', '{', '}', '"', '$', '%', '\n') })
  .filter((t) => !/[$%]$/.test(t))

describe('a template', () => {
  test('comes apart into exactly the texts and references that were written into it', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(literal, reference)), literal, (pairs, last) => {
        // Two signs before a brace would be read as the escape that we write for one.
        fc.pre(![...pairs.map(([text]) => text), last].some((text) => /([$%])\1\{/.test(text)))
        const written = pairs.map(([text, { text: inner }]) => `${quote(text)}\${${inner}}`).join('') + quote(last)
        const expected = [...pairs.flat(), last].filter((part) => part !== '')
        expect(parseTemplate(written)).toEqual(expected)
      }),
    )
  })

  test.each([
    ['${jsonencode({a = 1})}', 'calls jsonencode()'],
    ['${provider::aws::arn_parse("x")}', 'calls provider::aws::arn_parse()'],
    ['${var.a + 1}', 'expression'],
    ['${aws_x.y[*].arn}', 'expression'],
    ['${"a}b"}', '${"a}b"} is an expression'],
    ['${}', 'expression'],
    ['${var.a', 'no closing brace'],
    ['%{ if var.a }x%{ endif }', 'directive'],
  ])('refuses %s', (template, message) => {
    expect(() => parseTemplate(template)).toThrow(message)
  })
})
