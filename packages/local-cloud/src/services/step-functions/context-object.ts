import { lastPart } from '@confirmation-reminder/contracts/arn'
import type { Json } from './json.ts'
import type { Frame, Run } from './run.ts'

/** The context object, `$$` in paths: what the run, the state and the machine are called. */
export function contextObject(run: Run, frame: Frame): Json {
  return {
    Execution: {
      Id: run.executionArn,
      Input: JSON.parse(run.input) as Json,
      Name: run.name,
      RoleArn: run.roleArn,
      StartTime: new Date(run.startMs).toISOString(),
      RedriveCount: run.redriveCount ?? 0,
      ...(run.redriveMs === undefined ? {} : { RedriveTime: new Date(run.redriveMs).toISOString() }),
    },
    State: {
      EnteredTime: new Date(frame.enteredMs).toISOString(),
      Name: frame.state,
      RetryCount: frame.retries.reduce((sum, count) => sum + count, 0),
    },
    StateMachine: { Id: run.stateMachineArn, Name: lastPart(run.stateMachineArn) },
  }
}
