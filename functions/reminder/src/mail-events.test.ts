import { SQSClient } from '@aws-sdk/client-sqs'
import { patienceOf } from '@confirmation-reminder/contracts/test/patience'
import { openMailEvents } from './mail-events.ts'

test('a reading is repeated twice, each time after two seconds without a response', async () => {
  const send = jest.spyOn(SQSClient.prototype, 'send').mockImplementation(() => ({}))
  await openMailEvents('https://sqs.eu-central-1.amazonaws.com/000000000000/mail-events')()
  const [client] = send.mock.contexts as [SQSClient]
  jest.restoreAllMocks()
  expect(await patienceOf(client)).toMatchObject({
    attempts: 3,
    connectionTimeout: 1_000,
    requestTimeout: 2_000,
    throwOnRequestTimeout: true,
  })
})
