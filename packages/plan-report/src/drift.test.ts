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

test('a message stays within what Slack shows, however much drifted', () => {
  const many = Array.from({ length: 500 }, (_, index) => ({ ...change, name: `f${index}` }))
  expect(notification(many)?.content.description.length).toBeLessThanOrEqual(3000)
})
