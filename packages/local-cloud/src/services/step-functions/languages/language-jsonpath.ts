import { callIntrinsic, type IntrinsicScope, mayBeIntrinsic } from '../values/intrinsic.ts'
import { isObject, type Json } from '../values/json.ts'
import { existing, invalid, placeOf, readsData, type Scope } from '../values/json-path.ts'
import { putAt } from '../values/reference-path.ts'
import { runtimeError, StateError } from '../values/state-error.ts'
import { holds } from './choice-rule.ts'
import type { QueryLanguage } from './input-output-processing.ts'

/** Paths into the input and the result, and templates whose members with names in `.$` are paths or intrinsic functions. */
export const jsonPath: QueryLanguage = {
  effectiveInput: (state, scope) => select(state.InputPath, scope),
  workInput(state, scope) {
    const data = select(state.InputPath, scope)
    return state.Parameters === undefined ? data : fillTemplate(state.Parameters, { ...scope, data })
  },
  literals: (state) => state,
  holds: (rule, _, scope) => holds(rule, scope),
  fill: (template, _, scope) => fillTemplate(template, scope),
  output(from, value, _, scope) {
    const { ResultSelector, ResultPath, OutputPath } = from
    const selected = ResultSelector === undefined ? value : fillTemplate(ResultSelector, { ...scope, data: value })
    const placed = ResultPath === undefined ? selected : place(selected, ResultPath, scope.data)
    return OutputPath === undefined ? placed : select(OutputPath, { ...scope, data: placed })
  },
  around: (data, scope) => ({ ...scope, data }),
}

/**
 * The input with a value at the place that ResultPath names; null keeps the input as it is.
 * @throws StateError `States.ReferencePathConflict`. AWS documents `States.ResultPathMatchFailure`, and was seen to fail
 * with this one.
 */
function place(value: Json, path: string | null, input: Json): Json {
  const placed = path === null ? input : putAt(input, placeOf(path) ?? [], value)
  if (placed !== undefined) return placed
  const cause = `Unable to apply ReferencePath ${path} to input ${JSON.stringify(input)}`
  throw new StateError('States.ReferencePathConflict', cause)
}

function select(path: string | null | undefined, scope: Scope): Json {
  if (path === undefined) return scope.data
  if (path === null) return {}
  return existing(path, scope)
}

/**
 * The value of a path, or of an intrinsic function.
 * @throws StateError `States.Runtime` if the path selects nothing. The States Language calls that
 * `States.ParameterPathFailure`; AWS does not.
 */
export function readField(text: string, field: string, scope: IntrinsicScope): Json {
  if (mayBeIntrinsic(text)) return callIntrinsic(text, scope)
  if (scope.data === null && readsData(text)) {
    throw runtimeError('Unable to apply Path transformation to null or empty input.')
  }
  return existing(text, scope, (why) => {
    if (why.kind === 'misfit') return invalid(text)(why)
    // AWS was seen to give null for an index that is past the end of its list.
    if (why.kind === 'past the end') return undefined
    return `The JSONPath '${text}' specified for the field '${field}' could not be found in the input '${JSON.stringify(scope.data)}'`
  })
}

/** Fills a payload template: every member whose name ends in `.$` has the value that its path or function gives. */
export function fillTemplate(template: Json, scope: IntrinsicScope): Json {
  if (Array.isArray(template)) return template.map((element) => fillTemplate(element, scope))
  if (!isObject(template)) return template
  return Object.fromEntries(
    Object.entries(template).map(([name, value]) =>
      name.endsWith('.$') && typeof value === 'string'
        ? [name.slice(0, -2), readField(value, name, scope)]
        : [name, fillTemplate(value, scope)],
    ),
  )
}
