import { changesOf } from './change.ts'
import { dangersOf } from './danger.ts'
import { allowing, planOf } from './test/plan.ts'

const dangers = (...args: Parameters<typeof planOf>) => {
  const plan = planOf(...args)
  return dangersOf(plan, changesOf(plan))
}
const titles = (...args: Parameters<typeof planOf>) => dangers(...args).map(({ title }) => title)

const kept: [string, string, object][] = [
  ['aws_dynamodb_table', 'table', { name: 'x' }],
  ['aws_kms_key', 'key', { description: 'x' }],
  ['aws_sfn_state_machine', 'state machine', { name: 'x' }],
  ['aws_lambda_alias', 'alias', { name: 'x' }],
  ['aws_cloudwatch_log_group', 'log group', { name: 'x' }],
]

test.each(kept)('whoever destroys or replaces %s is told so', (type, noun, values) => {
  const before = { ...values }
  const capital = noun.charAt(0).toUpperCase() + noun.slice(1)
  expect(titles([{ type, before, after: null }])).toEqual([`${capital} \`x\` is destroyed`])
  expect(titles([{ type, before, after: { ...values, name: 'y' }, replace: ['name'] }])).toEqual([
    `${capital} \`x\` is replaced, because its name changes`,
  ])
  expect(titles([{ type, before: null, after: before }])).toEqual([])
})

test('an alias or a machine that goes says what becomes of the runs that wait', () => {
  const whys = ['aws_lambda_alias', 'aws_sfn_state_machine'].map(
    (type) => dangers([{ type, before: { name: 'x' }, after: null }])[0]?.why,
  )
  expect(whys.join(' ')).toMatch(/Runs that wait would be stranded.*Runs that wait are aborted/)
})

test('a plan that Terraform could not finish is a danger, whatever it lists', () => {
  expect(titles([], { errored: true })).toEqual(['Terraform could not finish this plan'])
})

test('a table that loses its protection is a danger', () => {
  const on = { name: 'x', deletion_protection_enabled: true, point_in_time_recovery: [{ enabled: true }] }
  const off = { name: 'x', deletion_protection_enabled: false, point_in_time_recovery: [{ enabled: false }] }
  const type = 'aws_dynamodb_table'
  expect(titles([{ type, before: on, after: off }])).toEqual([
    'Table `x` may be deleted',
    'Table `x` can no longer be restored',
  ])
  expect(titles([{ type, before: off, after: on }])).toEqual([])
})

describe('an alarm', () => {
  const type = 'aws_cloudwatch_metric_alarm'
  const alarm = {
    alarm_name: 'x',
    alarm_actions: ['a', 'b'],
    ok_actions: ['a'],
    insufficient_data_actions: [],
    actions_enabled: true,
  }

  test.each([
    ['alarm_actions', 'alarm', ['a']],
    ['ok_actions', 'ok', []],
    ['alarm_actions', 'alarm', null],
    ['alarm_actions', 'alarm', ['a', 'another topic']],
  ])('that loses one of its %s is a danger', (argument, name, after) => {
    expect(titles([{ type, before: alarm, after: { ...alarm, [argument]: after } }])).toEqual([
      `Alarm \`x\` loses an action for ${name}`,
    ])
  })

  test('that is switched off is a danger', () => {
    expect(titles([{ type, before: alarm, after: { ...alarm, actions_enabled: false } }])).toEqual([
      'Alarm `x` is turned off',
    ])
  })

  test('that gains an action or gets another threshold is none', () => {
    const after = [{ alarm_actions: ['a', 'b', 'c'] }, { ok_actions: ['a', 'z'] }, { threshold: 2 }]
    for (const change of after) expect(titles([{ type, before: alarm, after: { ...alarm, ...change } }])).toEqual([])
  })

  test('whose only action is known after apply has not lost it', () => {
    const afterUnknown = { ok_actions: [true] }
    expect(titles([{ type, before: alarm, after: { ...alarm, ok_actions: [null] }, afterUnknown }])).toEqual([])
  })
})

describe('the guardrail of the Slack channel', () => {
  const type = 'aws_chatbot_slack_channel_configuration'
  const channel = { configuration_name: 'x', guardrail_policy_arns: ['arn:guardrail'] }

  test.each([null, []])('that is unset (%j) means AdministratorAccess', (guardrail_policy_arns) => {
    const [danger] = dangers([{ type, before: channel, after: { ...channel, guardrail_policy_arns } }])
    expect(danger).toMatchObject({
      title: 'Slack channel `x` has no guardrail',
      before: ['arn:guardrail'],
      after: ['none'],
    })
    expect(danger?.why).toContain('AdministratorAccess')
    expect(titles([{ type, before: null, after: { ...channel, guardrail_policy_arns } }])).toHaveLength(1)
  })

  test('that becomes another is a danger, and one that comes with the channel is none', () => {
    const after = { ...channel, guardrail_policy_arns: ['arn:aws:iam::aws:policy/AdministratorAccess'] }
    expect(titles([{ type, before: channel, after }])).toEqual(['Slack channel `x` gets another guardrail'])
    expect(
      titles([
        {
          type,
          before: null,
          after: { ...channel, guardrail_policy_arns: [null] },
          afterUnknown: { guardrail_policy_arns: [true] },
        },
      ]),
    ).toEqual([])
  })

  test('whose policy widens is a danger', () => {
    const before = { name: 'x', policy: allowing(['cloudwatch:Describe*'], ['*']) }
    const after = { name: 'x', policy: allowing(['cloudwatch:*'], ['*']) }
    expect(titles([{ type: 'aws_iam_policy', before, after }])).toEqual(['Policy `x` widens'])
  })
})

describe('a permission', () => {
  const type = 'aws_iam_role_policy'
  const of = (policy: string) => ({ name: 'needs', role: 'register', policy })
  const narrow = of(allowing(['dynamodb:GetItem', 'dynamodb:PutItem'], ['arn:table']))
  const wide = of(allowing(['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Scan'], ['arn:table']))

  test('that widens is shown before and after', () => {
    expect(dangers([{ type, before: narrow, after: wide }])).toEqual([
      {
        title: 'Role policy `register/needs` widens',
        why: 'New is: dynamodb:Scan on arn:table.',
        before: ['dynamodb:GetItem, dynamodb:PutItem on arn:table'],
        after: ['dynamodb:GetItem, dynamodb:PutItem, dynamodb:Scan on arn:table'],
      },
    ])
    expect(titles([{ type, before: wide, after: narrow }])).toEqual([])
  })

  test('that comes with a new role is none; one that an old role gets is', () => {
    const created = { type, before: null, after: narrow }
    expect(titles([created])).toEqual(['Role policy `register/needs` widens'])
    expect(titles([created, { type: 'aws_iam_role', before: null, after: { name: 'register' } }])).toEqual([])
  })

  test('that narrows is a danger only where runs that wait use it', () => {
    const arn = 'arn:aws:lambda:eu-west-1:1:function:reminder'
    const state = [
      {
        type: 'aws_sfn_state_machine',
        values: { role_arn: 'arn:aws:iam::1:role/workflow', definition: `{"Resource":"${arn}:live"}` },
      },
      { type: 'aws_lambda_function', values: { arn, role: 'arn:aws:iam::1:role/reminder' } },
      { type: 'aws_lambda_function', values: { arn: `${arn}-other`, role: 'arn:aws:iam::1:role/other' } },
    ]
    const narrowed = (role: string) => [{ type, before: { ...wide, role }, after: { ...narrow, role } }]
    expect(titles(narrowed('workflow'), { state })).toEqual([
      'Role policy `workflow/needs` narrows, and runs that wait use it',
    ])
    expect(titles(narrowed('reminder'), { state })).toHaveLength(1)
    expect(titles(narrowed('other'), { state })).toEqual([])
    expect(titles([{ type, before: { ...wide, role: 'workflow' }, after: null }], { state })).toHaveLength(1)
  })

  test('that this plan cannot show is a danger, because nobody can judge it', () => {
    const unknown = { type, before: narrow, after: { ...narrow, policy: undefined }, afterUnknown: { policy: true } }
    const sensitive = {
      type,
      name: 'other',
      before: narrow,
      after: wide,
      beforeSensitive: { policy: true },
      afterSensitive: { policy: true },
    }
    const [danger, ...others] = dangers([unknown, sensitive])
    expect(others).toEqual([])
    expect(danger?.title).toBe('What 2 policies will allow, this plan cannot show')
    expect(JSON.stringify(danger)).not.toContain('dynamodb')
  })

  test('that an old role gets is a danger too, if this plan cannot show it', () => {
    const created = { type, before: null, after: { name: 'needs', role: 'register' }, afterUnknown: { policy: true } }
    expect(titles([created])).toEqual(['What a policy will allow, this plan cannot show'])
    const unknownRole = { type, before: null, after: { name: 'needs' }, afterUnknown: { policy: true, role: true } }
    expect(titles([unknownRole])).toEqual([])
  })

  test('that moves to another role is new to that role', () => {
    expect(titles([{ type, before: narrow, after: { ...narrow, role: 'confirm' }, replace: ['role'] }])).toEqual([
      'Role policy `register/needs` widens',
    ])
  })

  test('who may assume a role counts', () => {
    const trust = (Service: string) =>
      JSON.stringify({ Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service } }] })
    const before = { name: 'x', assume_role_policy: trust('lambda.amazonaws.com') }
    const after = { name: 'x', assume_role_policy: trust('ec2.amazonaws.com') }
    expect(titles([{ type: 'aws_iam_role', before, after }])).toEqual(['Role `x` widens'])
  })

  test.each([
    ['apigateway.amazonaws.com', { source_arn: 'arn:api' }, 0],
    ['apigateway.amazonaws.com', {}, 1],
    ['*', { source_arn: 'arn:api' }, 1],
    ['123456789012', {}, 1],
  ])('to invoke a function, for %s with %j, makes %d dangers', (principal, more, number) => {
    const after = { function_name: 'f', statement_id: 's', principal, ...more }
    expect(titles([{ type: 'aws_lambda_permission', before: null, after }])).toHaveLength(number)
  })
})
