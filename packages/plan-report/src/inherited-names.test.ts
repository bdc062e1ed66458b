import { changesOf, driftOf } from './change.ts'
import { costOf, usage } from './cost/cost.ts'
import { ofStack } from './cost/deployment.ts'
import { workflowOf } from './cost/workflow.ts'
import { dangersOf } from './dangers.ts'
import { digestOf } from './digest.ts'
import { planOf } from './test/plan.ts'

// What every object inherits: as a tag, a type or a state, it is a name like any other.
const inherited = Object.getOwnPropertyNames(Object.prototype).filter((name) => name !== '__proto__')

test.each(inherited)('a tag called %s that comes is a difference, and none where it was not', (name) => {
  const tagged = (tags: object) => ({ tags: { owner: 'ada', ...tags } })
  const plan = planOf([{ type: 'aws_sns_topic', before: tagged({}), after: tagged({ [name]: 'x' }) }])
  expect(changesOf(plan)[0]?.differences).toEqual([{ path: `tags.${name}`, before: null, after: 'x', noise: false }])
  const other = planOf([{ type: 'aws_sns_topic', before: tagged({}), after: tagged({ [name]: 'y' }) }])
  expect(digestOf(other)).not.toBe(digestOf(plan))
})

test.each(inherited)('a resource of a type called %s is nothing that we know', (type) => {
  const plan = planOf([{ type, before: { name: 'x' }, after: null }])
  expect(dangersOf(plan, changesOf(plan))).toEqual([])
  expect(driftOf({ ...plan, resource_drift: plan.resource_changes })).toHaveLength(1)
})

test.each(inherited)('a function called %s costs what others cost, and no state is called so', (name) => {
  const stack = { resource: { aws_lambda_function: { it: { function_name: `x-${name}`, memory_size: 128 } } } }
  const fallback = ofStack({}, {} as Parameters<typeof ofStack>[1])
  const deployment = ofStack(stack, fallback)
  expect(usage(deployment).invocations[name]).toBe(0.001)
  expect(Number.isFinite(costOf(deployment, 1000).Lambda)).toBe(true)
  expect(workflowOf(JSON.stringify({ StartAt: name, States: {} }))).toMatchObject({ transitions: 1 })
})
