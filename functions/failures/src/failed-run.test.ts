import { readFailedRun } from './failed-run.ts'
import { failedRunEvent } from './test/failed-run-event.ts'

test("Lambda's cause keeps its message and loses its stack trace", () => {
  const run = readFailedRun(failedRunEvent())
  expect(run).toMatchObject({ status: 'FAILED', error: 'MailRefused', cause: 'Not verified.' })
  expect(JSON.stringify(run)).not.toContain('x.js')
})

test('addresses and tokens are removed from error and cause, in every shape', () => {
  const token = `d94b1f0c-6d3c-5a70-9a4e-0f1c2b3d4e5f.${'s3cret'.repeat(8)}`
  for (const cause of [
    JSON.stringify({ errorMessage: `no mail to Ada <ada@example.com>, ${token}` }),
    `plain text about ada@example.com ${token}`,
    `{"broken": "ada@example.com ${token}`,
    JSON.stringify({ other: 'ada@example.com', token }),
  ]) {
    const read = JSON.stringify(readFailedRun(failedRunEvent({ cause, error: 'stopped for ada@example.com' })))
    expect(read).not.toContain('ada@')
    expect(read).not.toContain('s3cret')
    expect(read).toContain('[address]')
  }
})

test('the input and output of the run are not read', () => {
  expect(JSON.stringify(readFailedRun(failedRunEvent({ input: '"secret"', output: '"secret"' })))).not.toContain(
    'secret',
  )
})

test.each([
  ['TIMED_OUT', 'States.Timeout'],
  ['ABORTED', 'Aborted'],
  ['FAILED', 'UnnamedError'],
])('a run that is %s without an error is called %s', (status, error) => {
  const run = readFailedRun(failedRunEvent({ status, error: status === 'FAILED' ? ' ' : null, cause: null }))
  expect(run).toMatchObject({ status, error })
  expect(run).not.toHaveProperty('cause')
})

test('a long cause is cut, and its lines are joined', () => {
  const { cause = '' } = readFailedRun(failedRunEvent({ cause: `first\n  second ${'x'.repeat(1000)}` }))
  expect(cause).toMatch(/^first second x+…$/)
  expect(cause).toHaveLength(300)
})

test('an event of another kind is refused by its fields, which are not quoted', () => {
  const read = () => readFailedRun(failedRunEvent({ status: 'SUCCEEDED', stopDate: 'ada@example.com' }))
  expect(read).toThrow(expect.objectContaining({ name: 'ContractViolation' }))
  expect(read).toThrow(/detail\.status, detail\.stopDate/)
  expect(read).not.toThrow(/ada/)
  expect(() => readFailedRun(null)).toThrow('the event itself')
})
