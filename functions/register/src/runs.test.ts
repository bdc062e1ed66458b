import { ExecutionAlreadyExists, ExecutionLimitExceeded, SFNClient } from '@aws-sdk/client-sfn'
import { patienceOf } from '@confirmation-reminder/contracts/test/patience'
import { openRuns } from './runs.ts'

const ids = { customerId: 'customer', traceId: 'trace' }
const send = jest.spyOn(SFNClient.prototype, 'send')
beforeEach(() => {
  send.mockReset().mockImplementation()
})
afterAll(() => jest.restoreAllMocks())

test('a run has the names of its registration, and no other field of it', async () => {
  await openRuns('arn').start({ ...ids, email: 'ada@example.com' } as typeof ids)
  const started = { stateMachineArn: 'arn', name: 'customer_trace', input: JSON.stringify(ids) }
  expect(send.mock.calls.map(([{ input }]) => input)).toEqual([started])
})

test('a run that has been started before is well, and any other error is thrown', async () => {
  const error = { message: 'no', $metadata: {} }
  send.mockImplementationOnce(() => Promise.reject(new ExecutionAlreadyExists(error)))
  await openRuns('arn').start(ids)
  send.mockImplementationOnce(() => Promise.reject(new ExecutionLimitExceeded(error)))
  await expect(openRuns('arn').start(ids)).rejects.toThrow(ExecutionLimitExceeded)
})

test('a start is repeated once, after two seconds without a response', async () => {
  await openRuns('arn').start(ids)
  const [client] = send.mock.contexts as [SFNClient]
  expect(await patienceOf(client)).toMatchObject({
    attempts: 2,
    connectionTimeout: 1_000,
    requestTimeout: 2_000,
    throwOnRequestTimeout: true,
  })
})
