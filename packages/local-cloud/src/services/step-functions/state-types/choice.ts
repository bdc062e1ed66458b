import type { ChoiceRule } from '../languages/choice-rule.ts'
import { type Exit, exit, inside, type StateFields, type StateScope } from '../languages/input-output-processing.ts'
import { runtimeError } from '../values/state-error.ts'

export interface ChoiceState extends StateFields {
  Type: 'Choice'
  Choices: ChoiceRule[]
  Default?: string
}

/**
 * Goes to `Next` of the first rule that is true, with what that rule assigns and outputs, or to Default.
 * @throws StateError `States.Runtime` if no rule is true and there is no Default. The States Language calls that
 * `States.NoChoiceMatched`; AWS does not.
 */
export function choiceExit(state: ChoiceState, scope: StateScope): Exit {
  const read = inside(state, scope)
  const chosen = state.Choices.findIndex((rule, index) => read.language.holds(rule, `Choices[${index}]`, read))
  const rule = state.Choices[chosen]
  const { Output, Assign, ...passing } = state
  if (rule) return exit({ ...passing, ...rule }, read.data, scope, `Choices[${chosen}]/`)
  if (state.Default !== undefined) return exit({ ...state, Next: state.Default }, read.data, scope)
  throw runtimeError('Failed to transition out of the state. The state does not point to a next state.')
}
