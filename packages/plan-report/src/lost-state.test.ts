import { driftOf } from './change.ts'
import { reportOf } from './report.ts'
import { planOf } from './test/plan.ts'

const table = { name: 'confirmation-reminder-prod-customers' }
const customers = { type: 'aws_dynamodb_table', name: 'customers', before: null, after: table }
const key = { type: 'aws_kms_key', name: 'notify', before: null, after: { description: 'Encrypts the topic notify' } }
const created = [customers, key]
const read = { type: 'aws_caller_identity', mode: 'data', name: 'account', values: {} }
const queue = { type: 'aws_sqs_queue', name: 'mail-events', values: { name: 'mail-events' } }
const empty = 'The state is empty: this plan creates the whole stage'
const missing = 'Table `confirmation-reminder-prod-customers` is created in a stage that exists'

/** The dangers of a plan, and of the same plan where the plan of the base does the same. */
function titles(...args: Parameters<typeof planOf>): string[] {
  const plan = planOf(...args)
  const alone = reportOf(plan).dangers.map(({ title }) => title)
  expect(reportOf(plan, { base: plan }).dangers.map(({ title }) => title)).toEqual(alone)
  return alone
}

test.each<[string, Parameters<typeof planOf>[1]]>([
  ['holds no resource', { state: [] }],
  ['is missing', { prior_state: undefined }],
  ['has no values', { prior_state: { format_version: '1.0' } }],
  ['has no module', { prior_state: { format_version: '1.0', values: {} } }],
  ['holds only what is read', { state: [read] }],
])('a plan that creates resources is a danger if the state %s, also where the base does the same', (_, state) => {
  expect(titles(created, state)).toEqual([empty])
})

test('an empty state is no danger where the plan creates nothing', () => {
  expect(titles([], { state: [] })).toEqual([])
  expect(titles([], { state: [], output_changes: { o: { actions: ['create'] } } })).toEqual([])
})

test("the customers' table is created in no stage that exists; other tables and keys may be new", () => {
  expect(titles(created, { state: [read, queue] })).toEqual([missing])
  const sources = { ...customers, name: 'sources', after: { name: 'confirmation-reminder-prod-sources' } }
  expect(titles([sources, key], { state: [queue] })).toEqual([])
})

test("a customers' table that was deleted outside Terraform is not created again unseen", () => {
  const [gone] = planOf([{ ...customers, before: table, after: null }]).resource_changes
  const plan = planOf([customers], { state: [queue], resource_drift: [gone] })
  expect(driftOf(plan)).toHaveLength(1)
  expect(reportOf(plan, { base: plan }).dangers).toEqual([
    { title: missing, why: expect.stringContaining('If it was deleted, restore it first') },
  ])
})

test("a customers' table that the state holds is judged by what happens to it", () => {
  const [change] = planOf([customers]).resource_changes
  const letGo = { ...change, change: { ...change?.change, before: table, actions: ['create', 'forget'] } }
  const held = { type: 'aws_dynamodb_table', name: 'customers', values: table }
  expect(titles([], { state: [held], resource_changes: [letGo] })).toEqual([
    'Table `confirmation-reminder-prod-customers` is no longer managed by Terraform',
  ])
})
