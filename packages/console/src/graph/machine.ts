import { type Rule, ruleLabel } from './rule-label.ts'

/** States that have transitions to each other: those of a machine, of a branch, or of an item processor. */
export interface Group {
  StartAt: string
  States: Record<string, State>
}

/** A state machine in the Amazon States Language, as far as a picture of it needs. */
export interface Machine extends Group {
  QueryLanguage?: string
}

/** A state. Fields that the picture does not need are missing here. */
export interface State {
  Type: string
  Comment?: string
  Next?: string
  End?: boolean
  Resource?: string
  Parameters?: unknown
  Arguments?: unknown
  Seconds?: unknown
  SecondsPath?: string
  Timestamp?: unknown
  TimestampPath?: string
  Choices?: Rule[]
  Default?: string
  Retry?: unknown[]
  Catch?: Catcher[]
  Branches?: Group[]
  ItemProcessor?: Group
  /** The former name of `ItemProcessor`. */
  Iterator?: Group
  Error?: unknown
}

export interface Catcher {
  ErrorEquals: string[]
  Next: string
}

/** A way from one state to another, or to the end. */
export interface Transition {
  from: string
  /** Undefined for the end of the group: of the run, of a branch or of an iteration. */
  to: string | undefined
  kind: 'next' | 'choice' | 'default' | 'catch'
  /** What must be true for it, in few words; empty if nothing must. */
  label: string
}

/** The groups inside of a state: the branches of a Parallel, the iteration of a Map. Empty for others. */
export function innerGroups({ Type, Branches, ItemProcessor, Iterator: former }: State): Group[] {
  if (Type === 'Parallel') return Branches ?? []
  const processor = Type === 'Map' ? (ItemProcessor ?? former) : undefined
  return processor ? [processor] : []
}

/** Where a state of the machine stands. */
export interface Placed {
  state: State
  /** The Parallel or Map state around it. */
  parent: string | undefined
}

/** Every state by its name, those inside of Parallel and Map states too: names are unique in the whole machine. */
export function allStates(machine: Group): Map<string, Placed> {
  const found = new Map<string, Placed>()
  const collect = (group: Group, parent: string | undefined) => {
    for (const [name, state] of Object.entries(group.States)) {
      found.set(name, { state, parent })
      for (const inner of innerGroups(state)) collect(inner, name)
    }
  }
  collect(machine, undefined)
  return found
}

/** The ways out of a state, in the order in which a run tries them. */
export function transitionsFrom(from: string, state: State): Transition[] {
  const own: Transition[] = []
  if (state.Type === 'Choice') {
    for (const rule of state.Choices ?? []) {
      own.push({ from, to: rule.Next, kind: 'choice', label: ruleLabel(rule) })
    }
    if (state.Default !== undefined) own.push({ from, to: state.Default, kind: 'default', label: 'otherwise' })
  } else own.push({ from, to: state.Next, kind: 'next', label: '' })
  const catchers = (state.Catch ?? []).map(
    ({ ErrorEquals, Next }): Transition => ({ from, to: Next, kind: 'catch', label: errorsLabel(ErrorEquals) }),
  )
  return [...own, ...catchers]
}

function errorsLabel(errors: string[]): string {
  return errors.map((error) => (error === 'States.ALL' ? 'any error' : error)).join(' or ')
}
