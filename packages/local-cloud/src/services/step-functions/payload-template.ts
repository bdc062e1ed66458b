import { isObject, type Json } from './json.ts'
import { readPath, type Scope } from './json-path.ts'
import { runtimeError } from './state-error.ts'

/**
 * Fills a payload template: every member whose name ends in `.$` gets what its path selects.
 * @throws StateError `States.Runtime` where a path leads nowhere. The States Language calls that
 * `States.ParameterPathFailure`; AWS does not.
 */
export function fillTemplate(template: Json, scope: Scope): Json {
  if (Array.isArray(template)) return template.map((element) => fillTemplate(element, scope))
  if (!isObject(template)) return template
  return Object.fromEntries(
    Object.entries(template).map(([name, value]) => {
      if (!name.endsWith('.$') || typeof value !== 'string') return [name, fillTemplate(value, scope)]
      const found = readPath(value, scope)
      if (found === undefined) {
        const input = JSON.stringify(scope.data)
        throw runtimeError(
          `The JSONPath '${value}' specified for the field '${name}' could not be found in the input '${input}'`,
        )
      }
      return [name.slice(0, -2), found]
    }),
  )
}
