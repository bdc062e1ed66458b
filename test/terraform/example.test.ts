import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stackOf } from '../synthesise.ts'
import { planReport } from './plan-report.ts'
import { only, type Stack, terraformIsHere, Workspace } from './terraform.ts'

const document = join(__dirname, '..', '..', 'docs', 'plan-report.md')
const marked = /(?<=<!-- example -->\n)[\s\S]*(?=<!-- \/example -->)/

/** The pull request of the example. */
function change(stack: Stack): void {
  const machine = only(stack, 'aws_sfn_state_machine')
  machine.definition = machine.definition.replace('"Seconds":86400', '"Seconds":172800')
  only(stack, 'aws_lambda_function', /^reminder/).memory_size = 512
  const policy = only(stack, 'aws_iam_role_policy', /^register/)
  policy.policy = policy.policy.replace('"dynamodb:PutItem"', '"dynamodb:*"')
  delete stack.resource.aws_cloudwatch_metric_alarm?.alarms_ExecutionThrottled
}

/** What a month costs depends on every alarm and function: of that part the words must be today's, not the cents. */
function withoutCents(report: string): string {
  const [judgement = '', cost = ''] = report.trim().split('#### Cost')
  return `${judgement}#### Cost${cost.replace(/[+−±]?\$?[\d.,]*\d/g, '#')}`
}

test('the README shows how the example begins', () => {
  const readme = readFileSync(join(__dirname, '..', '..', 'README.md'), 'utf8')
  const example = marked.exec(readFileSync(document, 'utf8'))?.[0] ?? ''
  const [beginning = ''] = example.split('This check fails')
  expect(beginning).toContain('#### Danger')
  expect(readme).toContain(quoted(beginning))
})

/** As the README quotes it, so that its headings are none of the README. */
const quoted = (markdown: string) =>
  markdown
    .trim()
    .replace(/^(?=.)/gm, '> ')
    .replace(/^$/gm, '>')

if (!terraformIsHere) {
  test('terraform is not on this machine: nothing was run', () => expect(terraformIsHere).toBe(false))
} else {
  test('the example in the documentation is what the report prints', async () => {
    const workspace = await Workspace.of(stackOf('prod'))
    try {
      await workspace.deploy()
      workspace.change(change)
      await workspace.plan()
      const { markdown } = await planReport(await workspace.planFile(), '--cost')
      const text = readFileSync(document, 'utf8')
      if (process.env.UPDATE_EXAMPLE)
        writeFileSync(
          document,
          text.replace(marked, () => `${markdown.trim()}\n`),
        )
      const example = marked.exec(readFileSync(document, 'utf8'))?.[0] ?? ''
      expect(withoutCents(example)).toBe(withoutCents(markdown))
    } finally {
      workspace.dispose()
    }
  })
}
