import { randomUUID } from 'node:crypto'
import * as v from 'valibot'
import { AwsError } from '../../../core/aws-error.ts'
import { jsonAction } from '../../../gateway/input.ts'
import type { Engine } from '../engine/engine.ts'
import type { RunStore } from '../engine/run-store.ts'
import { abortRun, beginRun, redriveRun } from '../interpreter/interpreter.ts'
import { expiryMs, type Run } from '../interpreter/run.ts'
import { defined, jsonFault } from '../values/json.ts'
import { existingRun, redriveStatus } from './describe-executions.ts'
import { arn, checkExecutionArn, hiddenText, limitedData, textOf } from './input.ts'
import type { Machines } from './machines.ts'
import { traceHeaderOf } from './trace-header.ts'

// To a name or an input that is not a string, AWS answers with the errors InvalidName and InvalidExecutionInput.
const StartInput = v.object({
  stateMachineArn: arn,
  name: v.optional(
    v.pipe(
      v.unknown(),
      v.check(
        (name) => typeof name !== 'string' || name.length <= 80,
        'Member must have length less than or equal to 80',
      ),
    ),
    () => randomUUID(),
  ),
  input: v.optional(v.pipe(v.unknown(), limitedData()), '{}'),
  traceHeader: v.optional(textOf(/^\p{ASCII}*$/u, '\\p{ASCII}*', 0, 256)),
})

/** White space, brackets, wildcards, special and control characters: AWS refuses them in a name. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are among the characters that it refuses
const refusedInNames = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f\ufffe\uffff]|\p{Surrogate}/u

/**
 * StartExecution: answers when the run is written. A request with the name and the input of an open run is the same run.
 * Errors: `ExecutionAlreadyExists`, `InvalidName`, `InvalidExecutionInput`, `StateMachineDoesNotExist`, `InvalidArn`,
 * `ValidationException`.
 */
export const startExecution = ({ machines, store, engine }: { machines: Machines; store: RunStore; engine: Engine }) =>
  jsonAction(StartInput, async ({ stateMachineArn, traceHeader, ...given }) => {
    const machine = machines.get(stateMachineArn)
    const name = checkName(given.name)
    const input = checkInput(given.input)
    const executionArn = `${machine.arn.replace(':stateMachine:', ':execution:')}:${name}`
    const { startMs } = await engine.exclusively(executionArn, async () => {
      const { arn, roleArn, definitionHash, updateMs: revisionMs } = machine
      const world = await engine.world(machine)
      const before = await store.run(executionArn)
      if (before?.status === 'RUNNING' && before.input === input) return before
      if (before && world.now < (expiryMs(before) ?? Infinity)) {
        throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${executionArn}'`)
      }
      if (before) await store.forget(before)
      const named = { executionArn, name, stateMachineArn: arn, roleArn, definitionHash, revisionMs, input }
      const traced = traceHeaderOf(traceHeader, machine.tracing, world.now)
      const run = { ...named, ...defined({ traceHeader: traced }) }
      const step = beginRun(run, world)
      await engine.commit(undefined, step)
      return step.run
    })
    return { executionArn, startDate: startMs / 1000 }
  })

function checkName(name: unknown): string {
  if (typeof name === 'string' && name !== '' && !refusedInNames.test(name)) return name
  throw new AwsError('InvalidName', `Invalid Name: '${name}'`)
}

function checkInput(input: unknown): string {
  if (typeof input !== 'string') throw new AwsError('InvalidExecutionInput', 'The input must be a string of JSON text.')
  const fault = input === '' ? 'Invalid execution input.' : jsonFault(input)?.message
  if (fault === undefined) return input
  throw new AwsError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${fault}'`)
}

const StopInput = v.object({ executionArn: arn, error: hiddenText(256), cause: hiddenText(32_768) })

/**
 * StopExecution: aborts an open run. A run that has already ended does not change, and the answer is when it ended.
 * Errors: `ExecutionDoesNotExist`, `InvalidArn`, `ValidationException`.
 */
export const stopExecution = ({ store, engine }: { store: RunStore; engine: Engine }) =>
  jsonAction(StopInput, async ({ executionArn, error, cause }) => {
    const { executionArn: arn } = await existingRun(executionArn, store)
    const run = await engine.change(arn, (open, world) => abortRun(open, { error, cause }, world))
    return { stopDate: (run?.stopMs ?? 0) / 1000 }
  })

const RedriveInput = v.object({ executionArn: arn, clientToken: v.optional(textOf(/^[!-~]+$/, '[!-~]+', 1, 64)) })

/** AWS remembers the last ten client tokens of a run, each for 15 minutes. */
const tokensKept = 10
const tokenKeptMs = 15 * 60_000

/**
 * RedriveExecution: continues a run that ended without success from the state in which it ended. Answers when that is
 * written. A request with the same client token again is the same redrive.
 * Errors: `ExecutionNotRedrivable`, `ExecutionDoesNotExist`, `InvalidArn`, `ValidationException`.
 */
export const redriveExecution = ({ store, engine }: { store: RunStore; engine: Engine }) =>
  jsonAction(RedriveInput, async ({ executionArn, clientToken }) => {
    const arn = checkExecutionArn(executionArn)
    const redriveMs = await engine.exclusively(arn, async () => {
      const run = await existingRun(arn, store)
      const world = await engine.world(run)
      const tokens = validTokens(run, world.now)
      const earlier = tokens.find(({ token }) => token === clientToken)
      if (earlier) return earlier.redriveMs
      const { redriveStatusReason } = redriveStatus(run, world.now)
      if (redriveStatusReason !== undefined) throw new AwsError('ExecutionNotRedrivable', redriveStatusReason)
      if (clientToken !== undefined) tokens.push({ token: clientToken, redriveMs: world.now })
      await engine.commit(run, redriveRun({ ...run, redriveTokens: tokens.slice(-tokensKept) }, world))
      return world.now
    })
    return { redriveDate: redriveMs / 1000 }
  })

function validTokens({ redriveTokens = [] }: Run, nowMs: number) {
  return redriveTokens.filter(({ redriveMs }) => nowMs < redriveMs + tokenKeptMs)
}
