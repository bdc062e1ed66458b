import { patienceOf } from '@confirmation-reminder/contracts/test/patience'
import { openClient } from './client.ts'

test('a call is repeated twice, each time after two seconds without a response', async () => {
  expect(await patienceOf(openClient())).toMatchObject({
    attempts: 3,
    connectionTimeout: 1_000,
    requestTimeout: 2_000,
    throwOnRequestTimeout: true,
  })
})
