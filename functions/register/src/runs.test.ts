import { SFNClient } from '@aws-sdk/client-sfn'
import { patienceOf } from '@confirmation-reminder/contracts/test/patience'
import { openRuns } from './runs.ts'

test('a start is repeated once, after two seconds without a response', async () => {
  const send = jest.spyOn(SFNClient.prototype, 'send').mockImplementation()
  await openRuns('arn').start({ customerId: 'customer', traceId: 'trace' })
  const [client] = send.mock.contexts as [SFNClient]
  jest.restoreAllMocks()
  expect(await patienceOf(client)).toMatchObject({
    attempts: 2,
    connectionTimeout: 1_000,
    requestTimeout: 2_000,
    throwOnRequestTimeout: true,
  })
})
