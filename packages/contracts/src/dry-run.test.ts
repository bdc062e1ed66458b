import { answerDryRun, isDryRun } from './dry-run.ts'
import { examples } from './examples.ts'
import { functionNames } from './functions.ts'

test.each(functionNames)('%s accepts the payloads that its callers write today', (name) => {
  for (const input of Object.values(examples[name])) {
    const event = { dryRun: true, input } as const
    expect(isDryRun(event)).toBe(true)
    expect(answerDryRun(name, event)).toEqual({ dryRun: true })
    expect(isDryRun(input)).toBe(false)
  }
})

test('a payload that breaks the contract is refused by name, with its fields', () => {
  const attempt = () => answerDryRun('reminder', { dryRun: true, input: { customerId: 'x' } })
  expect(attempt).toThrow(expect.objectContaining({ name: 'ContractViolation' }))
  expect(attempt).toThrow(/customerId.*traceId/)
})

test.each([undefined, null, 'text', 7, {}, { dryRun: 'true' }])('%j is not a dry run', (event) => {
  expect(isDryRun(event)).toBe(false)
})
