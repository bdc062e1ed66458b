import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { setSecret } from './connection-secret.ts'

/** A server that answers as EventBridge does while a connection goes through these states; it stays in the last. */
async function connectionIn(...states: string[]) {
  const calls: string[] = []
  const server = createServer(async (request, response) => {
    const action = String(request.headers['x-amz-target']).replace('AWSEvents.', '')
    await json(request)
    const state = action === 'DescribeConnection' && states.length > 1 ? states.shift() : states[0]
    calls.push(action)
    response.setHeader('content-type', 'application/x-amz-json-1.1')
    response.end(JSON.stringify({ ConnectionState: state, ...(state !== 'AUTHORIZED' && { StateReason: 'a reason' }) }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const client = new EventBridgeClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  })
  const stop = async () => {
    client.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
  return { client, calls, stop }
}

test('it waits until EventBridge uses the secret', async () => {
  const { client, calls, stop } = await connectionIn('UPDATING', 'AUTHORIZING', 'AUTHORIZED')
  await setSecret(client, 'webhook', 'a-secret-of-a-test', { pollMs: 1, mostMs: 60_000 })
  expect(calls).toEqual(['UpdateConnection', ...Array(3).fill('DescribeConnection')])
  await stop()
})

test.each([
  [
    'DEAUTHORIZED',
    60_000,
    'EventBridge cannot use the connection webhook with this secret: it is DEAUTHORIZED (a reason).',
  ],
  ['UPDATING', 0, 'the connection webhook is still UPDATING (a reason). Set a secret again in a few minutes.'],
])('a connection that is and stays %s is an error that says so', async (state, mostMs, message) => {
  const { client, stop } = await connectionIn(state)
  await expect(setSecret(client, 'webhook', 'a-secret-of-a-test', { pollMs: 1, mostMs })).rejects.toThrow(message)
  await stop()
})
