import { languageOf } from '../languages/languages.ts'
import { pathsIn } from '../values/intrinsic.ts'
import { isObject, type Json } from '../values/json.ts'
import { variableOf } from '../values/json-path.ts'
import { allStates, type Definition, type State } from './definition.ts'

/** The fields of a state whose members are data, in which only names in `.$` mean paths and functions. */
const templates = new Set(['Parameters', 'ResultSelector', 'ItemSelector', 'Assign', 'Result'])
/** The fields that hold states of their own. */
const machines = new Set(['Branches', 'ItemProcessor', 'Iterator'])

/**
 * The variables that each state reads in its paths and intrinsic functions, by the name of the state; undefined if no
 * state does. What expressions in JSONata read is left out: AWS was recorded for `$states` only, which it leaves out.
 */
export function variableReferences(definition: Definition): Record<string, string[]> | undefined {
  const found = [...allStates(definition)].flatMap(([name, state]): [string, string[]][] => {
    if (languageOf(state, languageOf(definition)) === 'JSONata') return []
    const names = [...new Set(references(state))].sort()
    return names.length > 0 ? [[name, names]] : []
  })
  return found.length > 0 ? Object.fromEntries(found) : undefined
}

function references(state: State): string[] {
  return Object.entries(state).flatMap(([field, value]) =>
    machines.has(field) ? [] : variablesAt(field, value, templates.has(field)),
  )
}

function variablesAt(name: string, value: Json, inTemplate: boolean): string[] {
  if (Array.isArray(value)) return value.flatMap((element) => variablesAt('', element, inTemplate))
  if (isObject(value)) {
    return Object.entries(value).flatMap(([member, inner]) =>
      variablesAt(member, inner, inTemplate || templates.has(member)),
    )
  }
  const isRead = name.endsWith('.$') || (!inTemplate && (name.endsWith('Path') || name === 'Variable'))
  if (typeof value !== 'string' || !isRead) return []
  return pathsIn(value).flatMap((path) => variableOf(path) ?? [])
}
