import { isDeepStrictEqual } from 'node:util'

type Members = Record<string, unknown>

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const member = (object: unknown, name: string): unknown =>
  isMembers(object) && Object.hasOwn(object, name) ? object[name] : undefined

/** The value at a path such as `slack.channelId`; undefined if there is none. */
export const valueAt = (object: unknown, path: string): unknown => path.split('.').reduce(member, object)

/**
 * A copy of an object with another value at a path.
 * @param value undefined: the copy has nothing there, and no object that would be empty without it
 */
export function withValueAt<T extends object>(object: T, path: string, value: unknown): T {
  return changed(object, path.split('.'), value) as T
}

function changed(object: unknown, [name = '', ...inner]: string[], value: unknown): Members | undefined {
  const { [name]: old, ...others } = isMembers(object) ? object : {}
  const next = inner.length === 0 ? value : changed(old, inner, value)
  if (next !== undefined) return { ...(isMembers(object) ? object : {}), [name]: next }
  return Object.keys(others).length > 0 ? others : undefined
}

/** The paths, among these, at which two objects differ. */
export const differencesAt = (before: object, after: object, paths: string[]): string[] =>
  paths.filter((path) => !isDeepStrictEqual(valueAt(before, path), valueAt(after, path)))
