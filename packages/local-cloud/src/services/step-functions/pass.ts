import {
  type InputOutput,
  type Outcome,
  type Result,
  type StateScope,
  stateOutput,
  type Transition,
  workInput,
} from './input-output-processing.ts'
import type { Json } from './json.ts'

export interface PassState extends InputOutput, Transition, Pick<Result, 'Parameters' | 'ResultPath'> {
  Type: 'Pass'
  Result?: Json
}

/** Passes its input on, or its fixed Result. */
export function enterPass(state: PassState, scope: StateScope): Outcome {
  return stateOutput(state, state.Result === undefined ? workInput(state, scope) : state.Result, scope)
}
