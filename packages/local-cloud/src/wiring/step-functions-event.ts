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

// An event's id names the change, so that an event that is put again after a crash has the same id.
const namespace = '6b0a3a0e-6f0b-4f0e-9d0c-0a7d1f4c2b58'

/** The event "Step Functions Execution Status Change" for a run's current status. */
export function stepFunctionsEvent(execution: Execution): Event {
  const { executionArn, status, startDate, stopDate, redriveCount = 0, redriveDate } = execution
  const { region, accountId: account } = parseArn(executionArn)
  const outputIncluded = escapedBytes(execution.output) <= payloadBytes
  const output = outputIncluded ? execution.output : undefined
  const inputIncluded = escapedBytes(execution.input) + escapedBytes(output) <= payloadBytes
  const over = status !== 'RUNNING' && status !== 'SUCCEEDED'
  return {
    version: '0',
    id: uuid(`${executionArn} ${status} ${redriveCount}`, namespace),
    'detail-type': 'Step Functions Execution Status Change',
    source: 'aws.states',
    account,
    time: new Date(stopDate ?? redriveDate ?? startDate).toISOString().replace(/\.\d+Z$/, 'Z'),
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

const escapedBytes = (text: string | undefined): number =>
  text === undefined ? 0 : Buffer.byteLength(JSON.stringify(text))
