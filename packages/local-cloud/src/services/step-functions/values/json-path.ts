import type { Json, JsonObject } from './json.ts'
import { type Path, PathReader } from './path-reader.ts'
import { isDefinite, PathError, select } from './path-steps.ts'
import { remember } from './remember.ts'
import { runtimeError } from './state-error.ts'
import { TooLong, watched } from './watchdog.ts'

/** What paths are read against. */
export interface Scope {
  /** A state's data, `$` in paths. */
  data: Json
  /** The context object, `$$` in paths. */
  context(): Json
  /** The variables that earlier states have assigned, `$name` in paths. */
  variables: JsonObject
}

/** A path, or why a text is none. AWS takes spaces after a path. */
const parsePath = remember((text: string): Path | Error => {
  try {
    const reader = new PathReader(text.trimEnd())
    const path = reader.path()
    reader.end()
    return path
  } catch (error) {
    return error as Error
  }
})

/** Whether a text is a path of the States Language: to data, to the context object, or to a variable. */
export function isPath(text: string): boolean {
  return !(parsePath(text) instanceof Error)
}

/** The names and indexes of a path that names exactly one place: `$.a.b[0]['c d']`. Undefined for all other texts. */
export function placeOf(text: string): (string | number)[] | undefined {
  const path = parsePath(text)
  if (path instanceof Error || !isDefinite(path.steps)) return undefined
  const place = path.steps.map((step) => {
    const [only, ...others] = step.kind === 'names' ? step.names : step.kind === 'indexes' ? step.indexes : []
    return others.length > 0 ? undefined : only
  })
  return place.every((step) => step !== undefined) ? place : undefined
}

/** Whether a path starts at the data. */
export function readsData(text: string): boolean {
  const path = parsePath(text)
  return !(path instanceof Error) && path.start === undefined
}

/** The variable that a path starts at; undefined for the data and the context object. */
export function variableOf(text: string): string | undefined {
  const path = parsePath(text)
  return path instanceof Error || path.start === '$' ? undefined : path.start
}

/**
 * What a path selects: the value itself if the path can name only one place, otherwise the list of all matches.
 * @throws PathError if a path to one place selects nothing
 */
function find(text: string, scope: Scope): Json {
  const path = parsePath(text)
  if (path instanceof Error) throw runtimeError(`Invalid path '${text}' : ${path.message}`)
  const { start, steps } = path
  const isVariable = start !== undefined && start !== '$'
  if (isVariable && !Object.hasOwn(scope.variables, start)) throw new PathError('No results for path: $')
  const data = isVariable ? (scope.variables[start] ?? null) : start ? scope.context() : scope.data
  if (isDefinite(steps)) return select(steps, data)[0] ?? null
  try {
    return watched(() => select(steps, data))
  } catch (error) {
    if (error instanceof TooLong) throw new PathError('The evaluation took too long.', 'misfit')
    if (error instanceof PathError && error.kind !== 'misfit') return []
    throw error
  }
}

/** What a path selects; undefined if a path to one place selects nothing. */
export function readPath(text: string, scope: Scope): Json | undefined {
  try {
    return find(text, scope)
  } catch (error) {
    if (error instanceof PathError) return undefined
    throw error
  }
}

/**
 * What a path selects.
 * @param cause what the error says if a path to one place selects nothing; without a cause, the value is null
 * @throws StateError `States.Runtime`
 */
export function existing(
  text: string,
  scope: Scope,
  cause: (why: PathError) => string | undefined = invalid(text),
): Json {
  try {
    return find(text, scope)
  } catch (error) {
    if (!(error instanceof PathError)) throw error
    const said = cause(error)
    if (said === undefined) return null
    throw runtimeError(said)
  }
}

/** Why a path selects nothing, as AWS says it where the field is not part of the sentence. */
export function invalid(text: string): (why: PathError) => string {
  return ({ message }) => `Invalid path '${text}' : ${message}`
}
