import { isObject, type Json } from '../values/json.ts'
import { evaluateJsonata } from '../values/jsonata-expression.ts'
import { StateError } from '../values/state-error.ts'
import type { QueryLanguage, StateScope } from './input-output-processing.ts'

/** Expressions in JSONata: texts between {% and %}, anywhere in Arguments, Output, Assign and the fields of one value. */
export const jsonata: QueryLanguage = {
  effectiveInput: (_, scope) => scope.data,
  workInput: ({ Arguments }, scope) => (Arguments === undefined ? scope.data : fill(Arguments, 'Arguments', scope)),
  literals(state, scope) {
    const evaluated = Object.entries(state).map(([field, given]): [string, unknown] => {
      const kind = literalFields.get(field)
      return [field, kind === undefined ? given : evaluateAs(kind, given, field, scope)]
    })
    return { ...state, ...Object.fromEntries(evaluated) }
  },
  fill,
  holds: ({ Condition = null }, field, scope) => evaluateAs('boolean', Condition, `${field}/Condition`, scope) === true,
  output: ({ Output }, value, at, scope) => (Output === undefined ? value : fill(Output, `${at}Output`, scope)),
  around: (_, scope) => scope,
}

/** The fields that may be expressions for one value, with its type. */
const literalFields = new Map<string, Kind>([
  ['Seconds', 'number'],
  ['Timestamp', 'string'],
  ['TimeoutSeconds', 'number'],
  ['HeartbeatSeconds', 'number'],
  ['Error', 'string'],
  ['Cause', 'string'],
  ['Items', 'array'],
  ['MaxConcurrency', 'number'],
])
type Kind = 'number' | 'string' | 'boolean' | 'array'

const delimited = /^\{%([\s\S]*)%\}$/

/** The expression in a text; undefined for a text that is taken as it is. */
export function expressionIn(text: string): string | undefined {
  return delimited.exec(text)?.[1]?.trim()
}

function fill(template: Json, field: string, scope: StateScope): Json {
  if (Array.isArray(template)) return template.map((element, index) => fill(element, `${field}[${index}]`, scope))
  if (isObject(template)) {
    return Object.fromEntries(
      Object.entries(template).map(([name, value]) => [name, fill(value, `${field}/${name}`, scope)]),
    )
  }
  const expression = typeof template === 'string' ? expressionIn(template) : undefined
  return expression === undefined ? template : evaluate(expression, field, scope)
}

/** The value of a field that must have a type, such as the Condition of a Choice. */
function evaluateAs(kind: Kind, given: Json, field: string, scope: StateScope): Json {
  const value = fill(given, field, scope)
  const is = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value
  const expression = typeof given === 'string' ? (expressionIn(given) ?? given) : JSON.stringify(given)
  if (is !== kind) {
    throw failed(
      `${named(expression, field)} returned an unexpected result type. Expected '${kind}', but was '${is}' for value: ${JSON.stringify(value)}`,
      field,
    )
  }
  // A task's timeout and heartbeat are positive.
  const least = /^(Timeout|Heartbeat)Seconds$/.test(field) ? 1 : 0
  if (kind === 'number' && !(Number.isInteger(value) && Number(value) >= least)) {
    throw failed(
      `${named(expression, field)} returned a value that is not a whole number from ${least}: ${value}`,
      field,
    )
  }
  return value
}

function evaluate(expression: string, field: string, scope: StateScope): Json {
  const states = { input: scope.data, context: scope.context(), ...scope.states }
  let value: Json | undefined
  try {
    value = evaluateJsonata(expression, { ...scope.variables, states }, scope)
  } catch (error) {
    throw failed(`${named(expression, field)} ${(error as Error).message}`, field)
  }
  if (value !== undefined) return value
  throw failed(`${named(expression, field)} returned nothing (undefined).`, field)
}

function named(expression: string, field: string): string {
  return `The JSONata expression '${expression}' specified for the field '${field}'`
}

function failed(cause: string, field: string): StateError {
  return new StateError('States.QueryEvaluationError', cause, field)
}
