/** A refusal in AWS's own terms: the gateway writes it in the shape of the protocol that the caller speaks. */
export class AwsError extends Error {
  constructor(
    /** The error code as AWS documents it, such as `ExecutionAlreadyExists`. */
    readonly code: string,
    message: string,
    readonly statusCode = 400,
    /** What the error has besides, such as a `Reason`; restJson1 carries it. */
    readonly members: Readonly<Record<string, string>> = {},
  ) {
    super(message)
  }
}
