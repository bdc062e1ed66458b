import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'

export const queueUrl = 'https://sqs.eu-central-1.amazonaws.com/000000000000/mail-events'
export const undeliveredUrl = `${queueUrl}-undelivered`
export const deadLettersUrl = `${queueUrl}-dead`

/** SQS over HTTP, as far as the depth of queues. Clients find it by the environment. */
export async function startQueues() {
  /** The attributes of a queue that are not zero, by its URL; or a refusal. */
  const depths: Record<string, Record<string, string>> = {}
  const state = { refuses: false, readings: 0 }
  const server = createServer(async (request, response) => {
    const { QueueUrl, AttributeNames } = (await json(request)) as { QueueUrl: string; AttributeNames: string[] }
    state.readings += 1
    response.setHeader('content-type', 'application/x-amz-json-1.0')
    if (state.refuses) {
      response.statusCode = 403
      return response.end(JSON.stringify({ __type: 'AccessDeniedException', message: 'not allowed: ada@example.com' }))
    }
    const Attributes = Object.fromEntries(AttributeNames.map((name) => [name, depths[QueueUrl]?.[name] ?? '0']))
    return response.end(JSON.stringify({ Attributes }))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_SQS: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  })
  return {
    depths,
    state,
    async stop() {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}
