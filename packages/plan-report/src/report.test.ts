import fc from 'fast-check'
import { toMarkdown } from './markdown.ts'
import { reportOf } from './report.ts'
import { allowing, planOf } from './test/plan.ts'

const markdown = (...args: Parameters<typeof planOf>) => toMarkdown(reportOf(planOf(...args)), { title: 'prod' })

test('a plan without changes is one line', () => {
  expect(markdown([])).toBe('### prod: No changes.')
})

test('danger comes first, then the rest by subject in words', () => {
  const text = markdown([
    {
      type: 'aws_lambda_function',
      before: { function_name: 'f', timeout: 10 },
      after: { function_name: 'f', timeout: 30 },
    },
    { type: 'aws_dynamodb_table', before: { name: 'customers' }, after: null },
    { type: 'aws_sns_topic', before: null, after: { name: 'notify' } },
  ])
  const order = [
    '1 danger: this plan destroys 1 resource, changes 1 and creates 1.',
    '#### Danger',
    '**Customers**',
    '**Functions**',
    '**Slack**',
  ]
  expect(order.map((part) => text.indexOf(part))).toEqual(order.map((part) => text.indexOf(part)).sort((a, b) => a - b))
  expect(text).toContain('- Function `f` is changed\n  - `timeout`: `10` → `30`')
  expect(text).toContain('- Created: topic `notify`')
})

test('a definition is compared state by state', () => {
  const machine = (Seconds: number) => ({
    name: 'm',
    definition: JSON.stringify({ States: { Wait: { Type: 'Wait', Seconds } } }),
  })
  const text = markdown([{ type: 'aws_sfn_state_machine', before: machine(86_400), after: machine(60) }])
  expect(text).toContain('`definition.States.Wait.Seconds`: `86400` → `60`')
  expect(text).toContain('> Runs that wait now keep the definition')
})

test("what only AWS's own values and common tags change is folded away", () => {
  const type = 'aws_lambda_function'
  const before = { function_name: 'f', version: '1', tags_all: { stage: 'dev' } }
  const text = markdown(
    [{ type, before, after: { function_name: 'f', tags_all: { stage: 'prod' } }, afterUnknown: { version: true } }],
    {
      configuration: { root_module: { resources: [{ address: `${type}.it`, expressions: { function_name: {} } }] } },
    },
  )
  expect(text).toMatch(/<details><summary>Noise: 1 resource/)
  expect(text).not.toContain('**Functions**')
})

test('what the base branch would change too is set apart, and still judged', () => {
  const change = { type: 'aws_dynamodb_table', before: { name: 'customers' }, after: null }
  const report = reportOf(planOf([change]), { base: planOf([change]) })
  expect(report.groups).toEqual([])
  expect(report.pending).toHaveLength(1)
  expect(report.dangers).toHaveLength(1)
  expect(reportOf(planOf([change]), { base: planOf([]) }).pending).toEqual([])
})

test('what was changed outside Terraform is listed', () => {
  const [change] = planOf([
    { type: 'aws_lambda_function', before: { function_name: 'f' }, after: { function_name: 'f', timeout: 3 } },
  ]).resource_changes
  expect(markdown([], { resource_drift: [change] })).toContain('Changed outside Terraform (1)')
})

describe('sensitive values', () => {
  const secret = 'hunter2-hunter2'
  // Wherever the secret is, and however deep the mark stands.
  const places: [string, Record<string, unknown>, unknown][] = [
    ['an argument', { password: secret }, { password: true }],
    [
      'a variable',
      { environment: [{ variables: { TOKEN: secret } }] },
      { environment: [{ variables: { TOKEN: true } }] },
    ],
    ['a block as a whole', { environment: [{ variables: { TOKEN: secret } }] }, { environment: true }],
    ['an element of a list', { list: ['a', secret] }, { list: [false, true] }],
    ['a policy', { policy: allowing([secret], ['*']) }, { policy: true }],
    ['a definition', { definition: JSON.stringify({ States: { [secret]: {} } }) }, { definition: true }],
    ['a name', { name: secret, function_name: secret }, { name: true, function_name: true }],
    ['the alarm action', { alarm_actions: [secret] }, { alarm_actions: [true] }],
    ['the guardrail', { guardrail_policy_arns: [secret] }, { guardrail_policy_arns: true }],
  ]
  const types = [
    'aws_lambda_function',
    'aws_iam_role_policy',
    'aws_dynamodb_table',
    'aws_cloudwatch_metric_alarm',
    'aws_sfn_state_machine',
    'aws_chatbot_slack_channel_configuration',
    'aws_lambda_permission',
    'other',
  ]

  test.each(places)('in %s are never printed', (_, values, marks) => {
    const other = JSON.parse(JSON.stringify(values).replaceAll(secret, `${secret}-2`))
    for (const type of types) {
      const sensitive = { beforeSensitive: marks, afterSensitive: marks }
      for (const [before, after] of [
        [values, other],
        [null, other],
        [values, null],
        [values, {}],
      ]) {
        for (const replace of before && after ? [undefined, Object.keys(values)] : [undefined]) {
          const change = { type, before, after, ...sensitive, ...(replace && { replace }) }
          const report = reportOf(planOf([change as never]))
          expect(toMarkdown(report)).not.toContain(secret)
          expect(JSON.stringify(report)).not.toContain(secret)
        }
      }
    }
  })

  test('stay hidden where the mark stands on one side only', () => {
    const type = 'aws_lambda_function'
    const secrets = (TOKEN: string) => ({ function_name: 'f', timeout: 3, environment: [{ variables: { TOKEN } }] })
    const mark = { environment: [{ variables: { TOKEN: true } }] }
    for (const marks of [{ beforeSensitive: mark }, { afterSensitive: mark }]) {
      const text = markdown([
        { type, before: secrets(secret), after: { ...secrets(`${secret}-2`), timeout: 4 }, ...marks },
      ])
      expect(text).not.toContain(secret)
      expect(text).toContain('`timeout`: `3` → `4`')
    }
  })

  test('that change are named as changed', () => {
    const marks = { beforeSensitive: { timeout: true }, afterSensitive: { timeout: true } }
    const type = 'aws_lambda_function'
    const changed = (after: string) =>
      markdown([{ type, before: { timeout: 'a' }, after: { timeout: after }, ...marks }])
    expect(changed('b')).toContain('- `timeout`: _sensitive_ → _sensitive_')
    expect(changed('a')).not.toContain('_sensitive_')
  })
})

test('nothing from a plan becomes markup: no HTML, no mention, no end of a code block', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.constantFrom('<img src=x>', '@everyone', '```', '`', '\n# title', '|'),
      (noise, markup) => {
        const name = `${noise}${markup}${noise}`
        const text = markdown([
          { type: 'aws_dynamodb_table', name: 'a', before: { name }, after: { name: 'other' }, replace: ['name'] },
          {
            type: 'aws_lambda_function',
            name: 'b',
            before: { function_name: 'f', description: 'x' },
            after: { function_name: 'f', description: name },
          },
        ])
        const prose = text.replace(/(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, '')
        expect(prose).not.toMatch(/<img|@everyone/)
        expect(text.match(/^# title/m)).toBeNull()
      },
    ),
  )
})
