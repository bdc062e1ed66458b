import { lastPart } from '@confirmation-reminder/contracts/arn'
import { existingRun } from './describe-execution.ts'
import type { Machines } from './machines.ts'
import { type PageRequest, pageSize, pageStart, pageToken } from './page.ts'
import type { RunStore } from './run-store.ts'

/** @throws AwsError `StateMachineDoesNotExist`, `InvalidArn`, `ValidationException` */
export async function describeStateMachine(request: { stateMachineArn: string }, { machines }: { machines: Machines }) {
  const machine = machines.get(request.stateMachineArn)
  return {
    stateMachineArn: machine.arn,
    name: machine.name,
    status: 'ACTIVE',
    definition: machine.definition,
    roleArn: machine.roleArn,
    type: machine.type,
    creationDate: machine.creationMs / 1000,
    loggingConfiguration: machine.logging
      ? {
          level: machine.logging.level,
          includeExecutionData: machine.logging.includeExecutionData,
          destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: machine.logging.logGroupArn } }],
        }
      : { level: 'OFF', includeExecutionData: false },
    tracingConfiguration: { enabled: machine.tracing },
  }
}

/** The definition that a run began with, whatever its state machine has become since. */
export async function describeStateMachineForExecution(
  { executionArn }: { executionArn: string },
  { machines, store }: { machines: Machines; store: RunStore },
) {
  const { stateMachineArn, roleArn, definitionHash } = await existingRun(executionArn, store)
  return {
    stateMachineArn,
    name: lastPart(stateMachineArn),
    definition: await store.definitionText(definitionHash),
    roleArn,
    updateDate: (machines.byArn.get(stateMachineArn)?.updateMs ?? 0) / 1000,
  }
}

/** @throws AwsError `InvalidToken`, `ValidationException` */
export async function listStateMachines(request: PageRequest, { machines }: { machines: Machines }) {
  const size = pageSize(request)
  const after = pageStart('stateMachines', request) ?? ''
  const rest = [...machines.byArn.values()]
    .filter(({ name }) => name > after)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  const page = rest.slice(0, size)
  const last = page.at(-1)
  return {
    stateMachines: page.map(({ arn, name, type, creationMs }) => ({
      stateMachineArn: arn,
      name,
      type,
      creationDate: creationMs / 1000,
    })),
    ...(rest.length > size && last ? { nextToken: pageToken('stateMachines', last.name) } : {}),
  }
}
