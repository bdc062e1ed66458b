import { createHash } from 'node:crypto'
import type { StateMachine } from '../../../core/stack-model.ts'
import type { Store, Write } from '../../../core/store.ts'
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
 *   open                                                          how many runs are open
 */

/** What a run's line in ListExecutions has besides its key. Older lines also repeat that. */
type ListedLine = Pick<Run, 'status' | 'stopMs' | 'redriveCount' | 'redriveMs'>
type ListedRun = ListedLine & Pick<Run, 'executionArn' | 'name' | 'startMs'>

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

/** A run that has started, was redriven or has ended, and how many runs are open since then. */
export interface StatusChange {
  run: Run
  open: number
}

/** What is written together with these changes, and what is called once it is written. */
export type ReportChanges = (changes: StatusChange[]) => { operations: Write[]; written(): void }

const reportNothing: ReportChanges = () => ({ operations: [], written: () => {} })

const digits = (value: number, length: number) => String(Math.max(0, value)).padStart(length, '0')
// 15 digits of milliseconds last until the year 33658.
const moment = (ms: number) => digits(ms, 15)
const latestMs = 999_999_999_999_999
const newestFirst = (ms: number) => digits(latestMs - ms, 15)
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
  private changes: StatusChange[] = []
  private next: Promise<void> | undefined
  private last: Promise<unknown> = Promise.resolve()
  private open = 0

  private constructor(
    private readonly store: Store,
    private readonly report: ReportChanges,
  ) {
    this.db = store.sublevel<string, unknown>('states', { valueEncoding: 'json' })
  }

  /** @param report what is written together with each change of a run's status: both are, or neither is */
  static async open(store: Store, report = reportNothing): Promise<RunStore> {
    const runs = new RunStore(store, report)
    runs.open = ((await runs.db.get('open')) as number | undefined) ?? (await runs.countOpen())
    return runs
  }

  /** For data folders from before there was a count. Each open run is due once. */
  private async countOpen(): Promise<number> {
    let open = 0
    const rows = this.db.keys(within('due'))
    try {
      for (let part = await rows.nextv(1000); part.length > 0; part = await rows.nextv(1000)) open += part.length
    } finally {
      await rows.close()
    }
    return open
  }

  async run(executionArn: string): Promise<Run | undefined> {
    return (await this.db.get(`run/${executionArn}`)) as Run | undefined
  }

  /** Writes a decision: its events, the run after them, and every index, all or nothing. */
  async write(before: Run | undefined, { run, events }: Step): Promise<void> {
    const { executionArn, status, stopMs, redriveCount, redriveMs } = run
    const line = { status, stopMs, redriveCount, redriveMs }
    const writes = [
      ...events.map((event) => this.put(eventKey(executionArn, event.id), event)),
      ...(before ? indexKeys(before).map(this.del) : []),
      ...indexKeys(run).map((key) => this.put(key, 0)),
      this.put(`run/${executionArn}`, run),
    ]
    if (before?.status !== status) {
      if (before) writes.push(this.del(listKey(before, before.status)))
      writes.push(this.put(listKey(run, status), line), this.put(listKey(run, 'ALL'), line))
    }
    await this.commit(writes, this.changesOf(before, run))
    for (const watcher of this.watchers) watcher.changed(run)
  }

  /** A run may start and end in one step. */
  private changesOf(before: Run | undefined, run: Run): StatusChange[] {
    const changes: StatusChange[] = []
    if (before?.status !== 'RUNNING') {
      changes.push({ run: begunAs(run), open: ++this.open })
    }
    if (run.status !== 'RUNNING') changes.push({ run, open: --this.open })
    return changes
  }

  /** Deletes a run that has ended, and its history. */
  async forget(run: Run): Promise<void> {
    const keys = await this.db.keys(within(`event/${run.executionArn}`)).all()
    keys.push(`run/${run.executionArn}`, listKey(run, run.status), listKey(run, 'ALL'), ...indexKeys(run))
    await this.commit(keys.map(this.del))
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
    return rows.map(([key, line]) => {
      const place = key.slice(gte.length)
      return { key: place, run: { ...placed(stateMachineArn, place), ...(line as ListedLine) } as ListedRun }
    })
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
    await this.commit([this.put(`definition/${hash}`, definition)])
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
      this.put(`machine/${stateMachineArn}`, machine),
      this.put(`revision/${stateMachineArn}/${moment(machine.updateMs)}`, revision),
    ])
  }

  private put = (key: string, value: unknown): Write => ({ type: 'put', sublevel: this.db, key, value })
  private del = (key: string): Write => ({ type: 'del', sublevel: this.db, key })

  /** Writes that are added while a batch is being written go into the next batch together: many runs cost one write. */
  private commit(writes: Write[], changes: StatusChange[] = []): Promise<void> {
    for (const write of writes) this.pending.push(write)
    for (const change of changes) this.changes.push(change)
    this.next ??= this.last.then(this.flush, this.flush)
    return this.next
  }

  private flush = (): Promise<void> => {
    const { pending, changes } = this
    this.pending = []
    this.changes = []
    this.next = undefined
    const written = this.writeWith(
      this.report(changes),
      changes.length > 0 ? [...pending, this.put('open', this.open)] : pending,
    )
    this.last = written
    return written
  }

  private async writeWith({ operations, written }: ReturnType<ReportChanges>, own: Write[]): Promise<void> {
    await this.store.batch([...own, ...operations])
    written()
  }
}

/** A run when it began. */
function begunAs(run: Run): Run {
  if (run.status === 'RUNNING') return run
  const { stopMs, output, error, cause, ...begun } = run
  return { ...begun, status: 'RUNNING' }
}

function listKey({ stateMachineArn, startMs, name }: Run, list: string): string {
  return `list/${stateMachineArn}/${list}/${newestFirst(startMs)}/${name}`
}

/** What the end of a list's key says of a run. */
function placed(stateMachineArn: string, place: string): Pick<Run, 'executionArn' | 'name' | 'startMs'> {
  const at = place.indexOf('/')
  const name = place.slice(at + 1)
  const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`
  return { executionArn, name, startMs: latestMs - Number(place.slice(0, at)) }
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
