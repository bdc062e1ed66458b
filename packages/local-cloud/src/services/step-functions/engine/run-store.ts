import { createHash } from 'node:crypto'
import type { StateMachine } from '../../../core/stack-model.ts'
import type { Store } from '../../../core/store.ts'
import type { Definition } from '../definition/definition.ts'
import type { Step } from '../interpreter/progress.ts'
import { dueMs, expiryMs, type HistoryEvent, owesTask, type Run } from '../interpreter/run.ts'

/*
 * The keys of the store. No name in a key holds a slash, so that every range ends before the next character, `0`.
 *   event/<executionArn>/<id>                                     an event: the truth
 *   run/<executionArn>                                            the run that follows from the events
 *   list/<stateMachineArn>/<status or ALL>/<newest first>/<name>  the run's line in ListExecutions
 *   due/<milliseconds>/<executionArn>                             when the clock must wake an open run
 *   task/<executionArn>                                           an open run whose task has no result yet
 *   expiry/<milliseconds>/<executionArn>                          when a run that has ended is deleted
 *   definition/<hash>                                             a definition that a run began with
 *   machine/<stateMachineArn>                                     when a state machine was created and updated
 *   revision/<stateMachineArn>/<milliseconds>                     what a state machine was like since its update then
 */

/** A run's line in ListExecutions. */
type ListedRun = Pick<Run, 'executionArn' | 'name' | 'status' | 'startMs' | 'stopMs' | 'redriveCount' | 'redriveMs'>

/** A state machine since one of its updates. Runs that began with it keep it. */
export interface Revision {
  definitionHash: string
  roleArn: string
  logging: StateMachine['logging']
  tracing: boolean
}

/** When a state machine was created and last updated. */
export interface KnownMachine {
  creationMs: number
  updateMs: number
  definitionHash: string
}

const put = (key: string, value: unknown): Write => ({ type: 'put', key, value })
const del = (key: string): Write => ({ type: 'del', key })
type Write = { type: 'put'; key: string; value: unknown } | { type: 'del'; key: string }

const digits = (value: number, length: number) => String(Math.max(0, value)).padStart(length, '0')
// 15 digits of milliseconds last until the year 33658.
const moment = (ms: number) => digits(ms, 15)
const newestFirst = (ms: number) => digits(999_999_999_999_999 - ms, 15)
const eventKey = (executionArn: string, id: number) => `event/${executionArn}/${digits(id, 5)}`
const within = (prefix: string) => ({ gte: `${prefix}/`, lt: `${prefix}0` })

/** What hears of every change of a run, after it is written. */
export interface RunWatcher {
  /** A run is new, or has changed. */
  changed(run: Run): void
  /** A run and its history are deleted. */
  forgotten(executionArn: string): void
}

/** The runs of Step Functions in the store of the local cloud. */
export class RunStore {
  readonly watchers: RunWatcher[] = []
  private readonly db
  private readonly definitions = new Map<string, Definition>()
  private pending: Write[] = []
  private next: Promise<void> | undefined
  private last: Promise<unknown> = Promise.resolve()

  constructor(store: Store) {
    this.db = store.sublevel<string, unknown>('states', { valueEncoding: 'json' })
  }

  async run(executionArn: string): Promise<Run | undefined> {
    return (await this.db.get(`run/${executionArn}`)) as Run | undefined
  }

  /** Writes a decision: its events, the run after them, and every index, all or nothing. */
  async write(before: Run | undefined, { run, events }: Step): Promise<void> {
    const { executionArn, name, status, startMs, stopMs, redriveCount, redriveMs } = run
    const line = { executionArn, name, status, startMs, stopMs, redriveCount, redriveMs }
    const writes = [
      ...events.map((event) => put(eventKey(executionArn, event.id), event)),
      ...(before ? indexKeys(before).map(del) : []),
      ...indexKeys(run).map((key) => put(key, 0)),
      put(`run/${executionArn}`, run),
    ]
    if (before?.status !== status) {
      if (before) writes.push(del(listKey(before, before.status)))
      writes.push(put(listKey(run, status), line), put(listKey(run, 'ALL'), line))
    }
    await this.commit(writes)
    for (const watcher of this.watchers) watcher.changed(run)
  }

  /** Deletes a run that has ended, and its history. */
  async forget(run: Run): Promise<void> {
    const keys = await this.db.keys(within(`event/${run.executionArn}`)).all()
    keys.push(`run/${run.executionArn}`, listKey(run, run.status), listKey(run, 'ALL'), ...indexKeys(run))
    await this.commit(keys.map(del))
    for (const watcher of this.watchers) watcher.forgotten(run.executionArn)
  }

  /** All runs as they are now, some hundred at a time, in no order that means anything. */
  async *all(): AsyncGenerator<Run[]> {
    const runs = this.db.values(within('run'))
    try {
      for (let part = await runs.nextv(500); part.length > 0; part = await runs.nextv(500)) yield part as Run[]
    } finally {
      await runs.close()
    }
  }

  /** A part of a history: at most `limit` events, beginning with this one. */
  async events(executionArn: string, from: number, limit: number, reverse: boolean): Promise<HistoryEvent[]> {
    const { gte, lt } = within(`event/${executionArn}`)
    const start = eventKey(executionArn, from)
    const range = reverse ? { gte, lte: start, reverse } : { gte: start, lt }
    return (await this.db.values({ ...range, limit }).all()) as HistoryEvent[]
  }

  /** Runs of a machine, newest first, after the given key or from the beginning. */
  async list(stateMachineArn: string, status: string, after: string | undefined, limit: number) {
    const { gte, lt } = within(`list/${stateMachineArn}/${status}`)
    const range = after === undefined ? { gte, lt } : { gt: gte + after, lt }
    const rows = await this.db.iterator({ ...range, limit }).all()
    return rows.map(([key, run]) => ({ key: key.slice(gte.length), run: run as ListedRun }))
  }

  /** Which runs are due from one moment until before another, both in milliseconds; in order. */
  due(fromMs: number, beforeMs: number) {
    const rows = this.db.keys({ gte: `due/${moment(fromMs)}`, lt: `due/${moment(beforeMs)}` })
    return {
      next: async (count: number) => (await rows.nextv(count)).map((key) => key.slice('due/'.length + 16)),
      close: () => rows.close(),
    }
  }

  /** The first runs that expire before a time, in milliseconds. */
  async expired(beforeMs: number, limit: number): Promise<string[]> {
    const keys = await this.db.keys({ gte: 'expiry/', lt: `expiry/${moment(Math.floor(beforeMs))}`, limit }).all()
    return keys.map((key) => key.slice('expiry/'.length + 16))
  }

  /** When the first run from a moment on is due, or expires; Infinity for never. */
  async firstMs(index: 'due' | 'expiry', fromMs = 0): Promise<number> {
    const [key] = await this.db.keys({ gte: `${index}/${moment(fromMs)}`, lt: `${index}0`, limit: 1 }).all()
    return key === undefined ? Infinity : Number(key.split('/')[1])
  }

  /** Runs whose task has no result yet. */
  async owedTasks(): Promise<string[]> {
    return (await this.db.keys(within('task')).all()).map((key) => key.slice('task/'.length))
  }

  /** Keeps a definition under its hash, for as long as any run may need it. */
  async keepDefinition(definition: string): Promise<string> {
    const hash = createHash('sha256').update(definition).digest('hex')
    await this.commit([put(`definition/${hash}`, definition)])
    return hash
  }

  async definitionText(hash: string): Promise<string> {
    return (await this.db.get(`definition/${hash}`)) as string
  }

  async definition(hash: string): Promise<Definition> {
    const known = this.definitions.get(hash) ?? (JSON.parse(await this.definitionText(hash)) as Definition)
    this.definitions.set(hash, known)
    return known
  }

  async revision(stateMachineArn: string, updateMs: number): Promise<Revision | undefined> {
    return (await this.db.get(`revision/${stateMachineArn}/${moment(updateMs)}`)) as Revision | undefined
  }

  async machine(stateMachineArn: string): Promise<KnownMachine | undefined> {
    return (await this.db.get(`machine/${stateMachineArn}`)) as KnownMachine | undefined
  }

  async keepMachine(stateMachineArn: string, machine: KnownMachine, revision: Revision): Promise<void> {
    await this.commit([
      put(`machine/${stateMachineArn}`, machine),
      put(`revision/${stateMachineArn}/${moment(machine.updateMs)}`, revision),
    ])
  }

  /** Writes that are added while a batch is being written go into the next batch together: many runs cost one write. */
  private commit(writes: Write[]): Promise<void> {
    for (const write of writes) this.pending.push(write)
    const flush = () => {
      const batch = this.pending
      this.pending = []
      this.next = undefined
      const written = this.db.batch(batch)
      this.last = written
      return written
    }
    this.next ??= this.last.then(flush, flush)
    return this.next
  }
}

function listKey({ stateMachineArn, startMs, name }: Run, list: string): string {
  return `list/${stateMachineArn}/${list}/${newestFirst(startMs)}/${name}`
}

function indexKeys(run: Run): string[] {
  const due = dueMs(run)
  const expiry = expiryMs(run)
  return [
    ...(due === undefined ? [] : [`due/${moment(due)}/${run.executionArn}`]),
    ...(expiry === undefined ? [] : [`expiry/${moment(expiry)}/${run.executionArn}`]),
    ...(owesTask(run) ? [`task/${run.executionArn}`] : []),
  ]
}
