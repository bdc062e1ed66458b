import { Graph, layout } from '@dagrejs/dagre'

/** A size in pixels. */
export interface Size {
  width: number
  height: number
}

export interface Point {
  x: number
  y: number
}

/** A rectangle; `x` and `y` are its upper left corner. */
export interface Box extends Point, Size {}

/** A line between two nodes, which are named by their places in the list of nodes. */
export interface Link {
  from: number
  to: number
  /** The size of what is written at the line. */
  label?: Size | undefined
  /** How much it matters that the line is short and straight: 1 for the least. */
  weight?: number
}

export interface Line {
  /**
   * From the border of one node to the border of the other. Between points with the same `x` it is beside nodes, and
   * straight. Where both coordinates differ it is between two layers, and may be curved.
   */
  points: Point[]
  label?: Box | undefined
}

export interface Arranged extends Size {
  /** One for each node, in their order. */
  boxes: Box[]
  /** One for each link, in their order. */
  lines: Line[]
}

/** Distances between things, in pixels. */
const apart = { nodesep: 28, edgesep: 20, ranksep: 44 }

/** With more nodes the library takes more than a second and, from some thousands on, more stack than there is. */
const mostNodes = 600

/**
 * Places nodes in layers, so that links lead down, and as few as possible cross. No node overlaps another, and no line
 * crosses a node. The upper left corner of all is 0, 0. Very many nodes are placed in a column, without labels.
 */
export function arrange(nodes: readonly Size[], links: readonly Link[]): Arranged {
  if (nodes.length > mostNodes) return inColumn(nodes, links)
  const graph = new Graph({ multigraph: true })
  graph.setGraph(apart)
  const loops = loopsOf(links)
  // The library keeps nodes in plain objects, where a name such as __proto__ would not do: it gets numbers.
  for (const [index, { width, height }] of nodes.entries()) {
    graph.setNode(String(index), { width: width + 2 * loopSpace(loops.get(index)), height })
  }
  const between = [...links.entries()].filter(([, { from, to }]) => from !== to)
  for (const [index, { from, to, label, weight = 1 }] of between) {
    graph.setEdge(String(from), String(to), { ...label, weight, labelpos: 'c' }, String(index))
  }
  layout(graph)
  const centred = nodes.map(({ width, height }, index): Box => {
    const { x, y }: Point = graph.node(String(index))
    return { x, y, width, height }
  })
  const routed = between.map(([index, { from, to, label }]): Routed => {
    const {
      x = 0,
      y = 0,
      points,
    }: Partial<Point> & { points: Point[] } = graph.edge(...([String(from), String(to), String(index)] as const))
    return { index, from, to, points, label: label && { ...label, x, y } }
  })
  const lines = [...alongLayers(centred, routed), ...drawnLoops(centred, loops)]
  lines.sort((a, b) => a.index - b.index)
  return fromOrigin(
    centred.map(cornered),
    lines.map(({ points, label }) => ({ points, label: label && cornered(label) })),
  )
}

/** The library's boxes have their centre as `x` and `y`. */
function cornered({ x, y, width, height }: Box): Box {
  return { x: x - width / 2, y: y - height / 2, width, height }
}

interface Routed extends Line {
  /** Its place in the list of links. */
  index: number
  from: number
  to: number
}

/**
 * The library leads lines from centre to centre of the layers, which cuts the corners of nodes that are higher than
 * others. So lines leave and enter nodes at the bottom or the top, and pass each layer straight down.
 */
function alongLayers(nodes: readonly Box[], lines: readonly Routed[]): Routed[] {
  const heights = layerHeights(nodes, lines)
  const halfLayer = ({ y }: Point) => (heights.get(Math.round(y)) ?? 0) / 2
  const ports = portsOf(nodes, lines)
  return lines.map((line) => {
    const [from, to] = [nodes[line.from], nodes[line.to]]
    if (!from || !to) return line
    const down = Math.sign(to.y - from.y)
    const start = ports.get(`${line.index} from`) ?? from.x
    const end = ports.get(`${line.index} to`) ?? to.x
    const between = line.points.slice(1, -1).flatMap(({ x, y }) => {
      const half = down * halfLayer({ x, y })
      return [
        { x, y: y - half },
        { x, y: y + half },
      ]
    })
    const points = [
      { x: start, y: from.y + (down * from.height) / 2 },
      { x: start, y: from.y + down * halfLayer(from) },
      ...between,
      { x: end, y: to.y - down * halfLayer(to) },
      { x: end, y: to.y - (down * to.height) / 2 },
    ]
    return { ...line, points: points.filter(({ x, y }, at) => x !== points[at - 1]?.x || y !== points[at - 1]?.y) }
  })
}

/** The heights of layers, by the `y` that is the centre of all that is in a layer. */
function layerHeights(nodes: readonly Box[], lines: readonly Routed[]): Map<number, number> {
  const heights = new Map<number, number>()
  for (const { y, height } of [...nodes, ...lines.flatMap(({ label }) => label ?? [])]) {
    heights.set(Math.round(y), Math.max(height, heights.get(Math.round(y)) ?? 0))
  }
  return heights
}

/** Where lines leave and enter nodes: side by side, in the order in which they go on, so that they do not cross there. */
function portsOf(nodes: readonly Box[], lines: readonly Routed[]): Map<string, number> {
  const sides = new Map<string, { key: string; next: number; node: Box }[]>()
  const add = (side: string, port: { key: string; next: number; node: Box }) =>
    sides.set(side, [...(sides.get(side) ?? []), port])
  for (const { index, from, to, points } of lines) {
    const [source, target] = [nodes[from], nodes[to]]
    if (!source || !target) continue
    const down = target.y > source.y
    // Between two nodes of a line there is at least one layer, for its label.
    const [second, last] = [points[1], points.at(-2)]
    add(`${from} ${down}`, { key: `${index} from`, next: second?.x ?? 0, node: source })
    add(`${to} ${!down}`, { key: `${index} to`, next: last?.x ?? 0, node: target })
  }
  const ports = new Map<string, number>()
  for (const side of sides.values()) {
    side.sort((a, b) => a.next - b.next)
    for (const [index, { key, node }] of side.entries()) {
      ports.set(key, node.x + node.width * ((index + 1) / (side.length + 1) - 0.5))
    }
  }
  return ports
}

interface Loop {
  index: number
  label: Size | undefined
}

/** The links from a node to itself, by the node. The library places them anywhere to the right, so it does not get them. */
function loopsOf(links: readonly Link[]): Map<number, Loop[]> {
  const loops = new Map<number, Loop[]>()
  for (const [index, { from, to, label }] of links.entries()) {
    if (from === to) loops.set(from, [...(loops.get(from) ?? []), { index, label }])
  }
  return loops
}

/** How far the innermost loop goes out, how much further each next one does, and how far labels are from them, in pixels. */
const loopSizes = { first: 18, step: 10, toLabel: 4 }
const loopWidth = (count: number) => loopSizes.first + loopSizes.step * (count - 1) + loopSizes.toLabel

/** The space that the loops of a node need at its right side. */
function loopSpace(loops: readonly Loop[] = []): number {
  return loops.length === 0 ? 0 : loopWidth(loops.length) + Math.max(...loops.map(({ label }) => label?.width ?? 0))
}

/** Loops lie around each other at the right side of their node, with their labels one below the other. */
function drawnLoops(nodes: readonly Box[], loops: ReadonlyMap<number, Loop[]>): Routed[] {
  return [...loops].flatMap(([node, own]) => {
    const { x = 0, y = 0, width = 0 } = nodes[node] ?? {}
    const right = x + width / 2
    let labelTop = y - own.reduce((sum, { label }) => sum + (label?.height ?? 0), 0) / 2
    return own.map(({ index, label }, place): Routed => {
      const out = right + loopSizes.first + loopSizes.step * place
      const half = 10 + 7 * place
      const points = [
        { x: right, y: y - half },
        { x: out, y: y - half },
        { x: out, y: y + half },
        { x: right, y: y + half },
      ]
      if (!label) return { index, from: node, to: node, points }
      const middle = { x: right + loopWidth(own.length) + label.width / 2, y: labelTop + label.height / 2 }
      labelTop += label.height
      return { index, from: node, to: node, points, label: { ...label, ...middle } }
    })
  })
}

/** How many lines beside a column lie side by side, before the next one lies on the first. */
const lanes = 12

/** The nodes one below the other: links to the next one lead down, and the others along the right side. */
function inColumn(nodes: readonly Size[], links: readonly Link[]): Arranged {
  const widest = Math.max(...nodes.map(({ width }) => width))
  let y = 0
  const boxes = nodes.map(({ width, height }): Box => {
    const box = { x: (widest - width) / 2, y, width, height }
    y += height + apart.ranksep
    return box
  })
  const lines = links.map(({ from, to }, index): Line => {
    const [source, target] = [boxes[from], boxes[to]]
    if (!source || !target) return { points: [] }
    if (to === from + 1) {
      return {
        points: [
          { x: widest / 2, y: source.y + source.height },
          { x: widest / 2, y: target.y },
        ],
      }
    }
    const out = widest + apart.nodesep + (index % lanes) * (apart.edgesep / 2)
    const [leaves, enters] = [source.y + (source.height * 2) / 3, target.y + target.height / 3]
    return {
      points: [
        { x: source.x + source.width, y: leaves },
        { x: out, y: leaves },
        { x: out, y: enters },
        { x: target.x + target.width, y: enters },
      ],
    }
  })
  return fromOrigin(boxes, lines)
}

function fromOrigin(boxes: Box[], lines: Line[]): Arranged {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  const include = ({ x, y, width, height }: Box) => {
    left = Math.min(left, x)
    top = Math.min(top, y)
    right = Math.max(right, x + width)
    bottom = Math.max(bottom, y + height)
  }
  for (const box of boxes) include(box)
  for (const { points, label } of lines) {
    for (const point of points) include({ ...point, width: 0, height: 0 })
    if (label) include(label)
  }
  if (boxes.length === 0) return { boxes, lines, width: 0, height: 0 }
  const moved = <T extends Point>(each: T): T => ({ ...each, x: round(each.x - left), y: round(each.y - top) })
  return {
    width: round(right - left),
    height: round(bottom - top),
    boxes: boxes.map(moved),
    lines: lines.map(({ points, label }) => ({ points: points.map(moved), label: label && moved(label) })),
  }
}

/** A tenth of a pixel is enough, and makes pictures a third shorter. */
function round(pixels: number): number {
  return Math.round(pixels * 10) / 10
}
