/** The unchanged EventBridge event of a run that failed as the reminder fails. */
export function failedRunEvent(more: Record<string, unknown> = {}) {
  const name = 'd94b1f0c-6d3c-5a70-9a4e-0f1c2b3d4e5f_3f0b6f6a-5a4e-4a70-9a4e-0f1c2b3d4e5f'
  const executionArn = `arn:aws:states:eu-central-1:000000000000:execution:confirmation-reminder:${name}`
  return {
    version: '0',
    id: '315c1398-40ff-a850-213b-158f73e60175',
    'detail-type': 'Step Functions Execution Status Change',
    source: 'aws.states',
    account: '000000000000',
    time: '2026-07-29T10:17:00Z',
    region: 'eu-central-1',
    resources: [executionArn],
    detail: {
      executionArn,
      stateMachineArn: 'arn:aws:states:eu-central-1:000000000000:stateMachine:confirmation-reminder',
      name,
      status: 'FAILED',
      startDate: Date.UTC(2026, 6, 28, 10, 17),
      stopDate: Date.UTC(2026, 6, 29, 10, 17),
      input: '{"customerId":"d94b1f0c-6d3c-5a70-9a4e-0f1c2b3d4e5f"}',
      output: null,
      error: 'MailRefused',
      cause: JSON.stringify({ errorType: 'MailRefused', errorMessage: 'Not verified.', trace: ['at send (x.js:1:1)'] }),
      ...more,
    },
  }
}
