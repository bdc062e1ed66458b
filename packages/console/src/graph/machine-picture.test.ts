import fc from 'fast-check'
import type { Box } from './arrange.ts'
import { allStates, type Group, type Placed, type State, transitionsFrom } from './machine.ts'
import { type MachinePicture, machinePicture } from './machine-picture.ts'
import { edgeKey } from './run-states.ts'
import { machines } from './test/machines.ts'

const overlap = (a: Box, b: Box) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
/** Coordinates are rounded to a tenth of a pixel. */
const tolerance = 0.11
const isInside = (inner: Box, outer: Box) =>
  inner.x >= outer.x - tolerance &&
  inner.y >= outer.y - tolerance &&
  inner.x + inner.width <= outer.x + outer.width + tolerance &&
  inner.y + inner.height <= outer.y + outer.height + tolerance

/** The states around a state, the innermost first. */
function around(name: string | undefined, places: ReadonlyMap<string, Placed>): string[] {
  const parent = name === undefined ? undefined : places.get(name)?.parent
  return parent === undefined ? [] : [parent, ...around(parent, places)]
}

/** What is wrong with where boxes stand. */
function misplaced(machine: Group, { states, ends, width, height }: MachinePicture): string[] {
  const places = allStates(machine)
  const whole = { x: 0, y: 0, width, height }
  const boxes = [
    ...states.map((state) => ({ ...state, around: around(state.name, places) })),
    ...ends.map((end) => ({
      ...{ ...end, name: `${end.kind} of ${end.parent}` },
      around: end.parent === undefined ? [] : [end.parent, ...around(end.parent, places)],
    })),
  ]
  return boxes.flatMap((a, index) => {
    const others = boxes.slice(index + 1).flatMap((b) => {
      const [inner, outer] = a.around.includes(b.name) ? [a, b] : [b, a]
      if (inner.around.includes(outer.name)) return isInside(inner, outer) ? [] : `${inner.name} leaves ${outer.name}`
      return overlap(a, b) ? `${a.name} overlaps ${b.name}` : []
    })
    return isInside(a, whole) ? others : [...others, `${a.name} leaves the picture`]
  })
}

/** The edges that cross a node: curves stay within the rectangle between their ends. */
function crossing({ states, ends, edges }: MachinePicture, places: ReadonlyMap<string, Placed>): string[] {
  return edges.flatMap(({ from, to, parent, points }) => {
    const boxes = [
      ...states.filter(({ name }) => places.get(name)?.parent === parent),
      ...ends.filter((end) => end.parent === parent),
    ]
    return points.slice(1).flatMap((point, index) => {
      const before = points[index] ?? point
      const between = {
        x: Math.min(before.x, point.x) + tolerance,
        y: Math.min(before.y, point.y) + tolerance,
        width: Math.abs(before.x - point.x) - 2 * tolerance,
        height: Math.abs(before.y - point.y) - 2 * tolerance,
      }
      return boxes.some((box) => overlap(between, box)) ? `${from} to ${to}` : []
    })
  })
}

function check(machine: Group, picture: MachinePicture): void {
  const { states, edges, width, height } = picture
  const places = allStates(machine)
  expect(states.map(({ name }) => name).sort()).toEqual([...places.keys()].sort())
  expect(misplaced(machine, picture)).toEqual([])
  expect(crossing(picture, places)).toEqual([])

  const drawn = edges.flatMap(({ transitions }) => transitions)
  const defined = [...places].flatMap(([name, { state }]) => transitionsFrom(name, state))
  const sorted = (list: object[]) => list.map((each) => JSON.stringify(each)).sort()
  expect(sorted(drawn)).toEqual(sorted(defined))
  expect(new Set(edges.map(edgeKey)).size).toBe(edges.length)
  const whole = { x: 0, y: 0, width, height }
  for (const { from, to, transitions, points } of edges) {
    expect(transitions.filter((each) => each.from !== from || each.to !== to)).toEqual([])
    expect(points.length).toBeGreaterThan(1)
    expect(points.filter((point) => !isInside({ ...point, width: 0, height: 0 }, whole))).toEqual([])
  }
}

test('any machine: each state is drawn once and within the ones around it, each transition has an edge, and nothing overlaps', () => {
  fc.assert(
    fc.property(machines, (machine) => check(machine, machinePicture(machine))),
    // To look for a smaller example would take minutes.
    { numRuns: 60, endOnFailure: true },
  )
})

test('a machine with thousands of states is drawn too, in a column', () => {
  const count = 3000
  const states = Array.from({ length: count }, (_, index): [string, State] => [
    `S${index}`,
    index === count - 1
      ? { Type: 'Succeed' }
      : { Type: 'Task', Next: `S${index + 1}`, Catch: [{ ErrorEquals: ['States.ALL'], Next: `S${index >> 1}` }] },
  ])
  const machine = { StartAt: 'S0', States: Object.fromEntries(states) }
  const { states: drawn, edges, ...picture } = machinePicture(machine)
  expect(drawn).toHaveLength(count)
  expect(edges).toHaveLength(2 * count)
  // Each with the next one only: all pairs would take long.
  const few = drawn.slice(0, 40)
  const ends = picture.ends.filter(({ kind }) => kind === 'start')
  const some = edges.filter(({ from, to }) => [from, to].every((name = 'S0') => Number(name.slice(1)) < 40))
  expect(misplaced(machine, { ...picture, states: few, ends, edges })).toEqual([])
  expect(crossing({ ...picture, states: few, ends, edges: some }, allStates(machine))).toEqual([])
})
