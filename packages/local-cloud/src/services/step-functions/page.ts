import { AwsError } from '../../core/aws-error.ts'
import { validationError } from './arn.ts'

/** How much of a list the caller wants, and where it goes on. */
export interface PageRequest {
  maxResults?: number
  nextToken?: string
}

const mostResults = 1000

/** How many items a page has: AWS takes 0 and nothing as 100. */
export function pageSize({ maxResults = 0 }: PageRequest): number {
  if (Number.isInteger(maxResults) && maxResults >= 0 && maxResults <= mostResults) return maxResults || 100
  throw validationError(
    `Value '${maxResults}' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to ${mostResults}`,
  )
}

/** A token that goes on after a key, in this list only. */
export function pageToken(list: string, after: string): string {
  return Buffer.from(JSON.stringify([list, after])).toString('base64url')
}

/** The key after which the list goes on; undefined for the beginning. */
export function pageStart(list: string, { nextToken }: PageRequest): string | undefined {
  if (nextToken === undefined || nextToken === null) return undefined
  try {
    const [of, after] = JSON.parse(Buffer.from(nextToken, 'base64url').toString()) as unknown[]
    if (of === list && typeof after === 'string') return after
  } catch {
    // What cannot be read is as wrong as the token of another list.
  }
  throw new AwsError('InvalidToken', "Invalid Token: 'Invalid token'")
}
