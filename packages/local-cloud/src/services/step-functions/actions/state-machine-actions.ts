import { lastPart } from '@confirmation-reminder/contracts/arn'
import { v5 as uuid } from 'uuid'
import * as v from 'valibot'
import { jsonAction, oneOf, text, whole } from '../../../gateway/input.ts'
import { diagnose, longestDefinition } from '../definition/definition.ts'
import { variableReferences } from '../definition/variable-references.ts'
import type { Revision, RunStore } from '../engine/run-store.ts'
import { existingRun } from './describe-executions.ts'
import { arn, includedData, maxResults, nextToken, pagination } from './input.ts'
import type { Machines } from './machines.ts'

const DescribeInput = v.object({ stateMachineArn: arn, includedData })

/** DescribeStateMachine. Errors: `StateMachineDoesNotExist`, `InvalidArn`, `ValidationException`. */
export const describeStateMachine = ({ machines }: { machines: Machines }) =>
  jsonAction(DescribeInput, async ({ stateMachineArn, includedData }) => {
    const machine = machines.get(stateMachineArn)
    const { arn, name, definition, roleArn, type, creationMs, updateMs } = machine
    return {
      stateMachineArn: arn,
      name,
      status: 'ACTIVE',
      ...definitionIn(definition, includedData),
      roleArn,
      type,
      creationDate: creationMs / 1000,
      ...configuration(machine),
      ...revisionId(arn, creationMs, updateMs),
    }
  })

function configuration({ logging, tracing }: Pick<Revision, 'logging' | 'tracing'>) {
  const loggingConfiguration = logging
    ? {
        level: logging.level,
        includeExecutionData: logging.includeExecutionData,
        destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: logging.logGroupArn } }],
      }
    : { level: 'OFF', includeExecutionData: false }
  return {
    loggingConfiguration,
    tracingConfiguration: { enabled: tracing },
    encryptionConfiguration: { type: 'AWS_OWNED_KEY' },
  }
}

/** The definition and what is read from it. Of the metadata alone, AWS answers that it is empty. */
function definitionIn(definition: string, included: v.InferOutput<typeof includedData>) {
  if (included === 'METADATA_ONLY') return { definition: '{}' }
  return { definition, variableReferences: variableReferences(JSON.parse(definition)) }
}

const revisions = '0c1c1ad4-9a52-4f0c-8a0c-6f3a6c1f9b1d'

/** A state machine has a revision id only after its first update. */
function revisionId(arn: string, creationMs: number, updateMs: number): { revisionId?: string } {
  return updateMs === creationMs ? {} : { revisionId: uuid(`${arn} ${updateMs}`, revisions) }
}

const DescribeForExecutionInput = v.object({ executionArn: arn, includedData })

/**
 * DescribeStateMachineForExecution: the revision that a run began with, even if its state machine has another one now.
 * Errors: `ExecutionDoesNotExist`, `InvalidArn`, `ValidationException`.
 */
export const describeStateMachineForExecution = ({ machines, store }: { machines: Machines; store: RunStore }) =>
  jsonAction(DescribeForExecutionInput, async ({ executionArn, includedData }) => {
    const { stateMachineArn, roleArn, definitionHash, revisionMs } = await existingRun(executionArn, store)
    const machine = machines.byArn.get(stateMachineArn)
    const updateMs = revisionMs ?? machine?.updateMs ?? 0
    const revision = (await store.revision(stateMachineArn, updateMs)) ?? machine
    const definition = await store.definitionText(definitionHash)
    return {
      stateMachineArn,
      name: lastPart(stateMachineArn),
      ...definitionIn(definition, includedData),
      roleArn,
      updateDate: updateMs / 1000,
      ...configuration(revision ?? { logging: undefined, tracing: false }),
      ...(machine && revisionId(stateMachineArn, machine.creationMs, updateMs)),
    }
  })

const ListInput = v.object({ maxResults, nextToken: nextToken(1024) })

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
      nextToken: next,
    }
  })

const mostDiagnostics = 100
const ValidateInput = v.object({
  definition: text(1, longestDefinition),
  type: v.optional(oneOf(['STANDARD', 'EXPRESS'])),
  // There are no warnings here, only errors.
  severity: v.optional(oneOf(['ERROR', 'WARNING'])),
  maxResults: v.optional(whole(0, mostDiagnostics), 0),
})

/**
 * ValidateStateMachineDefinition: AWS's faults, and those of what the local cloud does not run.
 * Errors: `ValidationException`.
 */
export const validateStateMachineDefinition = () =>
  jsonAction(ValidateInput, async ({ definition, type, maxResults }) => {
    const faults = diagnose(definition, { express: type === 'EXPRESS' })
    const shown = faults.slice(0, maxResults || mostDiagnostics)
    return {
      result: faults.length > 0 ? 'FAIL' : 'OK',
      diagnostics: shown.map(({ hint, ...diagnostic }) => ({ severity: 'ERROR', ...diagnostic })),
      truncated: shown.length < faults.length,
    }
  })
