import { randomUUID } from 'node:crypto'
import { Agent, request } from 'node:http'
import { progressOn } from '@confirmation-reminder/cli/terminal/progress'

const inFlight = 16

/** The state machine of the local cloud. */
export const machine = 'arn:aws:states:eu-west-1:000000000000:stateMachine:confirmation-reminder'

/**
 * Starts runs, 16 at a time. The requests are unsigned, so that the client costs little.
 * @returns how many a second
 * @throws Error where one is refused
 */
export async function startRuns(at: { url: string; machine: string }, runs: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: inFlight })
  const bar = progressOn(process.stderr)
  let started = 0
  const beganMs = performance.now()
  const lane = async () => {
    while (started < runs) {
      started += 1
      bar.show(`${started} of ${runs} runs`)
      await startRun(at, agent)
    }
  }
  await Promise.all(Array.from({ length: inFlight }, lane))
  bar.end()
  agent.destroy()
  return (runs * 1000) / (performance.now() - beganMs)
}

function startRun({ url, machine }: { url: string; machine: string }, agent: Agent): Promise<void> {
  const [customerId, traceId] = [randomUUID(), randomUUID()]
  const input = JSON.stringify({ customerId, traceId })
  const body = JSON.stringify({ stateMachineArn: machine, name: `${customerId}_${traceId}`, input })
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', headers, agent }, (response) => {
      response.resume().once('end', () => {
        if (response.statusCode === 200) resolve()
        else reject(new Error(`StartExecution was answered with ${response.statusCode}.`))
      })
    })
    sent.once('error', reject).end(body)
  })
}

const headers = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-target': 'AWSStepFunctions.StartExecution',
  authorization:
    'AWS4-HMAC-SHA256 Credential=local/20260101/eu-west-1/states/aws4_request, SignedHeaders=host, Signature=none',
}
