import * as v from 'valibot'
import { AwsError } from '../../core/aws-error.ts'
import { whole } from '../../gateway/input.ts'
import { Pagination } from '../../gateway/pagination.ts'

const code = 'InvalidParameterException'

/** CloudWatch Logs' error for input that it does not take. */
export const refusal = (message: string) => new AwsError(code, message)

/** CloudWatch Logs' pages. */
export const pagination = new Pagination(code, 'The specified nextToken is invalid.')

export const nextToken = v.optional(v.string())

/** A moment in a request, in milliseconds since 1970. */
export const moment = v.optional(whole(0, Number.MAX_SAFE_INTEGER))

/** How many events a page has: at most, and where a request does not say. */
export const mostEvents = 10_000

export const eventLimit = v.optional(whole(1, mostEvents), mostEvents)
