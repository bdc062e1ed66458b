import * as v from 'valibot'
import { whole } from '../../gateway/input.ts'
import { type List, Pagination } from '../../gateway/pagination.ts'

/** A function, as `readFunctionName` reads it. */
export const functionName = v.string()

/** A function, and which version or alias of it. */
export const qualifiedFunction = { FunctionName: functionName, Qualifier: v.optional(v.string()) }

export const description = v.optional(
  v.pipe(v.string(), v.maxLength(256, 'Member must have length less than or equal to 256')),
)

/** Which part of a list a request asks for. */
export const paging = { Marker: v.optional(v.string()), MaxItems: v.optional(whole(1, 10_000), 10_000) }

// A request may ask for more items, but Lambda returns at most 50 in one response.
const largestPage = 50
const pagination = new Pagination('InvalidParameterValueException', 'Invalid Marker.')

/**
 * One page of a list, and the marker of the page that follows.
 * @throws AwsError InvalidParameterValueException, if the marker is not one of this list
 */
export function page<T>(
  list: List,
  all: readonly T[],
  { Marker, MaxItems }: { Marker?: string | undefined; MaxItems: number },
) {
  const { items, next } = pagination.page(list, all, { size: Math.min(MaxItems, largestPage), token: Marker })
  return { items, NextMarker: next }
}
