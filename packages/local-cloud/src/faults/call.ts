/** A call of an AWS action, or an event of SES, that may go wrong. */
export interface Call {
  service: string
  action: string
  /** The members of the request. */
  input: object
  /** Who calls, if that is known. */
  caller?: Caller
  /** Whether the caller still waits for the response, if it came over a connection. */
  isAwaited?: () => boolean
}

export interface Caller {
  /** The function, or the part of the local cloud: `api`, `states`, `sns`. */
  name: string
  /** Kills it, if it is the worker of a function. Resolves when it has ended. */
  crash?: () => Promise<void>
}
