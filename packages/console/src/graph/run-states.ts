import type { HistoryEvent } from '../api.ts'
import { allStates, type Group, type Placed, transitionsFrom } from './machine.ts'
import type { Edge } from './machine-picture.ts'
import { isOpen, type Visit, visitsIn } from './visits.ts'

/** What became of a state in a run. In order: of several, the first is the most important. */
export const statuses = [
  'inProgress',
  'waiting',
  'failed',
  'timedOut',
  'aborted',
  /** It failed, and one of its catchers has led the run on. */
  'caught',
  'succeeded',
  'notStarted',
] as const
export type StateStatus = (typeof statuses)[number]

/** What a state in a run waits for: the end of a Wait, the next attempt, or a client's answer with the task's token. */
export interface Waiting {
  for: 'time' | 'retry' | 'answer'
  /** When it is over, in milliseconds since 1970; undefined if that is unknown. */
  untilMs: number | undefined
}

/** A state in a run. In a loop and after a redrive, its latest visit counts; inside of a Map state, the latest of each iteration. */
export interface StateInRun {
  name: string
  type: string
  status: StateStatus
  waiting: Waiting | undefined
  /** How often it has begun: entered in a loop, retried, redriven. Inside of a Map state, in the iteration with the most. */
  attempts: number
  enteredMs: number | undefined
  leftMs: number | undefined
  /** Where it led: names of states, undefined for the end. */
  next: (string | undefined)[]
  /** The error that it ended with, or met last. */
  error: string | undefined
  /** Of a Map state: how many iterations have each status. Inside of one: in how many iterations it has each status. */
  iterations: Partial<Record<StateStatus, number>> | undefined
}

export interface RunStates {
  /** Every state of the machine. */
  states: Map<string, StateInRun>
  /** The edges that the run has taken, by `edgeKey`. */
  taken: Set<string>
}

/** When a state goes on: for what the definition does not say, such as a Wait with a path, or a retry. */
export interface KnownWait {
  state: string
  untilMs: number
}

/** Tells an edge of a machine apart from all others. */
export function edgeKey({ parent, from, to, isCatch }: Pick<Edge, 'parent' | 'from' | 'to' | 'isCatch'>): string {
  return JSON.stringify([parent ?? null, from ?? null, to ?? null, isCatch])
}

/** What became of each state of a machine in a run, by the run's history, or by the later part of it. */
export function runStates(
  machine: Group,
  events: readonly HistoryEvent[],
  waits: readonly KnownWait[] = [],
): RunStates {
  const places = allStates(machine)
  const all = visitsIn(events, places)
  const byName = new Map<string, Visit[]>()
  for (const visit of all) byName.get(visit.state)?.push(visit) ?? byName.set(visit.state, [visit])
  const latest = latestVisits(byName, places)
  const states = new Map<string, StateInRun>()
  for (const [name, { state }] of places) {
    const visits = latest.get(name) ?? []
    const judged = visits.map((visit) => judge(visit, places, waits))
    const status = statuses.find((each) => judged.some((one) => one.status === each)) ?? 'notStarted'
    const entered = visits.flatMap(({ enteredMs = [] }) => enteredMs)
    const left = visits.flatMap(({ exitedMs = [] }) => exitedMs)
    states.set(name, {
      ...{ name, type: state.Type, status },
      waiting: status === 'waiting' ? firstOver(judged) : undefined,
      attempts: attempts(byName.get(name) ?? []),
      enteredMs: entered.length > 0 ? least(entered) : undefined,
      leftMs: left.length > 0 && left.length === visits.length ? greatest(left) : undefined,
      next: [...new Set(judged.flatMap(({ transition }) => (transition ? [transition.to] : [])))],
      error: judged.findLast(({ error }) => error !== undefined)?.error,
      iterations: isRepeated(name, places) ? iterations(state.Type, visits, judged) : undefined,
    })
  }
  return { states, taken: takenEdges(all, latest, places) }
}

type Places = ReadonlyMap<string, Placed>

function isRepeated(name: string, places: Places): boolean {
  const { state, parent } = places.get(name) ?? {}
  return state?.Type === 'Map' || (parent !== undefined && isRepeated(parent, places))
}

/** By name, the visits that count: of each state, the latest one, and of those in a Map state, the latest of each iteration. */
function latestVisits(byName: Map<string, Visit[]>, places: Places): Map<string, Visit[]> {
  const latest = new Map<string, Visit[]>()
  // States come after the ones around them.
  for (const [name, { parent }] of places) {
    const around = new Set(parent === undefined ? [undefined] : latest.get(parent))
    const found = new Map<string, Visit>()
    const order = new Map([...around].map((visit, index) => [visit, index]))
    for (const visit of byName.get(name) ?? []) {
      if (!visit.isSuperseded && around.has(visit.parent)) {
        found.set(`${order.get(visit.parent)} ${visit.iteration}`, visit)
      }
    }
    latest.set(name, [...found.values()])
  }
  return latest
}

interface Judged {
  status: StateStatus
  waiting?: Waiting
  error?: string | undefined
  transition?: { to: string | undefined; isCatch: boolean } | undefined
}

function judge(visit: Visit, places: Places, waits: readonly KnownWait[]): Judged {
  const { failure, ending, exitedMs } = visit
  const error = failure?.error
  if (exitedMs !== undefined) {
    const transition = transitionOf(visit, places)
    return transition?.isCatch || failure
      ? { status: 'caught', error, transition }
      : { status: 'succeeded', transition }
  }
  if (ending) {
    const isFail = visit.type === 'Fail' && ending === 'failed'
    return { status: ending, error, transition: isFail ? { to: undefined, isCatch: false } : undefined }
  }
  if (isCutShort(visit, places)) return { status: failure || hasEnded(visit) ? 'failed' : 'aborted', error }
  if (visit.awaitsAnswer) return { status: 'waiting', waiting: { for: 'answer', untilMs: undefined } }
  const known = waits.filter(({ state }) => state === visit.state).map(({ untilMs }) => untilMs)
  const untilMs = known.length > 0 ? least(known) : undefined
  if (visit.type === 'Wait' && !failure) {
    return { status: 'waiting', waiting: { for: 'time', untilMs: untilMs ?? definedEnd(visit, places) } }
  }
  if (isRetrying(visit, places) || (known.length > 0 && visit.type !== 'Wait')) {
    return { status: 'waiting', waiting: { for: 'retry', untilMs }, error }
  }
  return failure || hasEnded(visit) ? { status: 'failed', error } : { status: 'inProgress' }
}

/** Whether the state around it will begin again, as another branch has failed. Not every history says what that aborts. */
function isCutShort({ parent }: Visit, places: Places): boolean {
  return parent !== undefined && (isRetrying(parent, places) || isCutShort(parent, places))
}

const retrying = new WeakMap<Visit, boolean>()

/** Whether a state that has failed will begin again: as the run goes on, a state with a Retry does. */
function isRetrying(visit: Visit, places: Places): boolean {
  const known = retrying.get(visit)
  if (known !== undefined) return known
  const isWaiting = visit.failure ? true : visit.children.some((child) => isLost(child, places))
  const answer = isWaiting && isOpen(visit) && !visit.hasFailed && places.get(visit.state)?.state.Retry !== undefined
  retrying.set(visit, answer)
  return answer
}

function hasEnded({ ending, type, hasFailed }: Visit): boolean {
  return ending === 'failed' || ending === 'timedOut' || type === 'Fail' || hasFailed
}

/** Whether a state has failed for good, and with it its branch. */
function isLost(visit: Visit, places: Places): boolean {
  if (visit.isSuperseded || visit.exitedMs !== undefined) return false
  return hasEnded(visit) || (isOpen(visit) && visit.failure !== undefined && !isRetrying(visit, places))
}

/** When a Wait is over, if its definition says so. */
function definedEnd({ state, sinceMs }: Visit, places: Places): number | undefined {
  const { Seconds, Timestamp } = places.get(state)?.state ?? {}
  if (typeof Seconds === 'number') return sinceMs + Seconds * 1000
  const at = typeof Timestamp === 'string' ? Date.parse(Timestamp) : NaN
  return Number.isNaN(at) ? undefined : at
}

/** Which way a visit went on: by its failure, or else by where it led. Undefined if it has not yet. */
function transitionOf(visit: Visit, places: Places): Judged['transition'] {
  const { state } = places.get(visit.state) ?? {}
  // The state that it led to comes with the next events: a catcher never leads to the end.
  if (!state || (visit.failure && !visit.next)) return undefined
  const to = visit.next?.state
  const ways = transitionsFrom(visit.state, state).filter((way) => way.to === to)
  const isCatch = (way: { kind: string }) => way.kind === 'catch'
  const way = ways.find((each) => isCatch(each) === (visit.failure !== undefined)) ?? ways[0]
  return way && { to, isCatch: isCatch(way) }
}

function firstOver(judged: Judged[]): Waiting | undefined {
  const waits = judged.flatMap(({ waiting }) => waiting ?? [])
  const first = least(waits.map(({ untilMs = Infinity }) => untilMs))
  return waits.find(({ untilMs = Infinity }) => untilMs === first)
}

/** How often the work of a state has begun, in the iteration in which that was most often. */
function attempts(visits: Visit[]): number {
  const counts = new Map<string, number>()
  for (const visit of visits) {
    const path = pathOf(visit)
    counts.set(path, (counts.get(path) ?? 0) + Math.max(1, visit.begun))
  }
  return greatest([0, ...counts.values()])
}

/** The iterations that a visit is in. */
function pathOf({ parent, iteration }: Visit): string {
  return parent ? `${pathOf(parent)} ${iteration ?? ''}` : ''
}

function iterations(type: string, visits: Visit[], judged: Judged[]): StateInRun['iterations'] {
  const counts: Partial<Record<StateStatus, number>> = {}
  const count = (status: StateStatus, more = 1) => {
    if (more > 0) counts[status] = (counts[status] ?? 0) + more
  }
  if (type !== 'Map') for (const { status } of judged) count(status)
  else {
    for (const visit of visits) {
      for (const [index, status] of visit.iterations) {
        const isCut = status === 'inProgress' && visit.ending !== undefined
        count(isCut ? cutStatus(visit, index) : status)
      }
      count('notStarted', visit.length - visit.iterations.size)
    }
  }
  return counts
}

/** What became of an iteration whose end the history does not record, as the run ended. */
function cutStatus({ children, ending = 'aborted' }: Visit, index: number): StateStatus {
  const hasFailed = children.some((child) => child.iteration === index && child.ending === 'failed')
  return hasFailed ? 'failed' : ending === 'failed' ? 'aborted' : ending
}

function takenEdges(all: Visit[], latest: Map<string, Visit[]>, places: Places): Set<string> {
  const taken = new Set<string>()
  for (const visit of all) {
    const { state, parent } = visit
    if (visit.isSuperseded || (parent && !latest.get(parent.state)?.includes(parent))) continue
    if (visit.isFirst) taken.add(edgeKey({ parent: parent?.state, from: undefined, to: state, isCatch: false }))
    const { transition } = judge(visit, places, [])
    if (transition) taken.add(edgeKey({ parent: parent?.state, from: state, ...transition }))
  }
  return taken
}

function least(numbers: number[]): number {
  return numbers.reduce((a, b) => Math.min(a, b), Infinity)
}

function greatest(numbers: number[]): number {
  return numbers.reduce((a, b) => Math.max(a, b), -Infinity)
}
