import { isObject, type Json, type JsonObject } from '../values/json.ts'
import { didYouMean, fault, type Place } from './diagnostics.ts'

/** States that have transitions to each other: those of the machine, of a branch, or of an item processor. */
interface Group {
  states: [string, Json][]
  startAt: Json | undefined
  path: string
  /** The group whose state has these states. */
  outer?: Group | undefined
}

/** The states of a machine, and then those inside of each Parallel and Map state. */
export function groupsIn(machine: Json | undefined, path = '', outer?: Group): Group[] {
  if (!isObject(machine) || !isObject(machine.States)) return []
  const states = Object.entries(machine.States)
  const group = { states, startAt: machine.StartAt, path, outer }
  const nested = states.flatMap(([name, state]) => {
    if (!isObject(state)) return []
    const inside = `${path}/States/${name}`
    return [
      ...list(state.Branches).flatMap((branch, index) => groupsIn(branch, `${inside}/Branches[${index}]`, group)),
      ...['ItemProcessor', 'Iterator'].flatMap((field) => groupsIn(state[field], `${inside}/${field}`, group)),
    ]
  })
  return [group, ...nested]
}

/**
 * The faults of names and of transitions: names are unique in the whole machine, a transition leads to a state of the same
 * group, and there are a terminal state and a transition to each state. AWS requires no terminal state inside of Map and
 * Parallel states and, where the machine has none, reports no states out of reach.
 * @param reach whether to judge what can be reached, too: AWS does not if the states lack what they need
 */
export function checkTransitions(machine: JsonObject, root: Place, reach: boolean): void {
  const all = new Set<string>()
  for (const group of groupsIn(machine)) {
    const at = (path: string): Place => ({ ...root, path: `${group.path}${path}` })
    for (const [name] of group.states) {
      const here = at(`/States/${name}`)
      const invalid = (why: string) =>
        fault(here, `Invalid State name: State '${name}' ${why}`, { code: 'INVALID_STATE_NAME' })
      if (all.has(name)) fault(here, `Duplicate State name: ${name}`, { code: 'DUPLICATE_STATE_NAME' })
      if ([...name].length > 80) invalid('exceeds the 80-character limit allowed by the service')
      if (!/^\P{Cc}+$/u.test(name)) invalid(name ? 'contains control characters' : 'is empty')
      all.add(name)
    }
    const code = 'MISSING_TRANSITION_TARGET'
    const names = new Set(group.states.map(([name]) => name))
    const unreached = new Set(names)
    for (const { from, to, path } of transitions(group)) {
      if (!names.has(to)) fault(at(path), `Missing 'Next' target: ${to}`, { code, hint: didYouMean(to, names) })
      else if (from !== to) unreached.delete(to)
    }
    if (!reach) continue
    if (group.path === '' && !group.states.some(([, state]) => isTerminal(state))) {
      root.faults.push({ code: 'MISSING_END_STATE', message: 'Workflow has no terminal state' })
    } else {
      for (const name of unreached) fault(at(`/States/${name}`), `State "${name}" is not reachable.`, { code })
    }
  }
}

function isTerminal(state: Json): boolean {
  return isObject(state) && (state.Type === 'Succeed' || state.Type === 'Fail' || state.End === true)
}

/** The transitions between the states of a group, and the one to its first state. */
function transitions({ states, startAt }: Group): { from?: string; to: string; path: string }[] {
  const inStates = states.flatMap(([from, state]) => {
    if (!isObject(state)) return []
    const here = `/States/${from}`
    const ofRules = (field: string) =>
      list(state[field]).map((rule, index) => ({
        from,
        to: isObject(rule) ? rule.Next : undefined,
        path: `${here}/${field}[${index}]/Next`,
      }))
    const own = ['Next', 'Default'].map((field) => ({ from, to: state[field], path: `${here}/${field}` }))
    return [...own, ...ofRules('Choices'), ...ofRules('Catch')]
  })
  return [{ to: startAt, path: '/StartAt' }, ...inStates].flatMap((transition) =>
    typeof transition.to === 'string' ? [{ ...transition, to: transition.to }] : [],
  )
}

/**
 * The faults of variables: inside of a Map or Parallel state, none has the name of one that is assigned outside. AWS documents
 * that it refuses this; the words are not recorded.
 */
export function checkVariables(machine: JsonObject, root: Place): void {
  for (const { outer, ...group } of groupsIn(machine)) {
    const taken = new Set<string>()
    for (let around = outer; around; around = around.outer) {
      for (const { name } of assignments(around)) taken.add(name)
    }
    for (const { name, path } of assignments(group)) {
      if (!taken.has(name)) continue
      const message = `The variable name '${name}' was already defined in a parent scope.`
      fault({ ...root, path }, message, { code: 'DUPLICATE_VARIABLE_NAME' })
    }
  }
}

/** What the states of a group, their rules and their catchers assign. */
function assignments({ states, path }: Group): { name: string; path: string }[] {
  return states.flatMap(([stateName, state]) => {
    if (!isObject(state)) return []
    const here = `${path}/States/${stateName}`
    const rules = ['Choices', 'Catch'].flatMap((field) =>
      list(state[field]).map((rule, index): [Json, string] => [rule, `${here}/${field}[${index}]`]),
    )
    return [[state, here] as [Json, string], ...rules].flatMap(([from, place]) =>
      isObject(from) && isObject(from.Assign ?? null)
        ? Object.keys(from.Assign as JsonObject).map((name) => ({
            name: name.replace(/\.\$$/, ''),
            path: `${place}/Assign`,
          }))
        : [],
    )
  })
}

function list(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : []
}
