import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SFNClient } from '@aws-sdk/client-sfn'
import { withoutTimeouts } from '@confirmation-reminder/contracts/test/without-timeouts'

withoutTimeouts(SFNClient)

export const stateMachineArn = 'arn:aws:states:eu-central-1:123456789012:stateMachine:confirmation-reminder'

/** Step Functions over HTTP, as far as StartExecution. Clients find it by the environment. */
export async function startMachine() {
  /** The inputs of the runs, by their names. */
  const runs = new Map<string, string>()
  /** The name of every run that was requested, including the refused ones. */
  const asked: string[] = []
  /** Errors to answer the next calls with: AWS's error names. */
  const faults: string[] = []
  const ended = new Set<string>()
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const { name, input } = JSON.parse(body)
    asked.push(name)
    response.setHeader('content-type', 'application/x-amz-json-1.0')
    const error = faults.shift() ?? (ended.has(name) ? 'ExecutionAlreadyExists' : undefined)
    if (error) {
      response.statusCode = 400
      return response.end(JSON.stringify({ __type: `com.amazonaws.states#${error}`, message: error }))
    }
    runs.set(name, input)
    response.end(JSON.stringify({ executionArn: `${stateMachineArn}:${name}`, startDate: 1_800_000_000 }))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  process.env.AWS_ENDPOINT_URL_SFN = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    runs,
    asked,
    faults,
    /** Ends a run: its name stays taken. */
    end: (name: string) => ended.add(name),
    async stop() {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}
