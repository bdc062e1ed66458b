import { arrange, type Box, type Point, type Size } from './arrange.ts'
import { type Group, innerGroups, type State, type Transition, transitionsFrom } from './machine.ts'
import { textWidth, wrapped } from './text-width.ts'
import { typeLabel } from './type-label.ts'

/** A state machine as a picture: what to draw, and where, in pixels. */
export interface MachinePicture extends Size {
  /** States that contain others come before those. */
  states: StateNode[]
  /** Where groups start and end. */
  ends: EndNode[]
  edges: Edge[]
}

export interface StateNode extends Box {
  name: string
  /** The name in lines that fit into the box. */
  lines: string[]
  /** The state's type, and what tells it apart from others of the type. */
  type: string
  /** Whether other states are inside of it. */
  isContainer: boolean
  /** Whether it is a Map state or inside of one, so that it has a status for each iteration. */
  isRepeated: boolean
}

export interface EndNode extends Box {
  kind: 'start' | 'end'
  /** The Parallel or Map state around it; undefined where the run starts and ends. */
  parent: string | undefined
}

/** All transitions from one state to another: either those of errors that it catches, or the others. */
export interface Edge {
  /** The name of a state; undefined for where the group starts. */
  from: string | undefined
  /** The name of a state; undefined for where the group ends. */
  to: string | undefined
  isCatch: boolean
  /** The Parallel or Map state around both. */
  parent: string | undefined
  points: Point[]
  /** Empty for the one from where a group starts. */
  transitions: Transition[]
  label: EdgeLabel | undefined
}

export interface EdgeLabel extends Box {
  /** Those that fit. */
  lines: string[]
  text: string
}

/** Sizes of fonts, in pixels. The style sheet has the same. */
export const fontSizes = { name: 13, type: 11, status: 12, label: 11 }
/** Heights of the rows of a state, in pixels. */
export const rows = { type: 15, name: 17, status: 20, counts: 18, label: 14 }
/** Between the border of a state and its text, in pixels. */
export const padding = 10
/** All states are as wide, so that they stand in columns. `Waiting, 23 h 59 min` fits. */
const stateWidth = 196
/** Beside the type, for the number of attempts, in pixels. */
const attemptsWidth = 28
/** Around and between the branches of a Parallel state, in pixels. */
const inside = { margin: 14, gap: 20 }
/** Enough for the longest name, of 80 characters. */
const mostNameLines = 5
const edgeLabel = { width: 150, mostLines: 2 }
const labelPadding = 4
const outerEnd = { width: 64, height: 28 }
const innerEnd = { width: 10, height: 10 }

/** Draws a machine that Step Functions accepts. */
export function machinePicture(machine: Group): MachinePicture {
  return groupPicture(machine, { parent: undefined, isRepeated: false })
}

interface Around {
  parent: string | undefined
  isRepeated: boolean
}

function groupPicture({ StartAt, States }: Group, around: Around): MachinePicture {
  const states = Object.entries(States).map(([name, state]) => stateInside(name, state, around))
  const transitions = Object.entries(States).flatMap(([name, state]) => transitionsFrom(name, state))
  const edges = [{ from: undefined, to: StartAt, isCatch: false, transitions: [] }, ...joined(transitions)].map(
    (edge) => ({ ...edge, label: labelOf(edge.transitions.flatMap(({ label }) => label || []).join(' or ')) }),
  )
  const endSize = around.parent === undefined ? outerEnd : innerEnd
  const kinds = transitions.some(({ to }) => to === undefined) ? (['start', 'end'] as const) : (['start'] as const)
  // The start comes first: a loop is then closed by the transition that leads back.
  const nodes: Size[] = [endSize, ...states.map(({ node }) => node), ...(kinds[1] ? [endSize] : [])]
  const places = new Map(states.map(({ node: { name } }, index) => [name, index + 1]))
  const { boxes, lines, ...size } = arrange(
    nodes,
    edges.map(({ from, to, isCatch, label }) => ({
      from: from === undefined ? 0 : (places.get(from) ?? 0),
      to: to === undefined ? nodes.length - 1 : (places.get(to) ?? 0),
      label,
      weight: isCatch ? 1 : 4,
    })),
  )
  const picture: MachinePicture = {
    ...size,
    states: states.map(({ node }, index) => ({ ...node, ...boxes[index + 1] })),
    ends: kinds.map((kind) => ({ kind, parent: around.parent, ...at(boxes, kind === 'start' ? 0 : -1) })),
    edges: edges.map((edge, index) => {
      const { points, label } = at(lines, index)
      return { ...edge, parent: around.parent, points, label: edge.label && label && { ...edge.label, ...label } }
    }),
  }
  for (const [index, { inner }] of states.entries()) {
    const { x, y } = at(boxes, index + 1)
    for (const { offset, ...group } of inner) include(picture, group, { x: x + offset.x, y: y + offset.y })
  }
  return picture
}

function at<T>(list: T[], index: number): T {
  const found = list.at(index)
  if (found === undefined) throw new Error(`The layout has no element ${index}.`)
  return found
}

/** Adds what is inside of a state to the picture around it, moved to its place. */
function include(picture: MachinePicture, { states, ends, edges }: MachinePicture, by: Point): void {
  const moved = <T extends Point>(each: T): T => ({ ...each, x: each.x + by.x, y: each.y + by.y })
  picture.states.push(...states.map(moved))
  picture.ends.push(...ends.map(moved))
  picture.edges.push(
    ...edges.map((edge) => ({ ...edge, points: edge.points.map(moved), label: edge.label && moved(edge.label) })),
  )
}

/** A state, its size, and what is inside of it, from its own upper left corner. */
function stateInside(name: string, state: State, { isRepeated: outer }: Around) {
  const isRepeated = outer || state.Type === 'Map'
  const groups = innerGroups(state).map((group) => groupPicture(group, { parent: name, isRepeated }))
  const widths = groups.map(({ width }) => width)
  const width = Math.max(stateWidth, sum(widths) + inside.gap * (groups.length - 1) + 2 * inside.margin)
  const textSpace = width - 2 * padding
  const lines = wrapped(name, textSpace, fontSizes.name, mostNameLines)
  const header = rows.type + rows.name * lines.length + rows.status + (isRepeated ? rows.counts : 0) + 2 * padding
  // In the middle, if the state is wider than its branches.
  let x = (width - sum(widths) - inside.gap * (groups.length - 1)) / 2
  const inner = groups.map((group) => {
    const offset = { x, y: header }
    x += group.width + inside.gap
    return { ...group, offset }
  })
  const tallest = Math.max(...groups.map(({ height }) => height))
  const node: StateNode = {
    ...{ x: 0, y: 0, width, height: groups.length === 0 ? header : header + tallest + inside.margin },
    ...{ name, lines, type: typeLabel(state, textSpace - attemptsWidth, fontSizes.type) },
    ...{ isContainer: groups.length > 0, isRepeated },
  }
  return { node, inner }
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

/** One edge for all transitions of a kind between two states: of which one a run has taken, its history does not say. */
function joined(transitions: Transition[]): Pick<Edge, 'from' | 'to' | 'isCatch' | 'transitions'>[] {
  const edges = new Map<string, Pick<Edge, 'from' | 'to' | 'isCatch' | 'transitions'>>()
  for (const transition of transitions) {
    const { from, to, kind } = transition
    const key = JSON.stringify([from, to, kind === 'catch'])
    const edge = edges.get(key) ?? { from, to, isCatch: kind === 'catch', transitions: [] }
    edge.transitions.push(transition)
    edges.set(key, edge)
  }
  return [...edges.values()]
}

/** A text at an edge; undefined for none. */
export function labelOf(text: string, most = edgeLabel): EdgeLabel | undefined {
  if (text === '') return undefined
  const lines = wrapped(text, most.width, fontSizes.label, most.mostLines)
  const width = Math.ceil(Math.max(...lines.map((line) => textWidth(line, fontSizes.label)))) + 2 * labelPadding
  return { x: 0, y: 0, width, height: lines.length * rows.label + labelPadding, lines, text }
}
