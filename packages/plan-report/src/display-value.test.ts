import fc from 'fast-check'
import { displayed, inWords } from './display-value.ts'
import { toMarkdown } from './markdown.ts'
import { reportOf } from './report.ts'
import { planOf } from './test/plan.ts'

interface Marked {
  value: unknown
  marks: unknown
}

/** Values of all shapes, with Terraform's marks beside them. What is marked is the secret, and nothing else is. */
const secret = 'SECRET'
const { marked } = fc.letrec<{ marked: Marked }>((tie) => ({
  marked: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<Marked>({ value: 'plain', marks: false }, { value: secret, marks: true }, { value: [], marks: [] }),
    fc.constantFrom<Marked>({ value: { in: [secret] }, marks: true }, { value: null, marks: false }),
    fc.array(tie('marked') as fc.Arbitrary<Marked>, { maxLength: 3 }).map((all) => ({
      value: all.map(({ value }) => value),
      marks: all.map(({ marks }) => marks),
    })),
    fc.dictionary(fc.constantFrom('k', 'l'), tie('marked') as fc.Arbitrary<Marked>).map((all) => ({
      value: Object.fromEntries(Object.entries(all).map(([name, { value }]) => [name, value])),
      marks: Object.fromEntries(Object.entries(all).map(([name, { marks }]) => [name, marks])),
    })),
  ),
}))

test('what has a mark is not displayed, wherever it stands and whatever stands beside it', () => {
  fc.assert(
    fc.property(marked, marked, ({ value, marks }, other) => {
      expect(inWords(displayed(value, [marks]))).not.toContain(secret)
      expect(inWords(displayed(value, [other.marks, marks]))).not.toContain(secret)
    }),
    { numRuns: 2000 },
  )
})

test('a report has no value with a mark, of a resource or of an action', () => {
  fc.assert(
    fc.property(marked, marked, (one, other) => {
      const [before, after] = [{ name: one.value }, { name: other.value }]
      const [beforeSensitive, afterSensitive] = [{ name: one.marks }, { name: other.marks }]
      const action = { address: 'action.a.b', config_values: before, config_sensitive: beforeSensitive }
      const change = { type: 'aws_x', before, after, beforeSensitive, afterSensitive }
      const text = toMarkdown(reportOf(planOf([change], { action_invocations: [action] })))
      expect(text).not.toContain(secret)
    }),
    { numRuns: 500 },
  )
})

test.each([
  [
    [[], { k: secret }],
    [[], { k: true }],
  ],
  [
    [{ k: secret }, []],
    [{ k: true }, []],
  ],
  [
    [[secret], { k: 'plain' }],
    [[true], {}],
  ],
])('a list of lists and objects keeps its marks: %j', (value, marks) => {
  expect(inWords(displayed({ name: value }, [{ name: marks }]))).not.toContain(secret)
})
