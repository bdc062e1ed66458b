import * as fc from 'fast-check'
import { refusedExpressions } from './expressions.ts'

const refused = (text: string) => refusedExpressions(text, 'output.x').length > 0

test.each([
  'plain',
  '$.state.input',
  '50 % {of} $ {it}',
  '$$ and %%',
  '{"Resource":"${aws_sns_topic.notify.arn}:*"}',
  '${aws_sns_topic.notify_us-east-1.arn}${var.public_url}',
  '${data.aws_caller_identity.account.account_id}',
  '${aws_sesv2_email_identity.mail.dkim_signing_attributes[0].tokens}',
  '${aws_acm_certificate.api.domain_validation_options.*.resource_record_name[0]}',
])('%s is accepted', (text) => {
  expect(refused(text)).toBe(false)
})

test.each([
  '${file("/etc/passwd")}',
  '${~ file("/etc/passwd") ~}',
  '${\n  templatefile("x", {})}',
  '%{ if true }x%{ endif }',
  '${provider::aws::arn_parse("x")}',
  '${path.cwd}',
  '${terraform.workspace}',
  '${data.external.x.result}',
  '${module.x.y}',
  '${local.x}',
  '${each.value}',
  '${aws_sns_topic.notify.arn + file("x")}',
  '${aws_sns_topic.notify[file("x")]}',
  '${aws_sns_topic.notify[*].arn}',
  '${aws_sns_topic.notify.*.arn * 2}',
  '${aws_sns_topic.*.arn}',
  '${var.x.*.y}',
  '${aws_sns_topic.notify.arn',
  '${"${file("x")}"}',
  '${var.x}${file("x")}',
  '$${var.x}',
  '$$${file("x")}',
  '%%{ if true }',
  '%${var.x}',
  // What is left if references are cut out, instead of being replaced by something.
  '$${var.x}{file("x")}',
  '$${aws_sns_topic.a.b}{file("x")}',
])('%s is refused', (text) => {
  expect(refused(text)).toBe(true)
})

test('names of members are checked as strings are, however deep', () => {
  expect(refusedExpressions({ a: [{ '${file("x")}': 1 }] }, '')).toEqual([
    'a.0, in the name of a member contains "${file(\\"x\\")}": only references such as ${aws_sns_topic.name.arn} are allowed.',
  ])
})

/** Reads a string as Terraform does (HCL's template syntax): the expressions in it. Undefined where it is malformed. */
function expressionsOf(text: string): string[] | undefined {
  const found: string[] = []
  let index = 0
  while (index < text.length) {
    const here = text.slice(index)
    if (/^(\$\$|%%)\{/.test(here)) index += 3
    else if (/^[$%]\{/.test(here)) {
      const end = here.indexOf('}')
      if (end < 0) return undefined
      found.push(here.slice(0, end + 1))
      index += end + 1
    } else index++
  }
  return found
}

const piece = fc.constantFrom(
  '$',
  '%',
  '{',
  '}',
  '${',
  '%{',
  '~',
  ' ',
  'a',
  '"',
  '\n',
  'file(1)',
  'var.x',
  '${var.x}',
  '.',
  '.*',
  'aws_a.b.c',
  '${aws_a.b.c}',
)

test('an accepted string has no expression but references', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join('')
      if (refused(text)) return
      expect(
        (expressionsOf(text) ?? ['malformed']).filter((each) => !/^\$\{(var|aws_\w+)\.\w+(\.\w+|\.\*)*\}$/.test(each)),
      ).toEqual([])
    }),
    { numRuns: 5000 },
  )
})

test('an expression that is no reference is refused, whatever surrounds it', () => {
  const around = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''))
  fc.assert(
    fc.property(
      around,
      around,
      fc.constantFrom('${file("x")}', '%{for x in y}', '${ var.x}', '${var.x }'),
      (before, after, expression) => {
        expect(refused(before + expression + after)).toBe(true)
      },
    ),
  )
})
