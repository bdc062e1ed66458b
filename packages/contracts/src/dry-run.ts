import { getDotPath, safeParse } from 'valibot'
import { errorNames, NamedError } from './errors.ts'
import { type FunctionName, functions } from './functions.ts'

/**
 * The event with which the CLI that ships a function tests a version: it loads, reads its environment and reads the
 * payload by its contract, and does nothing else. No caller of a function can send it: API Gateway, Step Functions
 * and EventBridge wrap or create the event that they pass.
 */
export interface DryRun {
  dryRun: true
  /** A caller's payload, as the contract's table describes it. */
  input: unknown
}

export function isDryRun(event: unknown): event is DryRun {
  return Object(event).dryRun === true
}

/**
 * The response of a version to a dry run.
 * @throws NamedError ContractViolation, which names the fields of the payload that this version does not take
 */
export function answerDryRun(name: FunctionName, { input }: DryRun): { dryRun: true } {
  const read = safeParse(functions[name].input, input)
  if (read.success) return { dryRun: true }
  const faults = read.issues.map((issue) => `${getDotPath(issue) ?? 'the payload itself'}: ${issue.message}`)
  throw new NamedError(errorNames.contractViolation, `${name} does not take this payload: ${faults.join(', ')}.`)
}
