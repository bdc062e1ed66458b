import { digestOf } from './digest.ts'
import { planOf } from './test/plan.ts'

const change = (timeout: number) => ({ type: 'aws_lambda_function', before: { timeout: 1 }, after: { timeout } })

test('two plans that do the same have the same digest, whenever they were made', () => {
  const one = planOf([change(2), { ...change(3), name: 'other' }], { timestamp: '2026-01-01T00:00:00Z' })
  const other = planOf([{ ...change(3), name: 'other' }, change(2)], { timestamp: '2026-01-02T00:00:00Z' })
  expect(digestOf(one)).toBe(digestOf(other))
  expect(digestOf(one)).toMatch(/^[0-9a-f]{64}$/)
})

test('another value, another resource, or a plan that failed is another digest', () => {
  const plans = [[change(2)], [change(3)], [{ ...change(2), name: 'other' }], []].map((changes) => planOf(changes))
  const digests = [...plans, planOf([change(2)], { errored: true })].map(digestOf)
  expect(new Set(digests).size).toBe(5)
})

test('a move or an import is another plan', () => {
  const [resource] = planOf([change(2)]).resource_changes
  const stay = (more: object) =>
    planOf([], { resource_changes: [{ ...resource, change: { actions: ['no-op'] }, ...more }] })
  const digests = [stay({}), stay({ previous_address: 'a.b' }), stay({ change: { actions: ['no-op'], importing: {} } })]
  expect(new Set(digests.map(digestOf)).size).toBe(3)
})

test('a function that its team has shipped meanwhile does not make it another plan', () => {
  const shipped = (version: string) => ({
    type: 'aws_lambda_function',
    before: { timeout: 1, version },
    after: { timeout: 2 },
    afterUnknown: { version: true },
  })
  expect(digestOf(planOf([shipped('7')]))).toBe(digestOf(planOf([shipped('8')])))
})

describe('what a ship, or AWS itself, changes between review and apply does not make it another plan', () => {
  const same = (change: (moved: string) => Parameters<typeof planOf>[0][number]) =>
    expect(digestOf(planOf([change('7')]))).toBe(digestOf(planOf([change('8')])))
  const moving = (moved: string) => ({
    ...{ version: moved, qualified_arn: `arn:f:${moved}`, last_modified: moved, code_sha256: moved },
    ...{ source_code_hash: moved, source_code_size: Number(moved), signing_job_arn: moved, s3_key: moved },
  })
  const type = 'aws_lambda_function'
  const lambda = { id: 'f', arn: 'arn:f', function_name: 'f' }

  test('of a function that is deleted', () => {
    same((moved) => ({ type, before: { ...lambda, ...moving(moved) }, after: null }))
  })

  test('of a function that is replaced', () => {
    const { id: _, arn: __, ...after } = lambda
    same((moved) => ({
      ...{ type, before: { ...lambda, ...moving(moved) }, replace: ['function_name'] },
      // What Terraform ignores keeps its value; what AWS computes is unknown.
      after: { ...after, function_name: 'g', source_code_hash: moved, s3_key: moved },
      afterUnknown: {
        id: true,
        arn: true,
        ...Object.fromEntries(
          ['version', 'qualified_arn', 'last_modified', 'code_sha256', 'source_code_size', 'signing_job_arn'].map(
            (name) => [name, true],
          ),
        ),
      },
    }))
  })

  test('of an alias that is deleted, or created', () => {
    const alias = (function_version: string) => ({ name: 'live', function_name: 'f', function_version })
    same((moved) => ({ type: 'aws_lambda_alias', before: alias(moved), after: null }))
    same((moved) => ({ type: 'aws_lambda_alias', before: null, after: alias(moved) }))
  })

  test('of what is changed to the same by another way', () => {
    same((moved) => ({ type, before: { ...lambda, timeout: Number(moved) }, after: { ...lambda, timeout: 3 } }))
  })
})

test('another object, another output, an action or something unknown is another plan', () => {
  const deleted = (before: object) => planOf([{ type: 'aws_sns_topic', before: { ...before }, after: null }])
  const output = (after: unknown) => planOf([], { output_changes: { o: { actions: ['update'], before: 0, after } } })
  const invoking = (...names: string[]) =>
    planOf([], { action_invocations: names.map((address) => ({ address, config_values: {} })) })
  const plans = [
    ...[deleted({ id: 'a' }), deleted({ id: 'b' }), deleted({ id: 'b', arn: 'c' }), planOf([])],
    ...[output(1), output(2), invoking('a'), invoking('a', 'b'), planOf([], { news: 1 }), planOf([], { news: 2 })],
    planOf([], { changes: [], outputs: [] }),
  ]
  expect(new Set(plans.map(digestOf)).size).toBe(plans.length)
  expect(digestOf(invoking('b', 'a'))).toBe(digestOf(invoking('a', 'b')))
})

describe('what is removed is identified, also where its address is the same', () => {
  const removing = (type: string, before: object, more: object = {}) =>
    digestOf(planOf([{ type, before: { ...before }, after: null, ...more }]))

  test.each<[string, object, object]>([
    ['aws_lambda_function', { function_name: 'x' }, { function_name: 'y' }],
    ['aws_dynamodb_table', { name: 'customers-old' }, { name: 'customers-live' }],
    ['aws_cloudwatch_metric_alarm', { alarm_name: 'x' }, { alarm_name: 'y' }],
    ['aws_sesv2_email_identity', { email_identity: 'x.org' }, { email_identity: 'y.org' }],
    ['aws_sesv2_configuration_set', { configuration_set_name: 'x' }, { configuration_set_name: 'y' }],
    ['aws_apigatewayv2_route', { route_key: 'GET /x' }, { route_key: 'GET /y' }],
    ['aws_iam_role_policy', { name: 'needs', role: 'x' }, { name: 'needs', role: 'y' }],
    ['aws_lambda_alias', { name: 'live', function_name: 'x' }, { name: 'live', function_name: 'y' }],
    // Its id is that of the statement alone.
    ['aws_lambda_permission', { id: 'api', function_name: 'x' }, { id: 'api', function_name: 'y' }],
    ['aws_lambda_permission', { id: 'api', qualifier: 'live' }, { id: 'api' }],
    ['aws_iam_role_policy_attachment', { role: 'r', policy_arn: 'x' }, { role: 'r', policy_arn: 'y' }],
    ['aws_unheard_of', { id: 'x' }, { id: 'y' }],
    ['aws_unheard_of', { arn: 'x' }, { arn: 'y' }],
  ])('%s: %j or %j', (type, one, other) => {
    for (const more of [{}, { after: one, replace: ['description'], afterUnknown: { last_modified: true } }]) {
      expect(removing(type, one, more)).not.toBe(removing(type, other, more))
      expect(removing(type, one, more)).toBe(removing(type, { ...one, last_modified: 'then' }, more))
    }
  })

  test('and what is renamed in place is the same object, whatever its name was', () => {
    const renaming = (route_key: string) => ({
      before: { id: 'r', route_key },
      after: { id: 'r', route_key: 'GET /z' },
    })
    const digests = ['GET /x', 'GET /y'].map((key) =>
      digestOf(planOf([{ type: 'aws_apigatewayv2_route', ...renaming(key) }])),
    )
    expect(digests[0]).toBe(digests[1])
  })
})

test('an output counts as what it will be, not as what it was', () => {
  const output = (before: unknown) => planOf([], { output_changes: { o: { actions: ['update'], before, after: 2 } } })
  expect(digestOf(output(0))).toBe(digestOf(output(1)))
})
