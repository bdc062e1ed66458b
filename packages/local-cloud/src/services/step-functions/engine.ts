import type { Clock } from '../../core/clock.ts'
import type { Invoke } from '../../core/service.ts'
import { callLambda } from './call-lambda.ts'
import { continueRun, endTask, resumeTask, startTask, wakeRun } from './interpreter.ts'
import type { Step, World } from './progress.ts'
import { dueMs, expiryMs, type Run } from './run.ts'
import type { RunStore } from './run-store.ts'
import type { TaskRequest } from './task.ts'

/** How many tasks are invoked at the same time; the others are queued. */
const invocationsAtOnce = 50
/** How many due runs are woken at the same time: enough to fill a batch of the store, few enough to stay small. */
const wakingAtOnce = 200
/** How many expired runs are deleted before the engine wakes those that have fallen due meanwhile. */
const forgettingAtOnce = 200

/** After this time the engine looks again for runs that expire: those that end meanwhile do so much later. */
const longestExpiryMs = 86_400_000

/** Decides what happens to a run: the step that follows, or nothing. */
export type Decide = (run: Run, world: World) => Step | undefined

/**
 * Advances the runs. The store holds what is to be done, when, and what was done; the memory holds only the runs that are
 * being changed. Waits, backoffs and timeouts are rows in the store, ordered by time, with one timer for the first.
 */
export class Engine {
  /** Called for every run that has ended, after it is written. */
  readonly endedListeners: ((run: Run) => void)[] = []
  private readonly locks = new Map<string, Promise<unknown>>()
  private readonly taskQueue = new Set<string>()
  private invocations = 0
  private busy = 0
  private idle: (() => void)[] = []
  /** Rows that are due before this moment have been seen. */
  private seenUntilMs = 0
  private scanning: Promise<void> | undefined
  private scanAgain = false
  /** Until every task without a result is resumed, no timeout that fell due while no process ran may fire. */
  private resumed = false
  /** The timer for the first row that is due: none is due before it. */
  private alarm = { dueMs: Infinity, cancel: () => {} }
  /** No run expires before this moment. */
  private expiryMs = 0
  private stopped = false

  constructor(
    private readonly store: RunStore,
    private readonly clock: Clock,
    private readonly invoke: Invoke,
    private readonly log: (line: string) => void,
  ) {}

  /** Continues every open run of the store. */
  async start(): Promise<void> {
    const owed = await this.store.owedTasks()
    for (let from = 0; from < owed.length; from += wakingAtOnce) {
      await Promise.all(owed.slice(from, from + wakingAtOnce).map((arn) => this.change(arn, resumeTask)))
    }
    this.resumed = true
    this.scan()
  }

  /** One decision about one open run: read, decided, written; never two at once about the same run. */
  async change(executionArn: string, decide: Decide): Promise<Run | undefined> {
    return this.exclusively(executionArn, async () => {
      const run = this.stopped ? undefined : await this.store.run(executionArn)
      if (!run?.frame) return run
      return this.commit(run, decide(run, await this.world(run)))
    })
  }

  /** Writes a step and all that follows from it until the run needs something from outside. Only inside `exclusively`. */
  async commit(before: Run | undefined, step: Step | undefined): Promise<Run | undefined> {
    let run = before
    for (let following = step; following; ) {
      await this.store.write(run, following)
      run = following.run
      following = run.frame?.phase.kind === 'ready' ? continueRun(run, await this.world(run)) : undefined
    }
    if (run && step) this.follow(run)
    return run
  }

  /** Runs the work on one run, one piece after the other. */
  async exclusively<T>(executionArn: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.locks.get(executionArn) ?? Promise.resolve()).then(work, work)
    this.locks.set(executionArn, turn)
    this.busy += 1
    try {
      return await turn
    } finally {
      if (this.locks.get(executionArn) === turn) this.locks.delete(executionArn)
      this.done()
    }
  }

  async world(run: Pick<Run, 'definitionHash'>): Promise<World> {
    const definition = await this.store.definition(run.definitionHash)
    return { definition, now: Math.floor(this.clock.now()), random: Math.random }
  }

  /** Resolves when every open run waits for a moment that the clock has not reached. */
  async settled(): Promise<void> {
    while (!this.stopped) {
      const now = this.clock.now()
      if (this.alarm.dueMs <= now || this.expiryMs < now) this.scan()
      if (this.busy === 0) return
      await new Promise<void>((resolve) => this.idle.push(resolve))
    }
  }

  /** Makes no more decisions. Tasks that are being invoked are not awaited: the next start repeats them. */
  async stop(): Promise<void> {
    this.stopped = true
    this.alarm.cancel()
    await this.scanning
    await Promise.allSettled(this.locks.values())
    for (const resolve of this.idle.splice(0)) resolve()
  }

  /** After a write: calls the listeners if the run has ended, or schedules what wakes or invokes it next. */
  private follow(run: Run): void {
    if (!run.frame) {
      if (run.status !== 'SUCCEEDED') this.log(`states: ${run.executionArn} ${run.status} ${run.error ?? ''}`.trimEnd())
      for (const listener of this.endedListeners) listener(run)
      return
    }
    this.awaitDue(dueMs(run) ?? Infinity)
    if (run.frame.phase.kind !== 'scheduled') return
    this.taskQueue.add(run.executionArn)
    this.invokeNext()
  }

  private invokeNext(): void {
    for (const executionArn of this.taskQueue) {
      if (this.invocations >= invocationsAtOnce || this.stopped) return
      this.taskQueue.delete(executionArn)
      this.invocations += 1
      this.work(() => this.invokeTask(executionArn)).finally(() => {
        this.invocations -= 1
        this.invokeNext()
      })
    }
  }

  private async invokeTask(executionArn: string): Promise<void> {
    const started: { request?: TaskRequest } = {}
    const run = await this.change(executionArn, (scheduled, world) => {
      const start = startTask(scheduled, world)
      if (start) started.request = start.request
      return start?.step
    })
    if (!started.request || !run?.frame) return
    const attempt = run.frame.previousEventId
    const answer = await callLambda(this.invoke, started.request)
    await this.change(executionArn, (waiting, world) => {
      // An attempt that timed out, or whose run was stopped, no longer waits for an answer.
      const isAwaited = waiting.frame?.phase.kind === 'started' && waiting.frame.previousEventId === attempt
      return isAwaited ? endTask(waiting, answer, world) : undefined
    })
  }

  /** Sets the timer for a due time; scans at once, if that time has passed in the meantime. */
  private awaitDue(due: number): void {
    if (due < this.seenUntilMs) {
      this.seenUntilMs = due
      this.scan()
    } else if (due < this.alarm.dueMs && !this.stopped) {
      this.alarm.cancel()
      const ring = () => {
        this.disarm()
        this.scan()
      }
      // A clock that has already reached it rings at once, and then there is no alarm to cancel.
      this.alarm = { dueMs: due, cancel: () => {} }
      const cancel = this.clock.at(due, ring)
      if (this.alarm.dueMs === due) this.alarm.cancel = cancel
    }
  }

  private disarm(): void {
    this.alarm.cancel()
    this.alarm = { dueMs: Infinity, cancel: () => {} }
  }

  private scan(): void {
    this.scanAgain = true
    if (!this.resumed) return
    this.scanning ??= this.work(async () => {
      while (this.scanAgain && !this.stopped) {
        this.scanAgain = false
        await this.wakeDue()
        await this.forgetExpired()
      }
    }).finally(() => {
      this.scanning = undefined
      if (this.scanAgain && !this.stopped) this.scan()
    })
  }

  private async wakeDue(): Promise<void> {
    const fromMs = this.seenUntilMs
    this.seenUntilMs = Math.floor(this.clock.now()) + 1
    if (this.alarm.dueMs < this.seenUntilMs) this.disarm()
    const rows = this.store.due(fromMs, this.seenUntilMs)
    try {
      for (let due = await rows.next(wakingAtOnce); due.length > 0; due = await rows.next(wakingAtOnce)) {
        await Promise.all(due.map((executionArn) => this.work(() => this.change(executionArn, wakeRun))))
        if (this.stopped) return
      }
    } finally {
      await rows.close()
    }
    this.awaitDue((await this.store.firstDueMs(this.seenUntilMs)) ?? Infinity)
  }

  /** Deletes some of the runs that AWS would have deleted by now; another scan deletes the rest. */
  private async forgetExpired(): Promise<void> {
    const nowMs = this.clock.now()
    if (nowMs <= this.expiryMs) return
    const expired = await this.store.expired(nowMs, forgettingAtOnce)
    await Promise.all(
      expired.map((executionArn) =>
        this.exclusively(executionArn, async () => {
          const run = await this.store.run(executionArn)
          if (run && (expiryMs(run) ?? Infinity) < nowMs) await this.store.forget(run)
        }),
      ),
    )
    if (expired.length === forgettingAtOnce) this.scanAgain = true
    else this.expiryMs = Math.min((await this.store.firstExpiryMs()) ?? Infinity, nowMs + longestExpiryMs)
  }

  /** Counts the work as busy until it is done. An internal error is logged, and the next start tries again. */
  private async work(what: () => Promise<unknown>): Promise<void> {
    this.busy += 1
    try {
      await what()
    } catch (error) {
      this.log(`states: internal error: ${(error as Error).stack ?? error}`)
    } finally {
      this.done()
    }
  }

  private done(): void {
    this.busy -= 1
    if (this.busy > 0) return
    for (const resolve of this.idle.splice(0)) resolve()
  }
}
