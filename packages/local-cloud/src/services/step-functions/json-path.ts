import { JSONPath } from 'jsonpath-plus'
import type { Json } from './json.ts'
import { parseReferencePath, readAt } from './reference-path.ts'
import { runtimeError } from './state-error.ts'

/** What paths are read against: a state's data and, for paths that begin with `$$`, the context object. */
export interface Scope {
  data: Json
  context(): Json
}

/**
 * What a path selects: the value itself if the path can name only one place, otherwise the list of all matches.
 * Undefined if a path to one place selects nothing.
 */
export function readPath(path: string, scope: Scope): Json | undefined {
  const ofContext = path.startsWith('$$')
  const relative = ofContext ? path.slice(1) : path
  const data = ofContext ? scope.context() : scope.data
  const segments = parseReferencePath(relative)
  if (segments) return readAt(data, segments)
  if (typeof data !== 'object' || data === null) return []
  try {
    return JSONPath({ path: relative, json: data, eval: 'safe', wrap: true })
  } catch (error) {
    throw runtimeError(`Invalid path '${path}' : ${(error as Error).message}`)
  }
}
