import type { Datum } from '../core/metrics.ts'
import type { Metrics } from '../services/cloudwatch/metrics.ts'
import type { Events } from '../services/eventbridge/events.ts'
import type { ReportChanges, StatusChange } from '../services/step-functions/engine/run-store.ts'
import { runMetrics } from './run-metrics.ts'
import { type Execution, stepFunctionsEvent } from './step-functions-event.ts'

/** Reports to CloudWatch and EventBridge each run that starts, is redriven or ends, in the batch that writes the change. */
export function reportRunChanges({ metrics, events }: { metrics: Metrics; events: Events }): ReportChanges {
  return (changes) => {
    const datums: Datum[] = []
    const deliveries = changes.map((change) => {
      const execution = executionOf(change)
      datums.push(...runMetrics(execution, change.open))
      return events.prepare(stepFunctionsEvent(execution))
    })
    return {
      operations: [...metrics.writes(datums), ...deliveries.flatMap(({ operations }) => operations)],
      written: () => {
        for (const { written } of deliveries) written()
      },
    }
  }
}

function executionOf({ run }: StatusChange): Execution {
  const { executionArn, stateMachineArn, name, status, startMs, stopMs, input } = run
  const { output, error, cause, redriveCount, redriveMs } = run
  const dates = { startDate: startMs, stopDate: stopMs, redriveDate: redriveMs }
  return { executionArn, stateMachineArn, name, status, input, output, error, cause, redriveCount, ...dates }
}
