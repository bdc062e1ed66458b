import type { AwsError } from '../core/aws-error.ts'
import type { Answer, AwsRequest } from './request.ts'

/** What a request asks for. */
export interface Call {
  action: string
  input: object
}

/**
 * One of the protocols in which AWS clients write requests and read responses. The service decides which one; if it
 * accepts several, the request shows it.
 */
export interface Protocol {
  speaks(request: AwsRequest): boolean
  /** @throws AwsError if the request cannot be read. */
  read(request: AwsRequest): Call
  /** Times among the output's members are `Date`s; each protocol has its own way to write them. */
  answer(request: AwsRequest, call: Call, output: object): Answer
  refuse(request: AwsRequest, error: AwsError): Answer
  /** AWS's error for an action that the service does not have. */
  unknownAction(action: string): AwsError
}
