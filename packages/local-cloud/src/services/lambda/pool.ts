import { AwsError } from '../../core/aws-error.ts'
import type { ExecutionEnvironment, Invocation } from './execution-environment.ts'

type Run = Awaited<ReturnType<ExecutionEnvironment['run']>>

/**
 * The execution environments of one version of a function. Each call has one to itself: a warm one, or a new one while
 * fewer than `size` are busy; further calls wait in order. An environment that has been idle for `idleMs` is ended.
 */
export class Pool {
  private readonly idle: { environment: ExecutionEnvironment; expiry: NodeJS.Timeout }[] = []
  private readonly busy = new Set<ExecutionEnvironment>()
  private readonly waiting: (() => void)[] = []
  private slots: number
  private stopped = false

  constructor(
    private readonly create: () => ExecutionEnvironment,
    size: number,
    private readonly idleMs: number,
  ) {
    this.slots = size
  }

  /** @throws AwsError ServiceException, if the local cloud stops in the meantime */
  async run(invocation: Invocation): Promise<Run> {
    if (this.slots > 0) this.slots -= 1
    else await new Promise<void>((resolve) => this.waiting.push(resolve))
    try {
      if (this.stopped) throw stopping()
      const run = await this.runIn(this.takeIdle() ?? this.create(), invocation)
      if (this.stopped && run.ending.kind === 'exited') throw stopping()
      return run
    } finally {
      // The slot goes to the first waiting call, without being free in between.
      const next = this.waiting.shift()
      if (next) next()
      else this.slots += 1
    }
  }

  /** Ends all environments; calls in flight fail. */
  async stop(): Promise<void> {
    this.stopped = true
    for (const { expiry } of this.idle) clearTimeout(expiry)
    const all = [...this.busy, ...this.idle.map(({ environment }) => environment)]
    await Promise.all(all.map((environment) => environment.terminate()))
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
