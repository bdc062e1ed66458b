import type { HistoryEvent } from '../api.ts'
import type { Placed } from './machine.ts'

/** How an iteration of a Map state stands. */
export type IterationStatus = 'inProgress' | 'succeeded' | 'failed' | 'aborted'

/** One stay in a state, from its entry to its exit. Retries and redrives are part of it, as they do not enter the state again. */
export interface Visit {
  state: string
  type: string
  /** The visit of the Parallel or Map state around it. */
  parent: Visit | undefined
  /** In a Map state: of which item. */
  iteration: number | undefined
  /** What is inside of a Parallel or Map state, in the order of the entries. */
  children: Visit[]
  /** Whether the run, the branch or the iteration began with it. */
  isFirst: boolean
  /** From which event its entry follows. */
  enteredAfter: number
  /** Absent if the history lacks its entry. Times are in milliseconds since 1970. */
  enteredMs: number | undefined
  /** When its work began for the last time: a redrive begins a Wait again. */
  sinceMs: number
  exitedMs: number | undefined
  /** How it ended without an exit. */
  ending: 'failed' | 'aborted' | 'timedOut' | undefined
  /** How often its work has begun. */
  begun: number
  /** What has gone wrong since its work began for the last time. */
  failure: { error: string | undefined; isTimeout: boolean } | undefined
  /** Of a Task: it waits for an answer with its token. */
  awaitsAnswer: boolean
  /** Of a Parallel or Map state: it has begun again, and these children are of an earlier attempt. */
  isSuperseded: boolean
  /** Of a Parallel or Map state: its branches have failed, and it is not begun again. */
  hasFailed: boolean
  /** The visit that followed from its exit. */
  next: Visit | undefined
  /** Of a Map state, by index. */
  iterations: Map<number, IterationStatus>
  /** Of a Map state: how many items it has. */
  length: number
}

/**
 * The visits in a history, in the order of their entries. A history that lacks its beginning lacks visits too; Parallel and
 * Map states around later ones are added.
 */
export function visitsIn(events: readonly HistoryEvent[], places: ReadonlyMap<string, Placed>): Visit[] {
  const reader = new Reader(places)
  for (const event of events) reader.read(event)
  return reader.all
}

/**
 * The states that each event belongs to, by its id: its own state, and the Parallel and Map states around it. Events of the
 * run as a whole have none.
 */
export function statesOfEvents(
  events: readonly HistoryEvent[],
  places: ReadonlyMap<string, Placed>,
): Map<number, string[]> {
  const reader = new Reader(places)
  const found = new Map<number, string[]>()
  for (const event of events) {
    const visit = reader.read(event)
    if (!visit || event.type.startsWith('Execution')) continue
    const states = [visit, ...around(visit)].map(({ state }) => state)
    // Which branch was aborted the event does not say: its visit is that of the branch that failed.
    found.set(event.id, event.type.endsWith('StateAborted') && visit.parent ? states.slice(1) : states)
  }
  return found
}

/** Whether the visit goes on, as far as the history says. */
export function isOpen({ exitedMs, ending, isSuperseded }: Visit): boolean {
  return exitedMs === undefined && ending === undefined && !isSuperseded
}

/** Types of states whose work begins with an event of its own. The work of others begins with their entry. */
const working = ['Task', 'Parallel', 'Map']

const iterationStatus = new Map<string, IterationStatus>([
  ['Started', 'inProgress'],
  ['Succeeded', 'succeeded'],
  ['Failed', 'failed'],
  ['Aborted', 'aborted'],
])

const kinds = /^(LambdaFunction|MapIteration|Execution|Evaluation|Activity|[A-Z][a-z]+State(?=[A-Z])|Task)(\w+)$/

class Reader {
  readonly all: Visit[] = []
  private readonly byEvent = new Map<number, Visit>()
  /** The events that begin branches or an iteration. */
  private readonly beginnings = new Map<number, { parent: Visit; iteration: number | undefined }>()
  /** The events that say that a state failed because of its own fields, and not because of a branch. */
  private readonly evaluations = new Set<number>()

  constructor(private readonly places: ReadonlyMap<string, Placed>) {}

  /** @returns the visit that the event belongs to, or follows from */
  read(event: HistoryEvent): Visit | undefined {
    const before = this.byEvent.get(event.previousEventId)
    const visit = this.apply(event, before) ?? before
    if (visit) this.byEvent.set(event.id, visit)
    return visit
  }

  /**
   * @param before the visit of the event that this one follows from
   * @returns the visit that the event belongs to, if it is another one
   */
  private apply(event: HistoryEvent, before: Visit | undefined): Visit | undefined {
    const [, kind = '', what = ''] = kinds.exec(event.type) ?? []
    if (kind === 'Execution') return this.run(what, event, before)
    if (kind === 'Evaluation') return this.evaluationFailed(event, before)
    if (kind === 'MapIteration') return this.iteration(what, event, before)
    if (kind.endsWith('State')) return this.state(kind.slice(0, -'State'.length), what, event, before)
    if (before) this.task(what, event, before)
    return before
  }

  private run(what: string, event: HistoryEvent, before: Visit | undefined): undefined {
    const open = this.all.filter(isOpen)
    if (what === 'TimedOut') for (const visit of open) visit.ending = 'timedOut'
    else if (what === 'Aborted') for (const visit of open) visit.ending = 'aborted'
    else if (what === 'Redriven') for (const visit of this.all) if (mayContinue(visit)) reopen(visit, event)
    if (what !== 'Failed') return
    const failed = new Set(before ? [before, ...around(before)] : open)
    for (const visit of open) {
      if (!failed.has(visit)) visit.ending = 'aborted'
      else {
        visit.failure ??= { error: text(event.details.error), isTimeout: false }
        visit.ending = visit.failure.isTimeout && visit === before ? 'timedOut' : 'failed'
      }
    }
  }

  private evaluationFailed(event: HistoryEvent, before: Visit | undefined): Visit | undefined {
    const open = this.all.filter((visit) => isOpen(visit) && visit.state === event.details.state)
    // AWS was recorded to let it follow from what the state's entry follows from, which may belong to another state.
    const visit =
      open.find((each) => each === before) ??
      open.findLast(({ enteredAfter }) => enteredAfter === event.previousEventId) ??
      open.at(-1)
    this.evaluations.add(event.id)
    if (visit) visit.failure = { error: text(event.details.error), isTimeout: false }
    return visit
  }

  private task(what: string, { at, details }: HistoryEvent, visit: Visit): void {
    if (what === 'Scheduled') begin(visit, Date.parse(at))
    if (what === 'Submitted') visit.awaitsAnswer = true
    if (!what.endsWith('Failed') && what !== 'TimedOut') return
    const error = text(details.error)
    visit.awaitsAnswer = false
    visit.failure = { error, isTimeout: what === 'TimedOut' || error === 'States.Timeout' }
  }

  private iteration(what: string, event: HistoryEvent, before: Visit | undefined): Visit | undefined {
    const { name, index } = event.details
    const status = iterationStatus.get(what)
    const visit = this.named(text(name), before)
    if (!visit || typeof index !== 'number' || !status) return visit
    visit.iterations.set(index, status)
    if (status === 'inProgress') this.beginnings.set(event.id, { parent: visit, iteration: index })
    return visit
  }

  private state(type: string, what: string, event: HistoryEvent, before: Visit | undefined): Visit | undefined {
    if (what === 'Entered') return this.entered(text(event.details.name) ?? '', event, before)
    if (what === 'Exited') return this.exited(event, before)
    if (what === 'Aborted') return this.aborted(event, before)
    const visit = climb(before, (each) => each.type === type && !each.hasFailed)
    if (what === 'Started' && visit) this.branchesStarted(visit, event)
    if (what === 'Failed' && visit) this.branchesFailed(visit, before)
    return visit
  }

  private entered(name: string, event: HistoryEvent, before: Visit | undefined): Visit | undefined {
    const placed = this.places.get(name)
    if (!placed) return undefined
    const beginning = this.beginnings.get(event.previousEventId)
    const place = beginning ?? before ?? { parent: undefined, iteration: undefined }
    const visit = newVisit(name, placed.state.Type, place)
    if (place.parent?.state !== placed.parent) visit.parent = this.missing(placed.parent)
    visit.isFirst = beginning !== undefined || event.previousEventId === 0
    visit.enteredAfter = event.previousEventId
    visit.enteredMs = visit.sinceMs = Date.parse(event.at)
    this.add(visit)
    if (!beginning && before) before.next = visit
    return visit
  }

  private exited(event: HistoryEvent, before: Visit | undefined): Visit | undefined {
    const visit = this.named(text(event.details.name), before)
    if (!visit) return undefined
    visit.exitedMs = Date.parse(event.at)
    this.endInside(visit)
    return visit
  }

  /** A branch has failed, and the states of the others are aborted. The events do not say which ones. */
  private aborted(event: HistoryEvent, failed: Visit | undefined): Visit | undefined {
    const container =
      failed && (this.evaluations.has(event.previousEventId) && failed.children.length > 0 ? failed : failed.parent)
    if (container) this.endInside(container)
    return failed
  }

  private branchesStarted(visit: Visit, event: HistoryEvent): void {
    for (const child of inside(visit)) child.isSuperseded = true
    begin(visit, Date.parse(event.at))
    visit.iterations.clear()
    const { length } = event.details
    if (typeof length === 'number') visit.length = length
    this.beginnings.set(event.id, { parent: visit, iteration: undefined })
  }

  private branchesFailed(visit: Visit, cause: Visit | undefined): void {
    visit.hasFailed = true
    if (cause !== visit && cause) visit.failure = { error: this.errorOf(cause), isTimeout: false }
    visit.failure ??= { error: undefined, isTimeout: false }
    this.endInside(visit)
  }

  private errorOf({ state, failure }: Visit): string | undefined {
    return failure?.error ?? text(this.places.get(state)?.state.Error)
  }

  private endInside(visit: Visit): void {
    for (const child of inside(visit)) {
      if (!isOpen(child)) continue
      const { failure, type } = child
      child.ending = failure?.isTimeout ? 'timedOut' : failure || type === 'Fail' ? 'failed' : 'aborted'
    }
  }

  /** The visit of a state with this name that an event belongs to: the one around what happened before, or else the latest. */
  private named(name: string | undefined, before: Visit | undefined): Visit | undefined {
    return climb(before, ({ state }) => state === name) ?? this.missing(name)
  }

  /** The latest visit of a state that has no exit. The history lacks its entry if there is none. */
  private missing(name: string | undefined): Visit | undefined {
    const placed = name === undefined ? undefined : this.places.get(name)
    if (!placed || name === undefined) return undefined
    const latest = this.all.findLast(
      (visit) => visit.state === name && visit.exitedMs === undefined && !visit.isSuperseded,
    )
    return latest ?? this.add(newVisit(name, placed.state.Type, { parent: this.missing(placed.parent) }))
  }

  private add(visit: Visit): Visit {
    this.all.push(visit)
    visit.parent?.children.push(visit)
    return visit
  }
}

function newVisit(
  state: string,
  type: string,
  { parent, iteration }: { parent: Visit | undefined; iteration?: number | undefined },
): Visit {
  return {
    ...{ state, type, parent, iteration, children: [], isFirst: false, enteredAfter: 0, enteredMs: undefined },
    ...{ sinceMs: 0, exitedMs: undefined, ending: undefined, begun: working.includes(type) ? 0 : 1 },
    ...{ failure: undefined, awaitsAnswer: false, isSuperseded: false, hasFailed: false, next: undefined },
    ...{ iterations: new Map(), length: 0 },
  }
}

function begin(visit: Visit, atMs: number): void {
  visit.begun += 1
  visit.sinceMs = atMs
  visit.failure = undefined
  visit.awaitsAnswer = false
}

/** Whether a redrive continues it: nothing has led on from it, or from what is around it. */
function mayContinue(visit: Visit): boolean {
  return [visit, ...around(visit)].every(({ exitedMs, isSuperseded }) => exitedMs === undefined && !isSuperseded)
}

function reopen(visit: Visit, { at }: HistoryEvent): void {
  visit.ending = undefined
  visit.hasFailed = false
  if (working.includes(visit.type)) visit.failure = undefined
  else begin(visit, Date.parse(at))
  for (const [index, status] of visit.iterations) if (status !== 'succeeded') visit.iterations.set(index, 'inProgress')
}

/** The visits around one, the innermost first. */
function around({ parent }: Visit): Visit[] {
  return parent ? [parent, ...around(parent)] : []
}

/** All that is inside of a visit. */
function inside({ children }: Visit): Visit[] {
  return children.flatMap((child) => [child, ...inside(child)])
}

/** The visit, or the innermost one around it, that has no exit yet and is wanted. */
function climb(visit: Visit | undefined, wanted: (visit: Visit) => boolean): Visit | undefined {
  if (!visit) return undefined
  return [visit, ...around(visit)].find((each) => each.exitedMs === undefined && wanted(each))
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
