import { availableParallelism } from 'node:os'
import { AwsError } from '../../core/aws-error.ts'
import type { ExecutionEnvironment, Invocation } from './execution-environment.ts'

type Run = Awaited<ReturnType<ExecutionEnvironment['run']>>

// One more than there are processors keeps them busy while one waits for AWS; further ones would only share them.
const atFirst = Math.max(availableParallelism() + 1, 3)
// Longer than a start takes: calls that compute are done by then, those that wait are not.
const stalledMs = 250

/**
 * The execution environments of one version of a function. Each call has one to itself: a warm one, or a new one while few
 * are busy; further calls wait in order. While none of them becomes free, one more is started after another, up to `size`.
 * An environment that has been idle for `idleMs` is ended.
 */
export class Pool {
  private readonly idle: { environment: ExecutionEnvironment; expiry: NodeJS.Timeout }[] = []
  private readonly busy = new Set<ExecutionEnvironment>()
  private readonly waiting: (() => void)[] = []
  /** How many calls may run at once, and how many more than now. */
  private allowed: number
  private slots: number
  private stall: NodeJS.Timeout | undefined
  private stopped = false

  constructor(
    private readonly create: () => ExecutionEnvironment,
    private readonly size: number,
    private readonly idleMs: number,
  ) {
    this.allowed = Math.min(atFirst, size)
    this.slots = this.allowed
  }

  /** @throws AwsError ServiceException, if the local cloud stops in the meantime */
  async run(invocation: Invocation): Promise<Run> {
    if (this.slots > 0) this.slots -= 1
    else await this.turn()
    try {
      if (this.stopped) throw stopping()
      const run = await this.runIn(this.takeIdle() ?? this.create(), invocation)
      if (this.stopped && run.ending.kind === 'exited') throw stopping()
      return run
    } finally {
      this.release()
    }
  }

  /** Ends all environments; calls in flight fail. */
  async stop(): Promise<void> {
    this.stopped = true
    clearTimeout(this.stall)
    for (const { expiry } of this.idle) clearTimeout(expiry)
    const all = [...this.busy, ...this.idle.map(({ environment }) => environment)]
    await Promise.all(all.map((environment) => environment.terminate()))
  }

  /** Resolves when this call may run: those that wait go in order. */
  private async turn(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.waiting.push(resolve)
      if (this.waiting.length === 1) this.awaitStall()
    })
  }

  /** The slot goes to the first waiting call, without being free in between. */
  private release(): void {
    const next = this.waiting.shift()
    if (next) next()
    else if (this.allowed > atFirst) this.allowed -= 1
    else this.slots += 1
    this.awaitStall()
  }

  /** Lets one more call run as often as no slot becomes free for a while. */
  private awaitStall(): void {
    clearTimeout(this.stall)
    if (this.waiting.length === 0 || this.allowed >= this.size || this.stopped) return
    this.stall = setTimeout(() => {
      this.allowed += 1
      this.waiting.shift()?.()
      this.awaitStall()
    }, stalledMs)
  }

  private async runIn(environment: ExecutionEnvironment, invocation: Invocation): Promise<Run> {
    this.busy.add(environment)
    try {
      return await environment.run(invocation)
    } finally {
      this.busy.delete(environment)
      if (environment.alive && !this.stopped) this.keep(environment)
    }
  }

  /** The one used last, so that those that are not needed reach `idleMs`. */
  private takeIdle(): ExecutionEnvironment | undefined {
    const last = this.idle.pop()
    if (!last) return undefined
    clearTimeout(last.expiry)
    return last.environment.alive ? last.environment : this.takeIdle()
  }

  private keep(environment: ExecutionEnvironment): void {
    const expiry = setTimeout(() => {
      this.idle.splice(this.idle.indexOf(kept), 1)
      void environment.terminate()
    }, this.idleMs)
    expiry.unref()
    const kept = { environment, expiry }
    this.idle.push(kept)
  }
}

function stopping(): AwsError {
  return new AwsError('ServiceException', 'The local cloud is stopping.', 500)
}
