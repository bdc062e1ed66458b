import { lastPart } from '@confirmation-reminder/contracts/arn'
import * as v from 'valibot'
import { jsonAction } from '../../gateway/input.ts'
import { existingRun } from './describe-executions.ts'
import { arn, maxResults, nextToken, pagination } from './input.ts'
import type { Machines } from './machines.ts'
import type { RunStore } from './run-store.ts'

const DescribeInput = v.object({ stateMachineArn: arn })

/** DescribeStateMachine. Errors: `StateMachineDoesNotExist`, `InvalidArn`, `ValidationException`. */
export const describeStateMachine = ({ machines }: { machines: Machines }) =>
  jsonAction(DescribeInput, async ({ stateMachineArn }) => {
    const { arn, name, definition, roleArn, type, creationMs, logging, tracing } = machines.get(stateMachineArn)
    return {
      stateMachineArn: arn,
      name,
      status: 'ACTIVE',
      definition,
      roleArn,
      type,
      creationDate: creationMs / 1000,
      loggingConfiguration: logging
        ? {
            level: logging.level,
            includeExecutionData: logging.includeExecutionData,
            destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: logging.logGroupArn } }],
          }
        : { level: 'OFF', includeExecutionData: false },
      tracingConfiguration: { enabled: tracing },
    }
  })

const DescribeForExecutionInput = v.object({ executionArn: arn })

/**
 * DescribeStateMachineForExecution: the definition that a run began with, even if its state machine has another one now.
 * Errors: `ExecutionDoesNotExist`, `InvalidArn`, `ValidationException`.
 */
export const describeStateMachineForExecution = ({ machines, store }: { machines: Machines; store: RunStore }) =>
  jsonAction(DescribeForExecutionInput, async ({ executionArn }) => {
    const { stateMachineArn, roleArn, definitionHash } = await existingRun(executionArn, store)
    return {
      stateMachineArn,
      name: lastPart(stateMachineArn),
      definition: await store.definitionText(definitionHash),
      roleArn,
      updateDate: (machines.byArn.get(stateMachineArn)?.updateMs ?? 0) / 1000,
    }
  })

const ListInput = v.object({ maxResults, nextToken })

/** ListStateMachines, by name. Errors: `InvalidToken`, `ValidationException`. */
export const listStateMachines = ({ machines }: { machines: Machines }) =>
  jsonAction(ListInput, async ({ maxResults, nextToken }) => {
    const all = [...machines.byArn.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
    const { items, next } = pagination.page(['ListStateMachines'], all, { size: maxResults, token: nextToken })
    return {
      stateMachines: items.map(({ arn, name, type, creationMs }) => ({
        stateMachineArn: arn,
        name,
        type,
        creationDate: creationMs / 1000,
      })),
      ...(next !== undefined && { nextToken: next }),
    }
  })
