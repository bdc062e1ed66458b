import * as v from 'valibot'
import { AwsError } from '../../../core/aws-error.ts'
import { oneOf, sensitive, text } from '../../../gateway/input.ts'
import { Pagination } from '../../../gateway/pagination.ts'
import { dataLimitBytes } from '../languages/input-output-processing.ts'

/** An ARN in a request. One of the wrong kind is refused with InvalidArn: see `checkExecutionArn`. */
export const arn = text(1, 256)

/** Whether an answer has the data and the definition that customers may encrypt. */
export const includedData = v.optional(oneOf(['ALL_DATA', 'METADATA_ONLY']), 'ALL_DATA')

/** A text of these characters, as AWS names them: no more than this many. */
export function textOf(pattern: RegExp, named: string, least: number, most: number) {
  return v.pipe(text(least, most), v.regex(pattern, `Member must satisfy regular expression pattern: ${named}`))
}

const mostResults = 1000
const defaultResults = 100

/** How many items a page has. AWS takes 0 as its default, 100. */
export const maxResults = v.pipe(
  v.optional(
    v.pipe(
      v.number(),
      v.check(
        (count) => Number.isInteger(count) && count >= 0 && count <= mostResults,
        `Member must have value less than or equal to ${mostResults}`,
      ),
    ),
    0,
  ),
  v.transform((count) => count || defaultResults),
)

/** Where a page begins. One that is too long is not even read as a token: see `pagination`. */
export function nextToken(longest: number) {
  return v.optional(text(1, longest))
}

export const pagination = new Pagination('InvalidToken', "Invalid Token: 'Invalid token'")

/** The limit for the input of a run and the output of a task. */
export function limitedData<T>() {
  const message = `Member must have size less than or equal to ${dataLimitBytes} bytes in UTF-8 encoding`
  return sensitive((data: T) => typeof data !== 'string' || Buffer.byteLength(data) <= dataLimitBytes, message)
}

/** A text that AWS does not repeat in its messages. */
export function hiddenText(longest: number) {
  const message = `Member must have length less than or equal to ${longest}`
  return v.optional(
    v.pipe(
      v.string(),
      sensitive((text) => text.length <= longest, message),
    ),
  )
}

/** @throws AwsError `InvalidArn` if it is not the ARN of a state machine */
export function checkStateMachineArn(arn: string): string {
  return check(arn, 'stateMachine', /^[^:]+(:[^:]+)?$/)
}

/** @throws AwsError `InvalidArn` if it is not the ARN of an execution */
export function checkExecutionArn(arn: string): string {
  return check(arn, 'execution', /^[^:]+:[^:]+$/)
}

const statesArn = /^arn:aws[\w-]*:states:[\w-]+:\d{12}:(?<type>\w+):(?<name>.+)$/s

function check(arn: string, type: string, name: RegExp): string {
  const found = statesArn.exec(arn)?.groups
  if (found?.type === type && name.test(`${found.name}`)) return arn
  if (!arn.startsWith('arn:')) throw invalidArn(`Invalid ARN prefix: ${arn}`)
  if (found && found.type !== type) throw invalidArn(`Resource type not valid in this context: ${found.type}`)
  throw invalidArn(`Invalid ARN: ${arn}`)
}

function invalidArn(fault: string): AwsError {
  return new AwsError('InvalidArn', `Invalid Arn: '${fault}'`)
}
