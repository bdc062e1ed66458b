import type { StateFields, StateScope } from '../languages/input-output-processing.ts'
import type { Json } from '../values/json.ts'

/** States of a machine, of a Parallel state's branch or of a Map state's item processor, and the one to start at. */
export interface StateGroup<State = unknown> {
  StartAt: string
  States: Record<string, State>
}

export interface ParallelState extends StateFields {
  Type: 'Parallel'
  Branches: StateGroup[]
}

/** What the branches of a Parallel or Map state work on, one item for each, and how many may run at the same time. */
export interface Work {
  items: Json[]
  atOnce: number
}

/** The work of a Parallel state: each branch has the state's input, and all run at the same time. */
export function parallelWork(state: ParallelState, scope: StateScope): Work {
  const input = scope.language.workInput(state, scope)
  return { items: state.Branches.map(() => input), atOnce: state.Branches.length }
}
