/** A refusal in AWS's own terms: the gateway writes it in the shape of the protocol that the caller speaks. */
export class AwsError extends Error {
  constructor(
    /** The error code as AWS documents it, such as `ExecutionAlreadyExists`. */
    readonly code: string,
    message: string,
    readonly statusCode = 400,
  ) {
    super(message)
  }
}
