import { changesOf } from './change.ts'
import { dangersOf } from './dangers.ts'
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

test.each(kept)('destroying or replacing %s is reported', (type, noun, values) => {
  const before = { ...values }
  const capital = noun.charAt(0).toUpperCase() + noun.slice(1)
  expect(titles([{ type, before, after: null }])).toEqual([`${capital} \`x\` is destroyed`])
  expect(titles([{ type, before, after: { ...values, name: 'y' }, replace: ['name'] }])).toEqual([
    `${capital} \`x\` is replaced, because its name changes`,
  ])
  expect(titles([{ type, before: null, after: before }])).toEqual([])
})

test('the removal of an alias or a state machine reports the effect on the runs that wait', () => {
  const whys = ['aws_lambda_alias', 'aws_sfn_state_machine'].map(
    (type) => dangers([{ type, before: { name: 'x' }, after: null }])[0]?.why,
  )
  expect(whys.join(' ')).toMatch(/Runs that wait fail.*Customers whose runs wait get no reminder/)
})

test('what Terraform lets go of is a danger, though nothing is deleted', () => {
  const [type, , values] = kept[4] ?? ['', '', {}]
  const [forgotten] = planOf([{ type, before: { ...values }, after: null }]).resource_changes
  const resource_changes = [{ ...forgotten, change: { ...forgotten?.change, actions: ['forget'] } }]
  expect(dangers([], { resource_changes })).toEqual([
    {
      title: 'Log group `x` is no longer managed by Terraform',
      why: 'It stays in AWS unchanged, but Terraform no longer reports its changes, and a later deploy may create another.',
    },
  ])
})

test('a plan that Terraform could not finish is a danger, independent of what it lists', () => {
  expect(titles([], { errored: true })).toEqual(['Terraform could not finish this plan'])
})

test('a plan of some resources only is a danger', () => {
  expect(titles([], { complete: false })).toEqual(['This plan is incomplete'])
  expect(titles([], { complete: true })).toEqual([])
})

test('a table that no longer deletes what has expired is a danger', () => {
  const table = (...ttl: object[]) => ({ name: 'x', ttl })
  const type = 'aws_dynamodb_table'
  const on = { attribute_name: 'expiresAt', enabled: true }
  expect(titles([{ type, before: table(on), after: table({ ...on, enabled: false }) }])).toEqual([
    'Table `x` no longer forgets',
  ])
  expect(titles([{ type, before: table(on), after: table() }])).toHaveLength(1)
  expect(titles([{ type, before: table(on), after: table({ ...on, attribute_name: 'other' }) }])).toEqual([])
})

test('a plan that stops the SES events of a mail is reported', () => {
  const type = 'aws_sesv2_configuration_set_event_destination'
  const before = { event_destination_name: 'x', configuration_set_name: 'x' }
  expect(titles([{ type, before, after: null }])).toEqual(['Part of SES `x` is destroyed'])
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

test('a function that is turned off is a danger', () => {
  const fn = (reserved_concurrent_executions: number) => ({ function_name: 'f', reserved_concurrent_executions })
  const title = (before: number, after: number) =>
    titles([{ type: 'aws_lambda_function', before: fn(before), after: fn(after) }])
  expect(title(-1, 0)).toEqual(['Function `f` is turned off'])
  expect(title(5, 0)).toEqual(['Function `f` is turned off'])
  expect(title(0, -1)).toEqual([])
  expect(title(5, 1)).toEqual([])
})

test('a key that is turned off is a danger', () => {
  const key = (is_enabled: boolean) => ({ description: 'k', is_enabled })
  expect(titles([{ type: 'aws_kms_key', before: key(true), after: key(false) }])).toEqual(['Key `k` is turned off'])
})

test('a Slack channel that no longer subscribes to a topic is a danger', () => {
  const type = 'aws_chatbot_slack_channel_configuration'
  const listening = (...sns_topic_arns: string[]) => ({
    configuration_name: 'x',
    guardrail_policy_arns: ['g'],
    sns_topic_arns,
  })
  expect(dangers([{ type, before: listening('a', 'b'), after: listening('a') }])).toMatchObject([
    { title: 'Slack channel `x` no longer subscribes to a topic', before: ['a', 'b'], after: ['a'] },
  ])
  expect(titles([{ type, before: listening('a'), after: listening('a', 'b') }])).toEqual([])
})

test.each([
  [{ state: 'ENABLED' }, { state: 'DISABLED' }],
  [{ is_enabled: true }, { is_enabled: false }],
])('a rule of EventBridge that is turned off (%j) is a danger', (before, after) => {
  const rule = { type: 'aws_cloudwatch_event_rule', before: { name: 'x', ...before }, after: { name: 'x', ...after } }
  expect(titles([rule])).toEqual(['EventBridge rule `x` is turned off'])
})

describe('the origins of pages that an HTTP API takes requests from', () => {
  const type = 'aws_apigatewayv2_api'
  const api = (...cors: object[]) => ({ name: 'x', cors_configuration: cors })
  const of = (...allow_origins: string[]) => api({ allow_origins, allow_methods: ['POST'] })
  const widens = 'HTTP API `x` takes requests from pages of more origins'

  test('are a danger if more come, the first and a wildcard too', () => {
    const [one, other] = ['https://one.example', 'https://other.example']
    expect(dangers([{ type, before: api(), after: of(one) }])).toEqual([
      {
        title: widens,
        why: 'Their scripts may send registrations and read the responses.',
        before: ['none'],
        after: [one],
      },
    ])
    expect(titles([{ type, before: of(one), after: of(one, other) }])).toEqual([widens])
    expect(titles([{ type, before: of(one), after: of(other) }])).toEqual([widens])
    expect(titles([{ type, before: of(one), after: of('*') }])).toEqual([widens])
  })

  test('are a danger if this plan does not show them', () => {
    const before = of('https://one.example')
    expect(titles([{ type, before, after: { name: 'x' }, afterUnknown: { cors_configuration: true } }])).toEqual([
      widens,
    ])
    const afterUnknown = { cors_configuration: [{ allow_origins: true }] }
    expect(titles([{ type, before, after: api({ allow_methods: ['POST'] }), afterUnknown }])).toEqual([widens])
  })

  test('are none if they come with the API, go, or change their order', () => {
    const [one, other] = ['https://one.example', 'https://other.example']
    expect(titles([{ type, before: null, after: of(one) }])).toEqual([])
    expect(titles([{ type, before: of(one, other), after: of(other, one) }])).toEqual([])
    expect(titles([{ type, before: of(one, other), after: of(other) }])).toEqual([])
    expect(titles([{ type, before: of(one), after: api() }])).toEqual([])
  })

  test('are a danger if their requests come to carry cookies', () => {
    const with_ = (allow_credentials: boolean) => api({ allow_origins: ['https://one.example'], allow_credentials })
    const title = 'HTTP API `x` takes cookies from pages of other origins'
    expect(titles([{ type, before: with_(false), after: with_(true) }])).toEqual([title])
    expect(titles([{ type, before: with_(true), after: with_(false) }])).toEqual([])
  })
})

describe('the pages that functions lead people to', () => {
  const type = 'aws_lambda_function'
  const knowing = (pages: object | string, name = 'confirm') => ({
    function_name: name,
    environment: [{ variables: { PAGES: typeof pages === 'string' ? pages : JSON.stringify(pages) } }],
  })
  const [one, other] = ['https://one.example', 'https://other.example']
  const widens = 'Function `confirm` leads people to pages of more origins'

  test('are a danger if origins come, also the first', () => {
    expect(dangers([{ type, before: knowing({}), after: knowing({ confirmed: `${one}/{locale}` }) }])).toEqual([
      {
        title: widens,
        why: 'Who registers, confirms or withdraws is sent there, as soon as the function is shipped.',
        before: ['none'],
        after: [one],
      },
    ])
    const before = knowing({ confirmed: `${one}/a`, returnOrigins: [one] })
    expect(titles([{ type, before, after: knowing({ confirmed: `${other}/a`, returnOrigins: [one] }) }])).toEqual([
      widens,
    ])
    expect(titles([{ type, before, after: knowing({ confirmed: `${one}/a`, returnOrigins: [one, other] }) }])).toEqual([
      widens,
    ])
    expect(titles([{ type, before, after: knowing('http://other.example, not JSON') }])).toEqual([widens])
    const without = { function_name: 'confirm', environment: [{ variables: { OTHER: '' } }] }
    expect(titles([{ type, before: without, after: knowing({ confirmed: one }) }])).toEqual([widens])
  })

  test('are one danger of all functions that come to lead there', () => {
    const changes = ['register', 'confirm', 'withdraw'].map((name) => ({
      type,
      before: knowing({}, name),
      after: knowing({ confirmed: one }, name),
    }))
    expect(titles(changes)).toEqual([
      'Function `register`, function `confirm`, function `withdraw` lead people to pages of more origins',
    ])
  })

  test('are a danger if this plan does not show them', () => {
    const before = knowing({ confirmed: one })
    const environment = [{ variables: {} }]
    const afterUnknown = { environment: [{ variables: { PAGES: true } }] }
    const unknown = [{ type, before, after: { function_name: 'confirm', environment }, afterUnknown }]
    expect(dangers(unknown)).toMatchObject([
      { title: widens, before: [one], after: ['This plan does not show which.'] },
    ])
  })

  test('are none if they come with the function, go, or stay on their origins', () => {
    const before = knowing({ confirmed: `${one}/a`, withdrawn: `${other}/b`, returnOrigins: [one] })
    expect(titles([{ type, before: null, after: before }])).toEqual([])
    expect(titles([{ type, before, after: knowing({}) }])).toEqual([])
    expect(titles([{ type, before, after: knowing({ registered: `${other}/c`, returnOrigins: [other] }) }])).toEqual([])
  })
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
    ['alarm_actions', 'ALARM', ['a']],
    ['ok_actions', 'OK', []],
    ['alarm_actions', 'ALARM', null],
    ['alarm_actions', 'ALARM', ['a', 'another topic']],
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

  test('that loses a sensitive action is a danger, and the action is not printed', () => {
    const marks = { beforeSensitive: { alarm_actions: [true, false] }, afterSensitive: { alarm_actions: [false] } }
    const [danger] = dangers([{ type, before: alarm, after: { ...alarm, alarm_actions: ['b'] }, ...marks }])
    expect(danger).toMatchObject({ title: 'Alarm `x` loses an action for ALARM', before: ['sensitive', 'sensitive'] })
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
    const after = { ...channel, guardrail_policy_arns: ['arn:another'] }
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

  test('that is AdministratorAccess is none, also on a new channel', () => {
    const after = { ...channel, guardrail_policy_arns: ['arn:aws:iam::aws:policy/AdministratorAccess'] }
    const title = 'Slack channel `x` has AdministratorAccess for a guardrail'
    expect(titles([{ type, before: channel, after }])).toEqual([title])
    expect(titles([{ type, before: null, after }])).toEqual([title])
    expect(titles([{ type, before: after, after: { ...after, logging_level: 'INFO' } }])).toEqual([])
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
        why: 'New is: `dynamodb:Scan on arn:table`.',
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

  test('that an old topic, queue or key gets is one too, and none where it comes with its resource', () => {
    const policy = JSON.stringify({
      Statement: { Effect: 'Allow', Action: 'sns:Publish', Resource: '*', Principal: '*' },
    })
    const created = { type: 'aws_sns_topic_policy', before: null, after: { arn: 'arn:topic', policy } }
    expect(titles([created])).toEqual(['Policy of the topic `it` widens'])
    const bounded = { arn: undefined, policy: allowing(['sns:Publish'], ['*'], { Principal: { Service: 'ses' } }) }
    expect(titles([{ ...created, after: bounded, afterUnknown: { arn: true } }])).toEqual([])
  })

  test.each([
    ['everything', allowing(['*'], ['*'])],
    ['everything but little', JSON.stringify({ Statement: [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }] })],
  ])('that is new and allows %s is a danger, however new what it is put on', (_, policy) => {
    const role = { type: 'aws_iam_role', before: null, after: { name: 'new' } }
    expect(titles([role, { type, before: null, after: { name: 'needs', role: 'new', policy } }])).toEqual([
      'Role policy `new/needs` has no bounds',
    ])
  })

  test('whom a new role trusts is a danger if it is everybody', () => {
    const trusting = (more: object) => ({
      name: 'new',
      assume_role_policy: allowing(['sts:AssumeRole'], [''], { Principal: { AWS: '*' }, ...more }),
    })
    const created = (more: object) => titles([{ type: 'aws_iam_role', before: null, after: trusting(more) }])
    expect(created({})).toEqual(['Role `new` has no bounds'])
    expect(created({ Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o' } } })).toEqual([])
  })

  test('of a policy that is taken away altogether does not widen', () => {
    const before = { name: 'q', policy: allowing(['sqs:SendMessage'], ['*']) }
    expect(titles([{ type: 'aws_sqs_queue', before, after: { name: 'q', policy: '' } }])).toEqual([])
    expect(titles([{ type: 'aws_sqs_queue', before: { name: 'q', policy: '' }, after: before }])).toEqual([
      'Queue `q` widens',
    ])
  })

  test('to publish that narrows or is removed is a danger: alarms are published', () => {
    const by = (...Action: string[]) => ({
      arn: 't',
      policy: allowing(Action, ['t'], { Principal: { Service: 'cloudwatch' } }),
    })
    const topic = { type: 'aws_sns_topic_policy', before: by('sns:Publish', 'sns:Get') }
    expect(titles([{ ...topic, after: by('sns:Get') }])).toEqual([
      'Policy of the topic `it` narrows, and what is published needs it',
    ])
    const key = { type: 'aws_kms_key', before: { description: 'k', ...by('kms:Decrypt') } }
    expect(titles([{ ...key, after: { description: 'k', ...by() } }])).toEqual([
      'Key `k` narrows, and what is published needs it',
    ])
  })

  test('is shown as code, so that no wildcard becomes markup', () => {
    const [danger] = dangers([{ type, before: narrow, after: of(allowing(['s3:*', 'sns:*'], ['*'])) }])
    expect(danger?.why).toBe('New is: `s3:*, sns:* on *`.')
  })

  test('that this plan cannot show is a danger, because it cannot be judged', () => {
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

  test('that moves to another role is new to that role, unless the role is new', () => {
    const moved = { type, before: narrow, after: { ...narrow, role: 'confirm' }, replace: ['role'] }
    expect(titles([moved])).toEqual(['Role policy `register/needs` widens'])
    const renamed = {
      type: 'aws_iam_role',
      before: { name: 'register' },
      after: { name: 'confirm' },
      replace: ['name'],
    }
    expect(titles([moved, renamed])).toEqual([])
  })

  test('who may assume a role counts', () => {
    const trust = (Service: string) =>
      JSON.stringify({ Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service } }] })
    const before = { name: 'x', assume_role_policy: trust('lambda.amazonaws.com') }
    const after = { name: 'x', assume_role_policy: trust('ec2.amazonaws.com') }
    expect(titles([{ type: 'aws_iam_role', before, after }])).toEqual(['Role `x` widens'])
  })

  test.each([
    ['apigateway.amazonaws.com', { source_arn: 'arn:aws:execute-api:eu-west-1:123456789012:api' }, 0],
    ['s3.amazonaws.com', { source_arn: 'arn:aws:s3:::bucket', source_account: '123456789012' }, 0],
    ['apigateway.amazonaws.com', {}, 1],
    ['*', { source_arn: 'arn:api' }, 1],
    ['123456789012', {}, 1],
  ])('to invoke a function, for %s with %j, makes %d dangers', (principal, more, number) => {
    const after = { function_name: 'f', statement_id: 's', principal, ...more }
    expect(titles([{ type: 'aws_lambda_permission', before: null, after }])).toHaveLength(number)
  })

  test('to invoke a function that widens is a danger', () => {
    const source = 'arn:aws:execute-api:eu-west-1:123456789012:api/*'
    const right = {
      function_name: 'f',
      statement_id: 's',
      principal: 'apigateway.amazonaws.com',
      action: 'lambda:InvokeFunction',
    }
    const type = 'aws_lambda_permission'
    const replaced = (from: string, to: string, more: object = {}) => ({
      type,
      before: { ...right, source_arn: from },
      after: { ...right, source_arn: to, ...more },
      replace: ['source_arn'],
    })
    expect(dangers([replaced(`${source}/GET/confirm`, `${source}/*`)])).toEqual([
      {
        title: 'Right to invoke `f:s` widens',
        why: 'More callers may invoke the function.',
        before: [`apigateway.amazonaws.com lambda:InvokeFunction on ${source}/GET/confirm if {"function":"f"}`],
        after: [`apigateway.amazonaws.com lambda:InvokeFunction on ${source}/* if {"function":"f"}`],
      },
    ])
    expect(titles([replaced(`${source}/*`, `${source}/GET/confirm`)])).toEqual([])
    expect(titles([replaced(source, source, { action: 'lambda:*' })])).toHaveLength(1)
    expect(titles([{ ...replaced(source, ''), afterUnknown: { source_arn: true } }])).toEqual([])
  })

  test('to invoke a function is not bounded by a wildcard', () => {
    const after = { function_name: 'f', statement_id: 's', principal: 's3.amazonaws.com', source_arn: '*' }
    expect(titles([{ type: 'aws_lambda_permission', before: null, after }])).toHaveLength(1)
  })

  test('for an address of its own without authentication is a danger', () => {
    const at = (authorization_type: string) => ({ function_name: 'f', authorization_type })
    const type = 'aws_lambda_function_url'
    expect(titles([{ type, before: null, after: at('NONE') }])).toHaveLength(1)
    expect(titles([{ type, before: at('AWS_IAM'), after: at('NONE') }])).toHaveLength(1)
    expect(titles([{ type, before: at('NONE'), after: at('AWS_IAM') }])).toEqual([])
  })
})

describe('a policy of an account or of AWS', () => {
  const type = 'aws_iam_role_policy_attachment'
  const attached = (policy_arn: string, role = 'register') => ({ role, policy_arn })
  const [some, all] = ['arn:aws:iam::1:policy/some', 'arn:aws:iam::aws:policy/AdministratorAccess']

  test('that a role gets is a danger, by any resource', () => {
    expect(dangers([{ type, before: null, after: attached(some) }])).toEqual([
      {
        title: 'Role `register` gets another policy',
        why: 'This plan does not show what a managed policy allows.',
        before: ['not attached'],
        after: [some],
      },
    ])
    expect(dangers([{ type, before: attached(some), after: attached(all), replace: ['policy_arn'] }])).toMatchObject([
      { before: [some], after: [all] },
    ])
    const role = { type: 'aws_iam_role', before: { name: 'r', managed_policy_arns: [some] } }
    expect(titles([{ ...role, after: { name: 'r', managed_policy_arns: [some, all] } }])).toHaveLength(1)
    const user = { type: 'aws_iam_user_policy_attachment', before: null, after: { user: 'u', policy_arn: some } }
    expect(titles([user])).toEqual(['User `u` gets another policy'])
  })

  test('comes with a new role, unless it knows no bounds', () => {
    const role = { type: 'aws_iam_role', before: null, after: { name: 'register' } }
    expect(titles([role, { type, before: null, after: attached(some) }])).toEqual([])
    expect(titles([role, { type, before: null, after: attached(all) }])).toEqual([
      'Role `register` gets another policy',
    ])
  })

  test('that limits a role and is removed is a danger', () => {
    const bounded = { name: 'r', permissions_boundary: some }
    const role = { type: 'aws_iam_role', before: bounded }
    expect(titles([{ ...role, after: { name: 'r', permissions_boundary: null } }])).toEqual([
      'Role `r` loses its permissions boundary',
    ])
    expect(titles([{ ...role, after: { ...bounded, permissions_boundary: all } }])).toEqual([
      'Role `r` gets another permissions boundary',
    ])
    expect(titles([{ ...role, after: { ...bounded, description: 'x' } }])).toEqual([])
  })
})

describe('the roles of runs that wait', () => {
  const machine = { role_arn: 'arn:aws:iam::1:role/workflow', definition: '{}' }
  const attachment = { role: 'workflow', policy_arn: 'arn:policy' }
  const state = [
    { type: 'aws_sfn_state_machine', values: machine },
    { type: 'aws_iam_role_policy_attachment', values: attachment },
  ]
  const trust = (Service: string) => allowing(['sts:AssumeRole'], [''], { Principal: { Service } })
  const role = { type: 'aws_iam_role', before: { name: 'workflow', assume_role_policy: trust('states') } }

  test('strand them by going', () => {
    const why = 'runs that wait use it'
    expect(titles([{ ...role, after: null }], { state })).toEqual([`Role \`workflow\` is destroyed, and ${why}`])
    expect(titles([{ ...role, after: { ...role.before, name: 'other' }, replace: ['name'] }], { state })).toEqual([
      `Role \`workflow\` is replaced, and ${why}`,
    ])
    expect(titles([{ ...role, before: { name: 'other' }, after: null }], { state })).toEqual([])
  })

  test('strand them by trusting Step Functions no more', () => {
    expect(titles([{ ...role, after: { ...role.before, assume_role_policy: trust('lambda') } }], { state })).toEqual([
      'Role `workflow` widens',
      'Role `workflow` narrows, and runs that wait use it',
    ])
  })

  test('strand them by losing a policy that is attached, or by its narrowing', () => {
    const type = 'aws_iam_role_policy_attachment'
    expect(titles([{ type, before: attachment, after: null }], { state })).toEqual([
      'Role `workflow` loses a policy, and runs that wait use it',
    ])
    const policy = (...Action: string[]) => ({ name: 'p', arn: 'arn:policy', policy: allowing(Action, ['*']) })
    expect(titles([{ type: 'aws_iam_policy', before: policy('a:x', 'a:y'), after: policy('a:x') }], { state })).toEqual(
      ['Policy `p` narrows, and runs that wait use it'],
    )
  })
})

describe('what breaks links in mails that were sent, or the mails themselves, is a danger', () => {
  const record = (type: string, name: string, more: object = {}) => ({ zone_id: 'Z1', type, name, ...more })

  test.each([
    ['aws_apigatewayv2_domain_name', { domain_name: 'x' }, 'Domain of the API `x`', /^Links in mails/],
    ['aws_apigatewayv2_api_mapping', { domain_name: 'x' }, 'Mapping of the domain `x`', /^Links in mails/],
    ['aws_acm_certificate', { domain_name: 'x' }, 'Certificate `x`', /^Browsers refuse/],
    ['aws_route53_record', record('A', 'x.example'), 'Record `A x.example`', /^Links in mails/],
    ['aws_route53_record', record('AAAA', 'x.example'), 'Record `AAAA x.example`', /^Links in mails/],
    [
      'aws_route53_record',
      record('CNAME', '_y.x.example'),
      'Record `CNAME _y.x.example`',
      /certificate is not renewed/,
    ],
    [
      'aws_route53_record',
      record('CNAME', 't._domainkey.x.example'),
      'Record `CNAME t._domainkey.x.example`',
      /^SES stops sending/,
    ],
    ['aws_route53_record', record('TXT', '_dmarc.x.example'), 'Record `TXT _dmarc.x.example`', /DMARC policy/],
    ['aws_route53_record', record('MX', 'b.x.example'), 'Record `MX b.x.example`', /DKIM alone/],
    ['aws_route53_record', record('TXT', 'b.x.example'), 'Record `TXT b.x.example`', /DKIM alone/],
    [
      'aws_sesv2_email_identity_mail_from_attributes',
      { mail_from_domain: 'b.x.example', email_identity: 'x.example' },
      'MAIL FROM domain `b.x.example`',
      /DKIM alone/,
    ],
  ])('%s %j that goes or is replaced', (type, before, title, why) => {
    expect(dangers([{ type, before: { ...before }, after: null }])).toMatchObject([
      { title: `${title} is destroyed`, why: expect.stringMatching(why) },
    ])
    const replaced = dangers([
      { type, before: { ...before }, after: { ...before, zone_id: 'Z2' }, replace: ['zone_id'] },
    ])
    expect(replaced).toMatchObject([{ title: `${title} is replaced, because its zone_id changes` }])
    expect(titles([{ type, before: null, after: { ...before } }])).toEqual([])
  })

  test('the validation of a certificate is a wait of Terraform, whose end loses nothing', () => {
    expect(titles([{ type: 'aws_acm_certificate_validation', before: { certificate_arn: 'x' }, after: null }])).toEqual(
      [],
    )
  })

  test.each([
    ['A', { alias: [{ name: 'ours', zone_id: 'Z2' }] }, { alias: [{ name: 'theirs', zone_id: 'Z2' }] }],
    ['CNAME', { records: ['ours'] }, { records: ['theirs'] }],
    ['MX', { records: ['10 ours'] }, { records: ['10 theirs'] }],
  ])('a record %s that leads elsewhere', (type, before, after) => {
    const found = dangers([
      { type: 'aws_route53_record', before: record(type, 'x', before), after: record(type, 'x', after) },
    ])
    expect(found).toMatchObject([{ title: `Record \`${type} x\` leads elsewhere` }])
    expect(JSON.stringify(found[0]?.after)).toContain('theirs')
  })

  test('a mapping that leads to another API', () => {
    const [type, domain_name] = ['aws_apigatewayv2_api_mapping', 'x']
    const change = { type, before: { domain_name, api_id: 'a' }, after: { domain_name, api_id: 'b' } }
    expect(titles([change])).toEqual(['Mapping of the domain `x` leads elsewhere'])
  })

  test('a policy or a time to live that changes is none', () => {
    const type = 'aws_route53_record'
    const policy = (p: string) => record('TXT', '_dmarc.x', { records: [`v=DMARC1; p=${p}`] })
    expect(titles([{ type, before: policy('none'), after: policy('reject') }])).toEqual([])
    const before = record('CNAME', 'x', { ttl: 300 })
    expect(titles([{ type, before, after: { ...before, ttl: 3600 } }])).toEqual([])
  })

  test("the API's own address that is turned off", () => {
    const [type, disable_execute_api_endpoint] = ['aws_apigatewayv2_api', true]
    const before = { name: 'x', disable_execute_api_endpoint: false }
    const after = { name: 'x', disable_execute_api_endpoint }
    expect(titles([{ type, before, after }])).toEqual(['HTTP API `x` loses its own address'])
    expect(titles([{ type, before: after, after }])).toEqual([])
  })
})
