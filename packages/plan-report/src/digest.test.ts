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
