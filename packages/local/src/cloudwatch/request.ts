import * as v from 'valibot'
import { AwsError } from '../gateway/aws-error.ts'

/** A time in a request: AWS's clients send seconds, this gives milliseconds. */
export const time = v.pipe(
  v.number(),
  v.transform((seconds) => Math.round(seconds * 1000)),
)

/** Dimensions as the API lists them. */
export const dimensions = v.pipe(
  v.optional(v.array(v.object({ Name: v.string(), Value: v.string() })), []),
  v.transform((list): Record<string, string> => Object.fromEntries(list.map(({ Name, Value }) => [Name, Value]))),
)

/** Dimensions as an answer lists them. */
export function dimensionList(named: Readonly<Record<string, string>>): { Name: string; Value: string }[] {
  return Object.entries(named).map(([Name, Value]) => ({ Name, Value }))
}

/** A period in seconds that AWS accepts. */
export const period = v.pipe(
  v.number(),
  v.check(
    (seconds) => [1, 5, 10, 20, 30].includes(seconds) || (seconds > 0 && seconds % 60 === 0),
    'must be 1, 5, 10, 20, 30 or a multiple of 60',
  ),
)

/** How many entries an answer may have at most. */
export function pageSize(longest: number) {
  return v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(longest)), longest)
}

/** Where the next page begins: an opaque text for clients, a position for the action. */
export const token = v.optional(
  v.pipe(
    v.string(),
    v.transform((text) => {
      const position = Number(Buffer.from(text, 'base64url').toString())
      if (Number.isSafeInteger(position) && position > 0) return position
      throw new AwsError('InvalidNextToken', 'The next token is none that this action gave.')
    }),
  ),
)

/** The token of a position. */
export function tokenOf(position: number): string {
  return Buffer.from(String(position)).toString('base64url')
}
