import fc from 'fast-check'
import { toMarkdown } from './markdown.ts'
import { parsePlan } from './plan.ts'
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

describe('the report says to ship', () => {
  const type = 'aws_lambda_function'
  const name = 'confirmation-reminder-prod-reminder'
  const changed = (before: object, after: object, function_name = name) =>
    markdown([{ type, before: { function_name, ...before }, after: { function_name, ...after } }])
  const variables = (values: object) => ({ environment: [{ variables: values }] })

  test('each function whose versions change, with what live keeps until then', () => {
    const text = changed(
      { timeout: 10, ...variables({ A: '1', B: '1' }) },
      { timeout: 30, ...variables({ A: '2', B: '1' }) },
    )
    expect(text).toContain(
      `> Ship \`${name}\` after the apply (\`npm run ship -- reminder --stage prod\`): until then \`live\` keeps its previous \`timeout\`, \`environment.variables.A\`.`,
    )
  })

  test('also a function that no stage has, without the command', () => {
    expect(changed({ timeout: 1 }, { timeout: 2 }, 'other')).toContain('Ship `other` after the apply: until')
  })

  test('none for what holds for all versions at once', () => {
    expect(changed({ reserved_concurrent_executions: 5 }, { reserved_concurrent_executions: 9 })).not.toMatch(
      /after the apply/,
    )
  })
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
  expect(text).toMatch(/<details><summary>Noise: .* \(1\)<\/summary>/)
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

  describe('in a list are compared by what they are', () => {
    const list = (before: unknown[], after: unknown[], marks: unknown) =>
      markdown([
        {
          type: 'aws_lambda_function',
          before: { function_name: 'f', layers: before },
          after: { function_name: 'f', layers: after },
          ...{ beforeSensitive: { layers: marks }, afterSensitive: { layers: marks } },
        },
      ]).match(/- `layers`: (.*)/)?.[1]

    test.each<[string, unknown[], unknown[], unknown]>([
      ['a sensitive value changes', [secret, 'b'], [`${secret}-2`, 'b'], [true, false]],
      ['2 sensitive values change', [secret, 'b'], [`${secret}-2`, 'c'], [true]],
      ['with a sensitive value', ['b'], ['b', secret], [false, true]],
      ['without a sensitive value', [secret, 'b', 'c'], ['b', 'c'], [true]],
      ['a sensitive value changes, with 2 sensitive values', ['a'], ['b', 'c', 'd'], [true]],
      ['in another order', [secret, 'b'], ['b', secret], [true]],
    ])('%s', (words, before, after, marks) => {
      expect(list(before, after, marks)).toBe(words)
    })

    test('also inside its elements, if only one of them has the mark', () => {
      const [one, other] = [
        { name: 'a', token: secret },
        { name: 'b', token: `${secret}-2` },
      ]
      expect(list([one, other, 'c'], [other, 'c'], [{ token: true }])).toBe(
        'without `{"name":"a","token":"sensitive"}`',
      )
      expect(list([one, { name: 'b' }], [other, { name: 'b' }], [{ token: true }])).not.toContain(secret)
      expect(list([one, other], [other, one], [{}, { token: true }])).toBe('in another order')
    })

    test('also inside an element of which nothing else changes', () => {
      const of = (name: string, token: string) => ({ name, token })
      const marks = [{ token: true }, { token: true }]
      const listOf = (before: unknown[], after: unknown[]) => list(before, after, marks)
      const [one, other] = [of('a', secret), of('a', `${secret}-2`)]
      expect(listOf([one, of('b', secret)], [other, of('b', secret)])).toBe('a sensitive value changes')
      expect(listOf([one, of('b', secret)], [other, of('b', '-')])).toBe('2 sensitive values change')
      expect(listOf([one, one], [other, of('c', secret)])).toBe(
        'a sensitive value changes, with `{"name":"c","token":"sensitive"}`, without `{"name":"a","token":"sensitive"}`',
      )
    })
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
      fc.constantFrom('<img src=x>', '</details>', '@everyone', '```', '`', '\n# title', '|', '\u202e', '\u2028'),
      (noise, markup) => {
        const name = `${noise}${markup}${noise}`
        const text = markdown([
          { type: 'aws_dynamodb_table', name: 'a', before: { name }, after: { name: 'other' }, replace: ['name'] },
          {
            type: 'aws_lambda_function',
            name: 'b',
            before: { function_name: name, description: 'x' },
            after: {
              ...{ function_name: name, description: name, tags: { [name]: name } },
              environment: [{ variables: { [name]: name } }],
            },
          },
          { type: 'aws_iam_role_policy_attachment', before: null, after: { role: name, policy_arn: name } },
          { type: 'aws_lambda_permission', before: null, after: { principal: name, statement_id: name } },
          { type: 'aws_iam_role_policy', before: null, after: { role: 'r', policy: allowing([name], [name]) } },
          { type: 'aws_lambda_alias', name, before: { name: 'x' }, after: null },
        ])
        const prose = text.replace(/(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, '')
        expect(prose).not.toMatch(/<img|<\/details>|@everyone/)
        expect(text).not.toMatch(/^\s*(# title|<\/details>)|[\u2028\u202e]/m)
      },
    ),
  )
})

test("a policy's wildcards stay what they are", () => {
  const policy = (Action: string) => ({ name: 'n', role: 'r', policy: allowing([Action], ['arn:*:_x_']) })
  const text = markdown([{ type: 'aws_iam_role_policy', before: policy('a:x'), after: policy('a:*') }])
  expect(text).toContain('New is: `a:* on arn:*:_x_`.')
})

describe('a report that does not fit', () => {
  const alarms = Array.from({ length: 300 }, (_, index) => ({
    type: 'aws_cloudwatch_metric_alarm',
    name: `a${index}`,
    before: { alarm_name: `alarm ${index}`, threshold: 1 },
    after: { alarm_name: `alarm ${index}`, threshold: 2 },
  }))
  const table = { type: 'aws_dynamodb_table', before: { name: 'customers' }, after: null }
  const report = reportOf(planOf([...alarms, table]))
  const whole = toMarkdown(report, { cost: 'what it costs' })

  test('keeps to its length, with the dangers and the cost, and names what is missing', () => {
    const short = toMarkdown(report, { cost: 'what it costs', longest: 5000 })
    expect(whole.length).toBeGreaterThan(15_000)
    expect(short.length).toBeLessThanOrEqual(5000)
    expect(short).toContain('- **Table `customers` is destroyed.**')
    expect(short).toContain('what it costs')
    expect(short).toContain(
      "> **This report has no space for Alarms.** The summary of the workflow's run has more of it, and the run's log lists every change.",
    )
  })

  test('is whole where it fits', () => {
    expect(toMarkdown(report, { cost: 'what it costs', longest: whole.length + 2 })).toBe(whole)
  })

  test('counts the dangers that it cannot show', () => {
    const policy = (Action: string[]) => ({ name: 'n', role: 'r', policy: allowing(Action, ['*']) })
    const actions = Array.from({ length: 1000 }, (_, index) => `service:Action${index}`)
    const widened = Array.from({ length: 100 }, (_, index) => ({
      type: 'aws_iam_role_policy',
      name: `p${index}`,
      before: policy([]),
      after: policy(actions),
    }))
    const short = toMarkdown(reportOf(planOf(widened)), { longest: 30_000 })
    expect(short.length).toBeLessThanOrEqual(30_000)
    expect(short.match(/^- \*\*Role policy `r\/n` widens\.\*\*/gm)?.length).toBeGreaterThan(20)
    expect(short).toMatch(/This report has no space for \d+ × a danger, \d+ × a before and after, Permissions\./)
  })
})

test('a resource that only gets another address, or is imported, is reported as such', () => {
  const [alarm] = planOf([
    { type: 'aws_cloudwatch_metric_alarm', before: { alarm_name: 'x' }, after: { alarm_name: 'x' } },
  ]).resource_changes
  const stays = (more: object, change: object = {}) =>
    markdown([], {
      resource_changes: [{ ...alarm, ...more, change: { ...alarm?.change, actions: ['no-op'], ...change } }],
    })
  expect(stays({ previous_address: 'aws_cloudwatch_metric_alarm.old' })).toBe(
    [
      '### prod: This plan moves in the state 1 resource; nothing dangerous.',
      '**Alarms**',
      '- Known by another address, otherwise as it was: alarm `x`',
    ].join('\n\n'),
  )
  expect(stays({}, { importing: { id: 'x' } })).toContain('This plan imports 1 resource')
  expect(stays({})).toBe('### prod: No changes.')
})

test('what a policy forbids, and no longer does, is not said twice over', () => {
  const of = (...Statement: object[]) => ({ name: 'n', role: 'r', policy: JSON.stringify({ Statement }) })
  const ban = { Effect: 'Deny', Action: 'a:x', Resource: '*' }
  const text = (before: object, after: object) =>
    markdown([{ type: 'aws_iam_role_policy', before: { ...before }, after: { ...after } }])
  expect(text(of(ban), of())).toContain('No longer forbidden: `a:x on *`.')
  expect(text(of(ban), of())).toContain('  - no longer forbidden: `a:x on *`')
  expect(text(of(), of(ban))).toContain('  - forbidden: `a:x on *`')
})

test('an element that a list has twice, and then once, is no change of order', () => {
  const list = (...list: string[]) => ({ function_name: 'f', list })
  const text = (before: object, after: object) =>
    markdown([{ type: 'aws_lambda_function', before: { ...before }, after: { ...after } }])
  expect(text(list('a', 'a', 'b'), list('a', 'b'))).toContain('- `list`: without `a`')
  expect(text(list('a', 'b'), list('b', 'a'))).toContain('- `list`: in another order')
})

test('a managed policy that is secret, and another one, is a danger', () => {
  const role = (policy: string) => ({ name: 'r', managed_policy_arns: [policy] })
  const marks = { managed_policy_arns: [true] }
  const plan = planOf([
    { type: 'aws_iam_role', before: role('a'), after: role('b'), beforeSensitive: marks, afterSensitive: marks },
  ])
  expect(reportOf(plan).dangers).toMatchObject([{ title: 'Role `r` gets another policy', after: ['sensitive'] }])
})

test('two long values that begin with the same are shown where they differ', () => {
  const of = (end: string) => ({ function_name: 'f', description: `${'x'.repeat(500)}${end}` })
  const text = markdown([{ type: 'aws_lambda_function', before: of('old'), after: of('new') }])
  const begin = `…${'x'.repeat(40)}`
  expect(text).toContain(`- \`description\`: \`${begin}old\` → \`${begin}new\``)
})

test('an output may have any name', () => {
  const plan =
    '{"format_version":"1.2","resource_changes":[],"output_changes":{"constructor":{"actions":["create"]},"__proto__":{"actions":["create"]}}}'
  expect(reportOf(parsePlan(plan)).outputs).toEqual(['constructor', '__proto__'])
  const broken = plan.replace('{"actions":["create"]}', 'null')
  expect(() => parsePlan(broken)).toThrow('output_changes: is not one change for each output')
})

test('a danger that is too long for the comment hides none that follow', () => {
  const policy = (name: string, Action: string[]) => ({ name, role: 'r', policy: allowing(Action, ['*']) })
  const actions = Array.from({ length: 40 }, (_, index) => `service:${'x'.repeat(300)}${index}`)
  const plan = planOf([
    { type: 'aws_iam_role_policy', name: 'a', before: policy('a', []), after: policy('a', actions) },
    { type: 'aws_cloudwatch_metric_alarm', before: { alarm_name: 'x' }, after: null },
  ])
  const report = reportOf(plan)
  const [first] = report.dangers
  const why = `${first?.why} ${'x'.repeat(5000)}`
  const text = toMarkdown({ ...report, dangers: [{ title: 'Long', why }, ...report.dangers] }, { longest: 5000 })
  expect(text).toContain('**Alarm `x` is destroyed.**')
  expect(text.length).toBeLessThanOrEqual(5000)
})
