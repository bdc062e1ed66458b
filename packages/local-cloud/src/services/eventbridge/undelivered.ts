/** The codes of EventBridge for an event that could not be delivered. */
export type UndeliveredCode =
  | 'CONNECTION_FAILURE'
  | 'ERROR_FROM_TARGET'
  | 'NO_PERMISSIONS'
  | 'NO_RESOURCE'
  | 'SDK_CLIENT_ERROR'
  | 'THROTTLING'
  | 'TIMEOUT'

/** Why a target did not take an event. */
export class Undelivered extends Error {
  /**
   * - `retries`: whether EventBridge tries it again.
   * - `retryAfterMs`: the least time until then, as the target asks for it.
   */
  constructor(
    readonly code: UndeliveredCode,
    message: string,
    readonly retries = true,
    readonly retryAfterMs = 0,
  ) {
    super(message)
  }
}
