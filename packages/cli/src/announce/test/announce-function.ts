import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { LambdaClient } from '@aws-sdk/client-lambda'
import { type ChangeRecord, Changes } from '@confirmation-reminder/contracts/stream-event'
import { withoutTimeouts } from '@confirmation-reminder/contracts/test/without-timeouts'
import { parse } from 'valibot'

withoutTimeouts(LambdaClient)

/** What an invocation returns, or the error with which it ends. */
type Answer = { result: unknown } | { error: { errorType: string; errorMessage: string } }

const allAnnounced: Answer = { result: { batchItemFailures: [] } }

/** Lambda's Invoke over HTTP, with the function `announce`: it announces everything, unless a test says otherwise. */
export async function startAnnounce() {
  const invocations: ChangeRecord[][] = []
  const lambda = {
    invocations,
    /** The path and query of each call. */
    urls: [] as string[],
    answer: (_records: ChangeRecord[]): Answer => allAnnounced,
    stop: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  }
  const server = createServer(async (request, response) => {
    const { Records } = parse(Changes, await json(request))
    lambda.urls.push(request.url ?? '')
    invocations.push(Records)
    const answer = lambda.answer(Records)
    response.writeHead(200, 'error' in answer ? { 'x-amz-function-error': 'Unhandled' } : {})
    response.end(JSON.stringify('error' in answer ? answer.error : answer.result))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  process.env.AWS_ENDPOINT_URL_LAMBDA = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return lambda
}
