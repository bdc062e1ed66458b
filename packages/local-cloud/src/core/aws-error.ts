/** A refusal in AWS's own terms: the gateway writes it in the shape of the protocol that the caller speaks. */
export class AwsError extends Error {
  constructor(
    /** The error code as AWS documents it, such as `ExecutionAlreadyExists`. */
    readonly code: string,
    message: string,
    readonly statusCode = 400,
    /** Other members of the error, such as a `Reason`; the JSON protocols send them. */
    readonly members: Readonly<Record<string, unknown>> = {},
  ) {
    super(message)
  }
}
