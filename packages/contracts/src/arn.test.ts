import { lastPart, parseArn } from './arn.ts'

test('an ARN is read into its parts, and the resource keeps its colons', () => {
  expect(parseArn('arn:aws:states:eu-west-1:000000000000:stateMachine:workflow')).toEqual({
    partition: 'aws',
    service: 'states',
    region: 'eu-west-1',
    accountId: '000000000000',
    resource: 'stateMachine:workflow',
  })
  expect(lastPart('arn:aws:states:eu-west-1:000000000000:stateMachine:workflow')).toBe('workflow')
})

test('missing parts are empty', () => {
  expect(parseArn('workflow')).toEqual({ partition: '', service: '', region: '', accountId: '', resource: '' })
  expect(lastPart('workflow')).toBe('workflow')
})
