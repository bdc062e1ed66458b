import * as v from 'valibot'
import { AwsError } from '../../core/aws-error.ts'
import { Pagination } from '../../gateway/pagination.ts'

/** An ARN in a request. One of the wrong kind is refused with InvalidArn: see `checkExecutionArn`. */
export const arn = v.string()

const mostResults = 1000
const defaultResults = 100

/** How many items a page has. AWS takes 0 as its default, 100. */
export const maxResults = v.pipe(
  v.optional(
    v.custom<number>(
      (count) => Number.isInteger(count) && Number(count) >= 0 && Number(count) <= mostResults,
      `Member must have value less than or equal to ${mostResults}`,
    ),
    0,
  ),
  v.transform((count) => count || defaultResults),
)

export const nextToken = v.optional(v.string())
export const pagination = new Pagination('InvalidToken', "Invalid Token: 'Invalid token'")

/** @throws AwsError `InvalidArn` if it is not the ARN of a state machine */
export function checkStateMachineArn(arn: string): string {
  return check(arn, /^arn:aws[\w-]*:states:[\w-]+:\d{12}:stateMachine:[^:]+(:[^:]+)?$/)
}

/** @throws AwsError `InvalidArn` if it is not the ARN of an execution */
export function checkExecutionArn(arn: string): string {
  return check(arn, /^arn:aws[\w-]*:states:[\w-]+:\d{12}:execution:[^:]+:[^:]+$/)
}

function check(arn: string, pattern: RegExp): string {
  if (!pattern.test(arn)) throw new AwsError('InvalidArn', `Invalid Arn: 'Invalid ARN: ${arn}'`)
  return arn
}
