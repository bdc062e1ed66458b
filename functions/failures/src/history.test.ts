import { failedStateOf } from './history.ts'

const entered = (type: 'TaskStateEntered' | 'WaitStateEntered', name: string) => ({
  type,
  stateEnteredEventDetails: { name },
})

test('a run ended in the last state that it entered', () => {
  const wait = entered('WaitStateEntered', 'Wait')
  const task = entered('TaskStateEntered', 'TriggerNotification')
  expect(failedStateOf([{ type: 'ExecutionFailed' }, { type: 'LambdaFunctionFailed' }, task, wait])).toBe(
    'TriggerNotification',
  )
  expect(failedStateOf([{ type: 'ExecutionAborted' }, wait, { type: 'ExecutionStarted' }])).toBe('Wait')
  expect(failedStateOf([{ type: 'ExecutionAborted' }, { type: 'ExecutionStarted' }])).toBeUndefined()
})
