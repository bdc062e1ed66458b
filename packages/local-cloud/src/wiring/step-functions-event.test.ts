import { type Execution, stepFunctionsEvent } from './step-functions-event.ts'

const run: Execution = {
  executionArn: 'arn:aws:states:eu-central-1:000000000000:execution:confirmation-reminder:one',
  stateMachineArn: 'arn:aws:states:eu-central-1:000000000000:stateMachine:confirmation-reminder',
  name: 'one',
  status: 'RUNNING',
  startDate: 1_551_225_271_984,
  input: '{}',
}

test('the event of a started run has AWS’s members', () => {
  expect(stepFunctionsEvent(run)).toEqual({
    version: '0',
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    'detail-type': 'Step Functions Execution Status Change',
    source: 'aws.states',
    account: '000000000000',
    time: '2019-02-26T23:54:31Z',
    region: 'eu-central-1',
    resources: [run.executionArn],
    detail: {
      executionArn: run.executionArn,
      stateMachineArn: run.stateMachineArn,
      name: 'one',
      status: 'RUNNING',
      startDate: 1_551_225_271_984,
      stopDate: null,
      input: '{}',
      output: null,
      stateMachineVersionArn: null,
      stateMachineAliasArn: null,
      redriveCount: 0,
      redriveDate: null,
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution is RUNNING and cannot be redriven',
      inputDetails: { included: true },
      outputDetails: null,
      error: null,
      cause: null,
    },
  })
})

test('the event of a failed run has its error and cause, and says that it can be redriven', () => {
  const failed: Execution = { ...run, status: 'FAILED', stopDate: 1_551_225_280_000, error: 'MailRefused', cause: '{}' }
  expect(stepFunctionsEvent(failed)).toMatchObject({
    time: '2019-02-26T23:54:40Z',
    detail: {
      status: 'FAILED',
      error: 'MailRefused',
      cause: '{}',
      redriveStatus: 'REDRIVABLE',
      redriveStatusReason: null,
    },
  })
})

test('input or output that is too long is left out, and the event says so', () => {
  const long = JSON.stringify('x'.repeat(200 * 1024))
  const both = stepFunctionsEvent({ ...run, status: 'SUCCEEDED', input: long, output: long }).detail
  expect(both).toMatchObject({ input: null, inputDetails: { included: false }, outputDetails: { included: true } })
  const output = stepFunctionsEvent({
    ...run,
    status: 'SUCCEEDED',
    output: JSON.stringify('"'.repeat(130 * 1024)),
  }).detail
  expect(output).toMatchObject({ output: null, outputDetails: { included: false }, inputDetails: { included: true } })
})

test('the same change has the same id, another change another', () => {
  const id = (more: Partial<Execution>) => stepFunctionsEvent({ ...run, ...more }).id
  expect(id({})).toBe(id({}))
  expect(new Set([id({}), id({ status: 'FAILED' }), id({ status: 'FAILED', redriveCount: 1 })]).size).toBe(3)
})
