import { toMarkdown } from './markdown.ts'
import { reportOf } from './report.ts'
import { planOf } from './test/plan.ts'

const created = [{ type: 'aws_sns_topic', before: null, after: { name: 'notify' } }]
const markdown = (changes: typeof created, value?: unknown) =>
  toMarkdown(reportOf(planOf(changes, { planned_values: { outputs: { ses_sandbox: { value } } } })))

const note =
  "> This stage is in SES's sandbox (`sesSandbox`): mail reaches only addresses and domains that were verified"

test("a plan that changes a stage in SES's sandbox says what that means, and is no danger", () => {
  expect(markdown(created, true)).toContain(note)
  expect(reportOf(planOf(created, { planned_values: { outputs: { ses_sandbox: { value: true } } } })).dangers).toEqual(
    [],
  )
})

test.each([undefined, false, 'true'])('a stage whose output says %j is not in it', (value) => {
  expect(markdown(created, value)).not.toContain(note)
})

test('a plan without changes stays one line', () => {
  expect(markdown([], true)).toBe('### No changes.')
})
