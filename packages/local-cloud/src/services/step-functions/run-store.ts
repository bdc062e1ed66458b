import { createHash } from 'node:crypto'
import type { Store } from '../../core/store.ts'
import type { Definition } from './definition.ts'
import type { Step } from './progress.ts'
import { dueMs, expiryMs, type HistoryEvent, owesTask, type Run, type RunStatus } from './run.ts'

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
 */

/** A run's line in ListExecutions. */
export interface ListedRun {
  executionArn: string
  name: string
  status: RunStatus
  startMs: number
  stopMs?: number
  redriveCount?: number
  redriveMs?: number
}

/** When a state machine was created and last updated. */
export interface KnownMachine {
  creationMs: number
  updateMs: number
  definitionHash: string
}

type Write = { type: 'put'; key: string; value: unknown } | { type: 'del'; key: string }

const digits = (value: number, length: number) => String(Math.max(0, value)).padStart(length, '0')
// 15 digits of milliseconds last until the year 33658.
const moment = (ms: number) => digits(ms, 15)
const momentOf = (key: string, index: 'due' | 'expiry') => Number(key.slice(index.length + 1, index.length + 16))
const newestFirst = (ms: number) => digits(999_999_999_999_999 - ms, 15)
const eventKey = (executionArn: string, id: number) => `event/${executionArn}/${digits(id, 5)}`
const within = (prefix: string) => ({ gte: `${prefix}/`, lt: `${prefix}0` })

/** The runs of Step Functions in the store of the local cloud. */
export class RunStore {
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
    const line: ListedRun = {
      executionArn,
      name,
      status,
      startMs,
      ...(stopMs === undefined ? {} : { stopMs }),
      ...(redriveCount === undefined || redriveMs === undefined ? {} : { redriveCount, redriveMs }),
    }
    const put = (key: string, value: unknown): Write => ({ type: 'put', key, value })
    const del = (key: string): Write => ({ type: 'del', key })
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
  }

  /** Deletes a run that has ended, and its history. */
  async forget(run: Run): Promise<void> {
    const keys = await this.db.keys(within(`event/${run.executionArn}`)).all()
    keys.push(`run/${run.executionArn}`, listKey(run, run.status), listKey(run, 'ALL'), ...indexKeys(run))
    await this.commit(keys.map((key) => ({ type: 'del', key })))
  }

  /** A part of a history: at most `limit` events, beginning with this one. */
  async events(executionArn: string, from: number, limit: number, reverse: boolean): Promise<HistoryEvent[]> {
    const { gte, lt } = within(`event/${executionArn}`)
    const start = eventKey(executionArn, from)
    const range = reverse ? { gte, lte: start, reverse } : { gte: start, lt }
    return (await this.db.values({ ...range, limit }).all()) as HistoryEvent[]
  }

  /** Runs of a machine, newest first: those for which `wanted` is true, after the given key or from the beginning. */
  async list(
    stateMachineArn: string,
    status: string,
    after: string | undefined,
    limit: number,
    wanted: (run: ListedRun) => boolean,
  ) {
    const { gte, lt } = within(`list/${stateMachineArn}/${status}`)
    const range = after === undefined ? { gte, lt } : { gt: gte + after, lt }
    const found: { key: string; run: ListedRun }[] = []
    for await (const [key, value] of this.db.iterator(range)) {
      const run = value as ListedRun
      if (wanted(run)) found.push({ key: key.slice(gte.length), run })
      if (found.length === limit) break
    }
    return found
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

  /** When the first run expires. */
  async firstExpiryMs(): Promise<number | undefined> {
    const [key] = await this.db.keys({ ...within('expiry'), limit: 1 }).all()
    return key === undefined ? undefined : momentOf(key, 'expiry')
  }

  /** When the first run from a moment on is due. */
  async firstDueMs(fromMs: number): Promise<number | undefined> {
    const [key] = await this.db.keys({ gte: `due/${moment(fromMs)}`, lt: 'due0', limit: 1 }).all()
    return key === undefined ? undefined : momentOf(key, 'due')
  }

  /** Runs whose task has no result yet. */
  async owedTasks(): Promise<string[]> {
    return (await this.db.keys(within('task')).all()).map((key) => key.slice('task/'.length))
  }

  /** Keeps a definition under its hash, for as long as any run may need it. */
  async keepDefinition(definition: string): Promise<string> {
    const hash = createHash('sha256').update(definition).digest('hex')
    await this.commit([{ type: 'put', key: `definition/${hash}`, value: definition }])
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

  async machine(stateMachineArn: string): Promise<KnownMachine | undefined> {
    return (await this.db.get(`machine/${stateMachineArn}`)) as KnownMachine | undefined
  }

  async keepMachine(stateMachineArn: string, machine: KnownMachine): Promise<void> {
    await this.commit([{ type: 'put', key: `machine/${stateMachineArn}`, value: machine }])
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
