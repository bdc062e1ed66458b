import type { Datum } from '../core/metrics.ts'
import type { Execution } from './step-functions-event.ts'

/** The metric that counts the runs that ended so. */
const endings: Record<Exclude<Execution['status'], 'RUNNING'>, string> = {
  SUCCEEDED: 'ExecutionsSucceeded',
  FAILED: 'ExecutionsFailed',
  TIMED_OUT: 'ExecutionsTimedOut',
  ABORTED: 'ExecutionsAborted',
}

/**
 * The metrics of Step Functions when a run starts, is redriven or ends. It records no zeros: if nothing happens, data is
 * missing.
 * - `open`: how many runs of the account are open now.
 */
export function runMetrics(
  { stateMachineArn, status, startDate, stopDate, redriveDate }: Execution,
  open: number,
): Datum[] {
  const namespace = 'AWS/States'
  const dimensions = { StateMachineArn: stateMachineArn }
  const changedMs = stopDate ?? redriveDate ?? startDate
  // CloudWatch has no finer times, and what is measured at one time is one row.
  const atMs = Math.floor(changedMs / 1000) * 1000
  const count = (name: string): Datum => ({ namespace, dimensions, name, value: 1, unit: 'Count', atMs })
  const gauge = { namespace, dimensions: {}, name: 'OpenExecutionCount', value: open, unit: 'Count', atMs }
  if (status === 'RUNNING') return [count(redriveDate ? 'ExecutionsRedriven' : 'ExecutionsStarted'), gauge]
  const lasted = changedMs - startDate
  const time = { namespace, dimensions, name: 'ExecutionTime', value: lasted, unit: 'Milliseconds', atMs }
  return [count(endings[status]), time, gauge]
}

/** The metric of Step Functions for a task whose function failed, or that Lambda did not run. */
export function functionFailed(functionArn: string): Datum {
  const dimensions = { LambdaFunctionArn: functionArn }
  return { namespace: 'AWS/States', dimensions, name: 'LambdaFunctionsFailed', value: 1, unit: 'Count' }
}

/** The metric of Step Functions for a throttled call. */
export function throttledEvent(action: string): Datum {
  const dimensions = { APIName: action }
  return { namespace: 'AWS/States', dimensions, name: 'ThrottledEvents', value: 1, unit: 'Count' }
}
