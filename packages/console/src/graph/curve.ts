import type { Point } from './arrange.ts'

/** How long the head of an arrow is, and how wide half of it, in pixels. */
const head = { length: 8, halfWidth: 4 }

/** An arrow along points, as two paths of SVG: the line, and the head at its end. */
export function arrow(points: readonly Point[]): { line: string; head: string } {
  const tip = points.at(-1)
  const before = points.at(-2)
  if (!tip || !before) return { line: '', head: '' }
  const along = unit(before, tip)
  const base = { x: tip.x - along.x * head.length, y: tip.y - along.y * head.length }
  const side = (by: number) => ({ x: base.x - along.y * by, y: base.y + along.x * by })
  return {
    line: curve([...points.slice(0, -1), base]),
    head: `M${at(tip)}L${at(side(head.halfWidth))}L${at(side(-head.halfWidth))}Z`,
  }
}

/** The last step as one of length 1. A curve arrives vertically. */
function unit(from: Point, to: Point): Point {
  const [x, y] = [to.x - from.x, to.y - from.y]
  return y === 0 ? { x: Math.sign(x), y: 0 } : { x: 0, y: Math.sign(y) }
}

/** Straight where one coordinate stays the same. Elsewhere it leaves and arrives vertically. */
function curve([first, ...others]: readonly Point[]): string {
  if (!first) return ''
  let from = first
  let path = `M${at(first)}`
  for (const to of others) {
    const middle = round((from.y + to.y) / 2)
    if (from.x === to.x || from.y === to.y) path += `L${at(to)}`
    else path += `C${from.x},${middle} ${to.x},${middle} ${at(to)}`
    from = to
  }
  return path
}

function at({ x, y }: Point): string {
  return `${round(x)},${round(y)}`
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10
}
