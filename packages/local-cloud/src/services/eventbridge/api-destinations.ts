import type { Clock } from '../../core/clock.ts'
import type { ApiDestination } from '../../core/stack-model.ts'
import { Undelivered } from './undelivered.ts'

// EventBridge ends a request after five seconds.
const timeoutMs = 5000
/** Statuses that EventBridge repeats, beside those of 500 and above. */
const repeated = [401, 407, 409, 429]

/** What a destination may still be called in the current second. */
interface Allowance {
  sinceMs: number
  calls: number
}

/** Calls the endpoints of API destinations, for real and with the machine's own time. */
export class ApiDestinations {
  private readonly allowances = new Map<string, Allowance>()
  private readonly stopping = new AbortController()

  constructor(
    private readonly destinations: readonly ApiDestination[],
    private readonly clock: Pick<Clock, 'now'>,
    /** The header that proves who calls, by the ARN of a connection. */
    private readonly headerOf: (connectionArn: string) => Record<string, string>,
  ) {}

  /** How long a call must wait, in milliseconds, because the destination's rate is used up. Counts a call that need not. */
  waitMs(arn: string): number {
    const { invocationsPerSecond = Infinity } = this.destinations.find((one) => one.arn === arn) ?? {}
    const nowMs = this.clock.now()
    const known = this.allowances.get(arn)
    const current = known && nowMs - known.sinceMs < 1000 ? known : { sinceMs: nowMs, calls: 0 }
    this.allowances.set(arn, current)
    if (current.calls >= invocationsPerSecond) return Math.max(1, current.sinceMs + 1000 - nowMs)
    current.calls += 1
    return 0
  }

  /**
   * Calls an endpoint; resolves when it has answered with success.
   * @throws Undelivered
   */
  async call(arn: string, payload: string): Promise<void> {
    const destination = this.destinations.find((one) => one.arn === arn)
    if (!destination) throw new Undelivered('NO_RESOURCE', `The API destination ${arn} does not exist.`, false)
    const { url, method, connectionArn } = destination
    const hasBody = method !== 'GET' && method !== 'HEAD'
    let response: Response
    try {
      response = await fetch(url, {
        method,
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'user-agent': 'Amazon/EventBridge/ApiDestinations',
          ...this.headerOf(connectionArn),
        },
        ...(hasBody && { body: payload }),
        // A redirect counts as an error.
        redirect: 'manual',
        signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), this.stopping.signal]),
      })
      await response.body?.cancel()
    } catch (error) {
      throw unreached(error as Error)
    }
    if (response.ok) return
    throw refused(response)
  }

  /** Ends every call in progress; the deliveries are repeated after the next start. */
  stop(): void {
    this.stopping.abort()
  }
}

function unreached(error: Error): Undelivered {
  if (error.name === 'TimeoutError') {
    return new Undelivered('TIMEOUT', `Request to endpoint timed out after ${timeoutMs / 1000} seconds.`)
  }
  const { code } = (error.cause ?? {}) as { code?: string }
  return new Undelivered('CONNECTION_FAILURE', `Unable to invoke ApiDestination endpoint: ${code ?? error.message}.`)
}

function refused({ status, headers }: Response): Undelivered {
  const message = `Unable to invoke ApiDestination endpoint: The request failed because the API returned status code ${status}.`
  const isRepeated = status >= 500 || repeated.includes(status)
  const seconds = Number(headers.get('retry-after') ?? 0)
  // The documentation of AWS: a negative Retry-After ends the attempts.
  const retries = isRepeated && !(seconds < 0)
  const code = status === 429 ? 'THROTTLING' : 'ERROR_FROM_TARGET'
  return new Undelivered(code, message, retries, seconds > 0 ? seconds * 1000 : 0)
}
