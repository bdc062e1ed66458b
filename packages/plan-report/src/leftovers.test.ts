import { byContract, ofPlan } from './cost/deployment.ts'
import { digestOf } from './digest.ts'
import { driftNotification } from './drift.ts'
import { toMarkdown } from './markdown.ts'
import { reportOf } from './report.ts'
import { allowing, planOf } from './test/plan.ts'

type Entry = { type: string; before: object; after?: object | null; actions?: string[]; deposed?: string }

const planWith = (...entries: Entry[]) =>
  planOf([], {
    resource_changes: entries.map(({ type, before, after = null, actions = ['delete'], deposed }) => ({
      ...{ address: `${type}.it`, mode: 'managed', type, name: 'it', ...(deposed && { deposed }) },
      change: { actions, before, after, after_unknown: {}, before_sensitive: {}, after_sensitive: {} },
    })),
  })
const markdown = (...entries: Entry[]) => toMarkdown(reportOf(planWith(...entries)))

const table = 'aws_dynamodb_table'
const lambda = 'aws_lambda_function'
const f = { function_name: 'f' }
const leftover = { type: lambda, before: f, deposed: 'a1b2c3d4' }
const inUse = { type: lambda, before: f, after: f, actions: ['no-op'] }

test('a leftover is deleted: not the table in use', () => {
  const text = markdown(
    { type: table, before: { id: 'old', name: 'customers' }, deposed: 'a1b2c3d4' },
    { type: table, before: { id: 'new', name: 'customers-2' }, after: { id: 'new' }, actions: ['no-op'] },
  )
  expect(text).toBe(
    [
      '### 1 danger: this plan deletes 1 leftover.',
      '#### Danger',
      '- **Leftover (deposed) table `customers` is deleted.** A replacement that was not finished left it behind. The table in use stays. Check that nothing needs the leftover, or what it holds.',
      'This check fails until a reviewer accepts these dangers.',
      '**Customers**',
      '- Deleted: leftover (deposed) table `customers`',
    ].join('\n\n'),
  )
})

test('a leftover without a resource in use may be the only one', () => {
  const text = markdown({ type: table, before: { name: 'customers' }, deposed: 'a1b2c3d4' })
  expect(text).toContain('This plan has no table in use at its address: check that this is not the only one.')
  expect(text).not.toMatch(/is destroyed|All customers are in it/)
})

test.each([
  ['function', lambda, f],
  ['alarm', 'aws_cloudwatch_metric_alarm', { id: 'a', alarm_name: 'a' }],
])('a leftover with the name of the %s in use is a danger: AWS may delete that one', (noun, type, before) => {
  const text = markdown({ type, before, deposed: 'a1b2c3d4' }, { type, before, after: before, actions: ['no-op'] })
  expect(text).toContain(`It has the name of the ${noun} in use, so AWS may delete that one.`)
})

test('a leftover that nothing misses is listed, and is no danger', () => {
  const alarm = (id: string) => ({ type: 'aws_cloudwatch_metric_alarm', before: { id, alarm_name: id } })
  const report = reportOf(
    planWith({ ...alarm('old'), deposed: 'x' }, { ...alarm('new'), after: {}, actions: ['no-op'] }),
  )
  expect(report.dangers).toEqual([])
  expect(toMarkdown(report)).toContain('- Deleted: leftover (deposed) alarm `old`')
})

test('a leftover HTTP API is a danger: mails from before the replacement have links to it', () => {
  const api = (id: string) => ({ type: 'aws_apigatewayv2_api', before: { id, name: 'api' } })
  const text = markdown({ ...api('old'), deposed: 'x' }, { ...api('new'), after: {}, actions: ['no-op'] })
  expect(text).toMatch(/^### 1 danger: /)
  expect(text).toContain(
    '- **Leftover (deposed) HTTP API `api` is deleted.** A replacement that was not finished left it behind. The HTTP API in use stays. Links in mails that were sent before',
  )
})

test.each([
  ['aws_sesv2_email_identity', { email_identity: 'x' }],
  ['aws_sesv2_configuration_set', { configuration_set_name: 'x' }],
  ['aws_sns_topic', { name: 'x' }],
  ['aws_sns_topic_subscription', { id: 'x' }],
  ['aws_lambda_event_source_mapping', { id: 'x' }],
  ['aws_cloudwatch_metric_alarm', { alarm_name: 'x' }],
  ['aws_cloudwatch_event_target', { rule: 'x' }],
])('a leftover without a %s in use may be the only one', (type, before) => {
  const is = 'check that this is not the only one.'
  expect(markdown({ type, before, deposed: 'x' })).toContain(is)
  const another = { type, before: { id: 'another' }, after: {}, actions: ['no-op'] }
  expect(reportOf(planWith({ type, before: { id: 'old' }, deposed: 'x' }, another)).dangers).toEqual([])
})

test('a leftover alarm is no danger where this plan creates another', () => {
  const type = 'aws_cloudwatch_metric_alarm'
  const plan = planWith(
    { type, before: { id: 'a' }, deposed: 'x' },
    { type, before: {}, after: {}, actions: ['create'] },
  )
  expect(reportOf(plan).dangers).toEqual([])
})

test('a leftover that only gets another address stays', () => {
  const [entry] = planWith({ ...leftover, after: f, actions: ['no-op'] }).resource_changes
  const report = reportOf(planOf([], { resource_changes: [{ ...entry, previous_address: `${lambda}.was` }] }))
  expect(report.dangers).toEqual([])
  expect(toMarkdown(report)).toContain(
    '- Known by another address, otherwise as it was: leftover (deposed) function `f`',
  )
})

test('what Terraform never does to a leftover is named', () => {
  expect(markdown({ ...leftover, after: f, actions: ['update'] })).toContain(
    'Unknown: the action `update` of a leftover.',
  )
})

test('a leftover that Terraform lets go of stays in AWS', () => {
  expect(markdown({ ...leftover, actions: ['forget'] }, inUse)).toContain(
    '- **Leftover (deposed) function `f` is no longer managed by Terraform.** It stays in AWS unchanged.',
  )
})

test('what a leftover policy allows is not judged as if it were in use', () => {
  const policy = (Action: string) => ({ name: 'n', role: 'r', policy: allowing([Action], ['*']) })
  const report = reportOf(planWith({ type: 'aws_iam_role_policy', before: policy('a:x'), deposed: 'x' }))
  expect(report.dangers.map(({ title }) => title)).toEqual(['Leftover (deposed) role policy `r/n` is deleted'])
})

test('a leftover and the resource in use are two changes, of which the base may have one', () => {
  const changed = { ...inUse, after: { ...f, timeout: 2 }, actions: ['update'] }
  const report = reportOf(planWith(leftover, changed), { base: planWith(leftover) })
  expect(report.pending.map(({ kind }) => kind)).toEqual(['deleted'])
  expect(report.groups.flatMap(({ changes }) => changes.map(({ kind }) => kind))).toEqual(['changed'])
})

test('the nightly plan says what it is', () => {
  const report = reportOf(planWith(leftover, inUse))
  expect(driftNotification(report, 'prod')?.content.description).toContain(
    'Leftover (deposed) function `f` would be deleted',
  )
})

test('a leftover in the state costs nothing, and takes no load', () => {
  const alarm = { type: 'aws_cloudwatch_metric_alarm', values: {} }
  const plan = planOf([], { state: [alarm, { ...alarm, deposed_key: 'a1b2c3d4' } as typeof alarm] })
  expect(ofPlan(plan, 'before', byContract).alarms).toBe(1)
})

test('two entries with one address have one digest in both orders', () => {
  const changed = { ...inUse, after: { ...f, timeout: 2 }, actions: ['update'] }
  const another = { ...leftover, deposed: 'ffffffff' }
  expect(digestOf(planWith(leftover, changed))).toBe(digestOf(planWith(changed, leftover)))
  expect(digestOf(planWith(leftover, another))).toBe(digestOf(planWith(another, leftover)))
  const plans = [[leftover], [another], [{ type: lambda, before: f }], [leftover, another]]
  expect(new Set(plans.map((entries) => digestOf(planWith(...entries)))).size).toBe(4)
})
