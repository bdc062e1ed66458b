import { type Exit, exit, type StateFields, type StateScope } from '../languages/input-output-processing.ts'
import type { Json } from '../values/json.ts'

export interface PassState extends StateFields {
  Type: 'Pass'
  Result?: Json
}

/** Passes its input on, or its fixed Result. */
export function passExit(state: PassState, scope: StateScope): Exit {
  return exit(state, state.Result === undefined ? scope.language.workInput(state, scope) : state.Result, scope)
}
