import { randomBytes } from 'node:crypto'
import type { Clock } from '../../../core/clock.ts'
import type { Invoke } from '../../../core/service.ts'
import { continueRun, endTask, resumeTasks, startTask, wakeRun } from '../interpreter/interpreter.ts'
import type { Step, World } from '../interpreter/progress.ts'
import { dueMs, expiryMs, leaves, type Run } from '../interpreter/run.ts'
import { callLambda } from './call-lambda.ts'
import type { RunStore } from './run-store.ts'

/** How many tasks are invoked at the same time; the others are queued. */
const invocationsAtOnce = 50
/** How many due runs are woken at the same time: enough to fill a batch of the store, few enough to stay small. */
const wakingAtOnce = 200
/** How many expired runs are deleted before the engine wakes those that have fallen due meanwhile. */
const forgettingAtOnce = 200

/** After this time the engine looks again for runs that expire: those that end meanwhile do so much later. */
const longestExpiryMs = 86_400_000

/** Enough bytes that no one can guess a task's token. */
const newNonce = () => randomBytes(32).toString('base64url')

/** Decides what happens to a run: the step that follows, or nothing. */
type Decide = (run: Run, world: World) => Step | undefined

/**
 * Advances the runs. The store holds what is to be done, when, and what was done; the memory holds only the runs that are
 * being changed. Waits, backoffs and timeouts are rows in the store, ordered by time, with one timer for the first.
 */
export class Engine {
  private readonly locks = new Map<string, Promise<unknown>>()
  /** The decisions about a run that the next write of the run will hold. */
  private readonly decisions = new Map<string, { list: Decide[]; written: Promise<Run | undefined> }>()
  /** The tasks that are queued or being invoked, by run and attempt. */
  private readonly tasks = new Map<string, { executionArn: string; attempt: number; invoked: boolean }>()
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
      await Promise.all(owed.slice(from, from + wakingAtOnce).map((arn) => this.change(arn, resumeTasks)))
    }
    this.resumed = true
    this.scan()
  }

  /** One decision about one open run. Those that are made while the run is being written are written together. */
  async change(executionArn: string, decide: Decide): Promise<Run | undefined> {
    const next = this.decisions.get(executionArn)
    if (next) {
      next.list.push(decide)
      return next.written
    }
    const list = [decide]
    const written = this.exclusively(executionArn, async () => {
      this.decisions.delete(executionArn)
      const run = this.stopped ? undefined : await this.store.run(executionArn)
      if (!run?.frame) return run
      const world = await this.world(run)
      let step: Step | undefined
      for (const each of list) {
        const after = (step?.run ?? run).frame && each(step?.run ?? run, world)
        if (after) step = { run: after.run, events: [...(step?.events ?? []), ...after.events] }
      }
      return this.commit(run, step)
    })
    this.decisions.set(executionArn, { list, written })
    return written
  }

  /** Writes a step and all that follows from it until the run needs something from outside. Only inside `exclusively`. */
  async commit(before: Run | undefined, step: Step | undefined): Promise<Run | undefined> {
    let run = before
    for (let following = step; following; ) {
      await this.store.write(run, following)
      run = following.run
      following = dueMs(run) === 0 ? continueRun(run, await this.world(run)) : undefined
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
    return { definition, now: Math.floor(this.clock.now()), random: Math.random, nonce: newNonce }
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
      return
    }
    this.awaitDue(dueMs(run) ?? Infinity)
    const { executionArn } = run
    for (const [{ phase, previousEventId: attempt }] of leaves(run.frame)) {
      const key = `${executionArn}/${attempt}`
      if (phase.kind === 'scheduled' && !this.tasks.has(key))
        this.tasks.set(key, { executionArn, attempt, invoked: false })
    }
    this.invokeNext()
  }

  private invokeNext(): void {
    for (const [key, task] of this.tasks) {
      if (this.invocations >= invocationsAtOnce || this.stopped) return
      if (task.invoked) continue
      task.invoked = true
      this.invocations += 1
      this.work(() => this.invokeTask(task.executionArn, task.attempt)).finally(() => {
        this.tasks.delete(key)
        this.invocations -= 1
        this.invokeNext()
      })
    }
  }

  private async invokeTask(executionArn: string, scheduled: number): Promise<void> {
    let started: ReturnType<typeof startTask>
    const run = await this.change(executionArn, (open, world) => {
      started = startTask(open, scheduled, world)
      return started?.step
    })
    // A full history ends the run instead of the start of its task.
    if (!started || !run?.frame) return
    const { request, attempt } = started
    const answer = await callLambda((arn, payload) => this.invoke(arn, payload, run.roleArn), request)
    await this.change(executionArn, (waiting, world) => endTask(waiting, attempt, answer, world))
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
    this.awaitDue(await this.store.firstMs('due', this.seenUntilMs))
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
    else this.expiryMs = Math.min(await this.store.firstMs('expiry'), nowMs + longestExpiryMs)
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
