import {
  type InputOutput,
  type Outcome,
  type Result,
  stateOutput,
  type Transition,
  type Visit,
  workInput,
} from './input-output-processing.ts'
import type { Json } from './json.ts'

export interface PassState extends InputOutput, Transition, Pick<Result, 'Parameters' | 'ResultPath'> {
  Type: 'Pass'
  Result?: Json
}

/** Passes its input on, or its fixed Result. */
export function enterPass(state: PassState, visit: Visit): Outcome {
  return stateOutput(state, state.Result === undefined ? workInput(state, visit) : state.Result, visit)
}
