import { availableParallelism } from 'node:os'
import { AwsError } from '../../core/aws-error.ts'
import type { ExecutionEnvironment, Invocation, Waits } from './execution-environment.ts'

type Run = Awaited<ReturnType<ExecutionEnvironment['run']>>

// One more than there are processors keeps them busy while one waits for AWS; further ones would only share them.
export const youngAtOnce = Math.max(availableParallelism() + 1, 3)
// As many idle ones as the processors can run serve what comes next; further ones only hold memory, some twenty megabytes each.
const surplusIdleMs = 2000
// Calls that compute are done by then, also those that start an environment; those that are not wait for something.
const youngMs = 250

/**
 * The execution environments of one version of a function. Each call has one to itself: a warm one, or a new one. Further
 * calls wait in order while as many as the processors can run have just begun, or `size` run in all. An environment that
 * has been idle for `idleMs` is ended, and sooner if there are as many others as the processors can run.
 */
export class Pool {
  private readonly idle: { environment: ExecutionEnvironment; expiry: NodeJS.Timeout }[] = []
  private readonly busy = new Set<ExecutionEnvironment>()
  private readonly waiting: { begin: () => void; grow: () => void }[] = []
  private running = 0
  /** The running calls that have just begun, each as the function that ends this. */
  private readonly young = new Set<() => void>()
  private stopped = false
  /**
   * Whether what calls wait for is skipped. Then as many calls as the processors can run are enough at the same time: further
   * ones would only start environments, which is most of what a call costs.
   */
  skipsWaits = false

  constructor(
    private readonly create: () => ExecutionEnvironment,
    private readonly size: number,
    private readonly idleMs: number,
  ) {}

  /** @throws AwsError ServiceException, if the local cloud stops in the meantime */
  async run(invocation: Invocation): Promise<Run> {
    const grow = () => {
      this.young.delete(grow)
      this.admit()
    }
    await new Promise<void>((begin) => {
      this.waiting.push({ begin, grow })
      this.admit()
    })
    const growing = setTimeout(grow, youngMs)
    try {
      if (this.stopped) throw stopping()
      const run = await this.runIn(this.takeIdle() ?? this.create(), invocation)
      if (this.stopped && run.ending.kind === 'exited') throw stopping()
      return run
    } finally {
      clearTimeout(growing)
      this.running -= 1
      grow()
    }
  }

  /** What each running call waits for. Undefined if one of them has worked since the last call of this method. */
  waitsFor(): Waits[] | undefined {
    // All of them are asked: each answers for the time since it was asked last.
    const all = [...this.busy].map((environment) => environment.waitsFor())
    if (!all.every((waits) => waits !== undefined) || this.running > this.busy.size) return undefined
    return all
  }

  /** Ends the waits of the running calls that the virtual clock has reached by a skip. */
  endDueWaits(): void {
    for (const environment of this.busy) environment.endDueWaits()
  }

  /** Ends all environments; calls in flight fail. */
  async stop(): Promise<void> {
    this.stopped = true
    for (const { expiry } of this.idle) clearTimeout(expiry)
    const all = [...this.busy, ...this.idle.map(({ environment }) => environment)]
    await Promise.all(all.map((environment) => environment.terminate()))
  }

  /** Lets the first waiting calls run, as many as may. */
  private admit(): void {
    const most = this.skipsWaits ? Math.min(youngAtOnce, this.size) : this.size
    while (this.young.size < youngAtOnce && this.running < most) {
      const next = this.waiting.shift()
      if (!next) return
      this.young.add(next.grow)
      this.running += 1
      next.begin()
    }
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
    const expiry = setTimeout(
      () => {
        this.idle.splice(this.idle.indexOf(kept), 1)
        void environment.terminate()
      },
      this.idle.length < youngAtOnce ? this.idleMs : Math.min(this.idleMs, surplusIdleMs),
    )
    expiry.unref()
    const kept = { environment, expiry }
    this.idle.push(kept)
  }
}

function stopping(): AwsError {
  return new AwsError('ServiceException', 'The local cloud is stopping.', 500)
}
