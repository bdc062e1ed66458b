import { randomUUID } from 'node:crypto'
import { AwsError } from '../../core/aws-error.ts'
import { parseJson } from '../../core/json.ts'
import { validationError } from './arn.ts'
import type { Engine } from './engine.ts'
import { beginRun } from './interpreter.ts'
import type { Machines } from './machines.ts'
import { dataLimitBytes } from './progress.ts'
import { expiryMs } from './run.ts'
import type { RunStore } from './run-store.ts'

export interface StartExecutionInput {
  stateMachineArn: string
  name?: string
  input?: string
  traceHeader?: string
}

/** White space, brackets, wildcards, special and control characters: what AWS refuses in a name. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const refusedInNames = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f\ufffe\uffff]|\p{Surrogate}/u

/**
 * Starts a run. Answers when it is written. The same name and input again, while it runs, are the same run.
 * @throws AwsError `ExecutionAlreadyExists`, `InvalidName`, `InvalidExecutionInput`, `StateMachineDoesNotExist`,
 * `InvalidArn`, `ValidationException`
 */
export async function startExecution(
  { stateMachineArn, name = randomUUID(), input = '{}', traceHeader }: StartExecutionInput,
  { machines, store, engine }: { machines: Machines; store: RunStore; engine: Engine },
) {
  checkSizes(name, input)
  const machine = machines.get(stateMachineArn)
  checkName(name)
  checkInput(input)
  const executionArn = `${machine.arn.replace(':stateMachine:', ':execution:')}:${name}`
  const { startMs } = await engine.exclusively(executionArn, async () => {
    const { arn, roleArn, definitionHash } = machine
    const world = await engine.world(machine)
    const before = await store.run(executionArn)
    if (before?.status === 'RUNNING' && before.input === input) return before
    if (before && world.now < (expiryMs(before) ?? Infinity)) {
      throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${executionArn}'`)
    }
    if (before) await store.forget(before)
    const trace = traceHeader === undefined ? {} : { traceHeader }
    const run = { executionArn, name, stateMachineArn: arn, roleArn, definitionHash, input, ...trace }
    const step = beginRun(run, world)
    await engine.commit(undefined, step)
    return step.run
  })
  return { executionArn, startDate: startMs / 1000 }
}

/** What AWS refuses before it looks for the state machine. */
function checkSizes(name: unknown, input: unknown): void {
  if (typeof name === 'string' && name.length > 80) {
    throw validationError(
      `Value '${name}' at 'name' failed to satisfy constraint: Member must have length less than or equal to 80`,
    )
  }
  if (typeof input === 'string' && Buffer.byteLength(input) > dataLimitBytes) {
    throw validationError(
      `Value at 'input' failed to satisfy constraint: Member must have size less than or equal to ${dataLimitBytes} bytes in UTF-8 encoding`,
    )
  }
}

function checkName(name: unknown): void {
  if (typeof name === 'string' && name !== '' && !refusedInNames.test(name)) return
  throw new AwsError('InvalidName', `Invalid Name: '${name}'`)
}

function checkInput(input: unknown): void {
  if (typeof input !== 'string') throw new AwsError('InvalidExecutionInput', 'The input must be a string of JSON text.')
  try {
    parseJson(input)
  } catch (error) {
    throw new AwsError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${(error as Error).message}'`)
  }
}
