import http, { type IncomingMessage, type RequestOptions } from 'node:http'
import https from 'node:https'
import { finished } from 'node:stream/promises'
import type { Clock } from '../../core/clock.ts'
import type { ApiDestination } from '../../core/stack-model.ts'
import { Undelivered } from './undelivered.ts'

// EventBridge ends a request after five seconds.
const awsTimeoutMs = 5000
// With the third attempt in a row that times out, so that one lost packet does not condemn a server that works.
const patienceInTimeouts = 2.5
/** Statuses that EventBridge repeats, beside those of 500 and above. */
const repeated = [401, 407, 409, 429]

/** What a destination may still be called in the current second. */
interface Allowance {
  sinceMs: number
  calls: number
}

/** What is known of a destination since it last answered. */
interface Silence {
  /** How long, by the machine's own time, something has waited for it. Attempts at the same time count once. */
  waitedMs: number
  /** When its last attempt ended, by `performance.now`. */
  endedMs: number
  /** How its last attempt failed, and the number of the last skip in which one began. */
  failure: Undelivered
  skip: number
}

interface Around {
  destinations: readonly ApiDestination[]
  clock: Pick<Clock, 'now'>
  /** The header that proves who calls, by the ARN of a connection. */
  headerOf: (connectionArn: string) => Record<string, string>
  /** How long an attempt may take, in milliseconds of the machine's own time. Left out: as long as on AWS. */
  timeoutMs?: number | undefined
  log: (line: string) => void
}

/**
 * Calls the endpoints of API destinations, for real and with the machine's own time. A skip takes the world outside to
 * stand still: a destination that has not answered for some attempts is not called again in the same skip. What remains of
 * its attempts fails as the last one did, or a skipped day would take as long as all its timeouts together.
 */
export class ApiDestinations {
  private readonly allowances = new Map<string, Allowance>()
  private readonly silences = new Map<string, Silence>()
  private readonly stopping = new AbortController()
  private readonly timeoutMs: number
  private readonly skips = { begun: 0, underWay: 0 }

  constructor(private readonly around: Around) {
    this.timeoutMs = around.timeoutMs ?? awsTimeoutMs
  }

  /** Tells that the clock is skipped until `skip` ends. */
  async during<T>(skip: () => Promise<T>): Promise<T> {
    this.skips.begun += 1
    this.skips.underWay += 1
    try {
      return await skip()
    } finally {
      this.skips.underWay -= 1
    }
  }

  /** How long a call must wait, in milliseconds, because the destination's rate is used up. Counts a call that need not. */
  waitMs(arn: string): number {
    const { invocationsPerSecond = Infinity } = this.around.destinations.find((one) => one.arn === arn) ?? {}
    const nowMs = this.around.clock.now()
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
    const destination = this.around.destinations.find((one) => one.arn === arn)
    if (!destination) throw new Undelivered('NO_RESOURCE', `The API destination ${arn} does not exist.`, false)
    const { url, method, connectionArn } = destination
    const silence = this.silences.get(arn)
    if (silence && this.isGivenUp(silence)) throw silence.failure
    const began = { ms: performance.now(), skip: this.skips.begun }
    const timeout = AbortSignal.timeout(this.timeoutMs)
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'Amazon/EventBridge/ApiDestinations',
      ...this.around.headerOf(connectionArn),
    }
    const body = method === 'GET' || method === 'HEAD' ? undefined : payload
    let answer: Answer
    try {
      answer = await ask(url, { method, headers, signal: AbortSignal.any([timeout, this.stopping.signal]) }, body)
    } catch (error) {
      const failure = timeout.aborted ? this.timedOut() : unreached(error as NodeJS.ErrnoException)
      this.keepSilence(arn, began, failure)
      throw failure
    }
    this.silences.delete(arn)
    if (answer.status >= 200 && answer.status < 300) return
    throw refused(answer)
  }

  /** Ends every call in progress; the deliveries are repeated after the next start. */
  stop(): void {
    this.stopping.abort()
  }

  private isGivenUp({ waitedMs, skip }: Silence): boolean {
    const { begun, underWay } = this.skips
    return underWay > 0 && skip === begun && waitedMs >= patienceInTimeouts * this.timeoutMs
  }

  private keepSilence(arn: string, began: { ms: number; skip: number }, failure: Undelivered): void {
    const known = this.silences.get(arn)
    const endedMs = performance.now()
    const waitedMs = (known?.waitedMs ?? 0) + endedMs - Math.max(began.ms, known?.endedMs ?? 0)
    const silence = { waitedMs, endedMs, failure, skip: Math.max(began.skip, known?.skip ?? 0) }
    this.silences.set(arn, silence)
    if (!this.isGivenUp(silence) || (known && this.isGivenUp(known))) return
    this.around.log(
      `EventBridge does not call ${arn} again while the clock skips: ${failure.message} Attempts until then fail like this one.`,
    )
  }

  private timedOut(): Undelivered {
    return new Undelivered('TIMEOUT', `Request to endpoint timed out after ${this.timeoutMs / 1000} seconds.`)
  }
}

interface Answer {
  status: number
  retryAfter: string | undefined
}

/**
 * Makes a request, and resolves when its answer has ended. It follows no redirect, and each has a connection of its own: one of
 * fetch's pool can be left from an attempt that timed out, and break the next.
 */
async function ask(url: string, options: RequestOptions, body: string | undefined): Promise<Answer> {
  const { request } = url.startsWith('https:') ? https : http
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request(url, { ...options, agent: false }, resolve)
      .on('error', reject)
      .end(body)
  })
  // The body is of no use, but EventBridge waits for its end.
  await finished(response.resume())
  return { status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] }
}

function unreached({ code, message }: NodeJS.ErrnoException): Undelivered {
  return new Undelivered('CONNECTION_FAILURE', `Unable to invoke ApiDestination endpoint: ${code ?? message}.`)
}

function refused({ status, retryAfter }: Answer): Undelivered {
  const message = `Unable to invoke ApiDestination endpoint: The request failed because the API returned status code ${status}.`
  const isRepeated = status >= 500 || repeated.includes(status)
  const seconds = Number(retryAfter ?? 0)
  // The documentation of AWS: a negative Retry-After ends the attempts.
  const retries = isRepeated && !(seconds < 0)
  const code = status === 429 ? 'THROTTLING' : 'ERROR_FROM_TARGET'
  return new Undelivered(code, message, retries, seconds > 0 ? seconds * 1000 : 0)
}
