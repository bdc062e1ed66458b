import type { Box, Point } from './arrange.ts'

interface Named extends Box {
  name: string
}

/** The height of the first lines of a state, in pixels: a state with others inside of it is reached there. */
const header = 60

const directions = new Map<string, Point>([
  ['ArrowDown', { x: 0, y: 1 }],
  ['ArrowUp', { x: 0, y: -1 }],
  ['ArrowRight', { x: 1, y: 0 }],
  ['ArrowLeft', { x: -1, y: 0 }],
])

/** The box that a key leads to from another one: the nearest in the direction of an arrow, the first, or the last. */
export function nearest(boxes: readonly Named[], from: string, key: string): string | undefined {
  if (key === 'Home') return boxes[0]?.name
  if (key === 'End') return boxes.at(-1)?.name
  const direction = directions.get(key)
  const start = boxes.find(({ name }) => name === from)
  if (!direction || !start) return undefined
  const origin = middle(start)
  let found: string | undefined
  let least = Infinity
  for (const box of boxes) {
    const to = middle(box)
    const [x, y] = [to.x - origin.x, to.y - origin.y]
    const ahead = x * direction.x + y * direction.y
    // What is beside the way is twice as far.
    const distance = ahead + 2 * Math.abs(x * direction.y - y * direction.x)
    if (ahead > 0 && distance < least) {
      least = distance
      found = box.name
    }
  }
  return found
}

function middle({ x, y, width, height }: Box): Point {
  return { x: x + width / 2, y: y + Math.min(height, header) / 2 }
}
