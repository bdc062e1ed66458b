import { effectiveInput, exit, type InputOutput, type Outcome, type StateScope } from './input-output-processing.ts'

export interface SucceedState extends InputOutput {
  Type: 'Succeed'
}

/** Ends the run with success, and with its input as the output. */
export function enterSucceed(state: SucceedState, scope: StateScope): Outcome {
  return exit(state, effectiveInput(state, scope), scope)
}
