import { typeLabel } from './type-label.ts'

const arn = 'arn:aws:lambda:eu-central-1:123456789012:function:reminder'

test.each([
  ['Task · reminder', { Type: 'Task', Resource: `${arn}:live` }],
  ['Task · reminder', { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Parameters: { FunctionName: arn } }],
  ['Task · work', { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Arguments: { FunctionName: 'work' } }],
  ['Task', { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Parameters: { 'FunctionName.$': '$.name' } }],
  ['Wait · 1 day', { Type: 'Wait', Seconds: 86_400 }],
  ['Wait · delay s', { Type: 'Wait', SecondsPath: '$.delay' }],
  ['Wait · until reminder.until', { Type: 'Wait', TimestampPath: '$.reminder.until' }],
  ['Wait · until $at', { Type: 'Wait', Timestamp: '{% $at %}' }],
  ['Choice', { Type: 'Choice' }],
])('%s', (label, state) => {
  expect(typeLabel(state)).toBe(label)
})

test('of a long name of a function the end is shown', () => {
  const state = { Type: 'Task', Resource: `${arn}-of-the-confirmation` }
  expect(typeLabel(state, 150, 11)).toBe('Task · …the-confirmation')
})
