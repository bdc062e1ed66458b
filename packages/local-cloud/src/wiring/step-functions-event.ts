import { parseArn } from '@confirmation-reminder/contracts/arn'
import { v5 as uuid } from 'uuid'
import type { Event } from '../services/eventbridge/event.ts'

/** A run as DescribeExecution returns it; dates in milliseconds since 1970. */
export interface Execution {
  executionArn: string
  stateMachineArn: string
  name: string
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED'
  startDate: number
  stopDate?: number | undefined
  /** JSON text. */
  input: string
  /** JSON text. */
  output?: string | undefined
  error?: string | undefined
  cause?: string | undefined
  redriveCount?: number | undefined
  redriveDate?: number | undefined
}

// EventBridge accepts 256 KB; Step Functions reserves 8 KB of it for everything but input and output.
const payloadBytes = 248 * 1024

// A character as \u0000. Two quotes are far less than what the many shorter ones leave.
const longestEscape = 6

// An event's id names the change, so that an event that is put again after a crash has the same id.
const namespace = '6b0a3a0e-6f0b-4f0e-9d0c-0a7d1f4c2b58'

/** The event "Step Functions Execution Status Change" for a run's current status. */
export function stepFunctionsEvent(execution: Execution): Event {
  const { executionArn, status, startDate, stopDate, redriveCount = 0, redriveDate } = execution
  const { region, accountId: account } = parseArn(executionArn)
  const outputIncluded = isWithin(payloadBytes, execution.output)
  const output = outputIncluded ? execution.output : undefined
  const inputIncluded = isWithin(payloadBytes, execution.input, output)
  const over = status !== 'RUNNING' && status !== 'SUCCEEDED'
  return {
    version: '0',
    // Calculated when it is read: most changes match no rule.
    get id() {
      return uuid(`${executionArn} ${status} ${redriveCount}`, namespace)
    },
    'detail-type': 'Step Functions Execution Status Change',
    source: 'aws.states',
    account,
    time: `${new Date(stopDate ?? redriveDate ?? startDate).toISOString().slice(0, -'.000Z'.length)}Z`,
    region,
    resources: [executionArn],
    detail: {
      executionArn,
      stateMachineArn: execution.stateMachineArn,
      name: execution.name,
      status,
      startDate,
      stopDate: stopDate ?? null,
      input: inputIncluded ? execution.input : null,
      output: output ?? null,
      stateMachineVersionArn: null,
      stateMachineAliasArn: null,
      redriveCount,
      redriveDate: redriveDate ?? null,
      redriveStatus: over ? 'REDRIVABLE' : 'NOT_REDRIVABLE',
      redriveStatusReason: over ? null : `Execution is ${status} and cannot be redriven`,
      inputDetails: { included: inputIncluded },
      outputDetails: execution.output === undefined ? null : { included: outputIncluded },
      error: execution.error ?? null,
      cause: execution.cause ?? null,
    },
  }
}

/** Whether texts have at most so many bytes as JSON. */
function isWithin(bytes: number, ...texts: (string | undefined)[]): boolean {
  const most = texts.reduce((sum, text = '') => sum + text.length * longestEscape, 0)
  if (most <= bytes) return true
  return (
    texts.reduce((sum, text) => sum + (text === undefined ? 0 : Buffer.byteLength(JSON.stringify(text))), 0) <= bytes
  )
}
