import { driftNotification } from './drift.ts'
import { reportOf } from './report.ts'
import { planOf } from './test/plan.ts'

const change = {
  type: 'aws_lambda_function',
  before: { function_name: 'f', timeout: 1 },
  after: { function_name: 'f', timeout: 2 },
}
const notification = (...args: Parameters<typeof planOf>) =>
  driftNotification(reportOf(planOf(...args)), 'prod', 'https://ci/1')

test('nothing drifted, nothing is posted', () => {
  expect(notification([])).toBeUndefined()
})

test('what drifted is one message that Chatbot shows, with what to do', () => {
  const [drifted] = planOf([change]).resource_changes
  const { content, metadata } = notification([change], { resource_drift: [drifted] }) ?? {}
  expect(content?.title).toBe('prod: what runs is not what main says')
  expect(content?.description).toContain('Function `f` was changed outside Terraform (aws_lambda_function.it)')
  expect(content?.description).toContain('Function `f` would be changed (aws_lambda_function.it)')
  expect(content?.nextSteps).toContain('Read the whole plan: <https://ci/1|report>')
  expect(metadata?.threadId).toBe('drift-prod')
})

describe('what is not reported', () => {
  const drifting = (type: string, before: object, after: object, expressions: object) => {
    const [drifted] = planOf([{ type, before: { ...before }, after: { ...after } }]).resource_changes
    const resources = [{ address: `${type}.it`, expressions }]
    return notification([], { resource_drift: [drifted], configuration: { root_module: { resources } } })
  }
  const written = { constant_value: 'x' }

  test('is a function that its team has shipped', () => {
    const alias = { name: 'live', function_version: '1' }
    const said = { name: written, function_version: { references: ['f.version'] } }
    expect(drifting('aws_lambda_alias', alias, { ...alias, function_version: '2' }, said)).toBeUndefined()
    const lambda = { function_name: 'f', version: '1', source_code_hash: 'a', last_modified: 'then' }
    const shipped = { function_name: 'f', version: '2', source_code_hash: 'b', last_modified: 'now' }
    const code = { function_name: written, source_code_hash: written }
    expect(drifting('aws_lambda_function', lambda, shipped, code)).toBeUndefined()
    expect(drifting('aws_lambda_function', lambda, { ...shipped, function_name: 'g' }, code)).toBeDefined()
  })

  test('is the secret of a webhook, which a command sets', () => {
    const connection = (value: string) => ({ name: 'x', auth_parameters: [{ api_key: [{ key: 'k', value }] }] })
    const said = { name: written, auth_parameters: [{ api_key: [{ key: written, value: written }] }] }
    const type = 'aws_cloudwatch_event_connection'
    expect(drifting(type, connection('old'), connection('new'), said)).toBeUndefined()
    expect(drifting(type, connection('old'), { ...connection('new'), name: 'y' }, said)).toBeDefined()
  })

  test("is a value of AWS's own, such as whether an identity is verified", () => {
    const identity = (verified: boolean) => ({ email_identity: 'x', verified_for_sending_status: verified })
    const said = { email_identity: written }
    expect(drifting('aws_sesv2_email_identity', identity(false), identity(true), said)).toBeUndefined()
  })
})

test('a resource that was destroyed by hand is drift', () => {
  const [drifted] = planOf([{ ...change, after: null }]).resource_changes
  expect(notification([], { resource_drift: [drifted] })?.content.description).toBe(
    'Function `f` was destroyed outside Terraform (aws_lambda_function.it)',
  )
})

test('a lost state is a danger, and the first steps do not begin with a deploy', () => {
  const created = { ...change, before: null }
  const { description, nextSteps } = notification([created], { state: [] })?.content ?? {}
  expect(description?.split('\n').slice(0, 2)).toEqual([
    'The nightly plan is not empty. 1 danger: this plan creates 1 resource.',
    expect.stringMatching(
      /^\*The state is empty: this plan creates the whole stage\.\* If the stage exists, do not apply it/,
    ),
  ])
  const caution = 'Do not deploy main before you know the reason of each danger'
  expect(nextSteps?.[1]).toBe(caution)
  expect(notification([change])?.content.nextSteps).not.toContain(caution)
})

test('an address cannot begin a line of its own', () => {
  const entry = { ...planOf([change]).resource_changes[0], address: 'a["\n# title"]' }
  const description = notification([], { resource_changes: [entry] })?.content.description
  expect(description?.split('\n')).toHaveLength(2)
})

test('a message stays within what Slack shows, however much drifted', () => {
  const many = Array.from({ length: 500 }, (_, index) => ({ ...change, name: `f${index}` }))
  expect(notification(many)?.content.description.length).toBeLessThanOrEqual(3000)
})
