import { openClient } from './client.ts'

test('a call is repeated twice, each time after two seconds without a response', async () => {
  const { maxAttempts, requestHandler } = openClient().config
  expect(await maxAttempts()).toBe(3)
  const { configProvider } = requestHandler as unknown as { configProvider: Promise<object> }
  expect(await configProvider).toMatchObject({
    connectionTimeout: 1_000,
    requestTimeout: 2_000,
    throwOnRequestTimeout: true,
  })
})
