import { nearest } from './nearest.ts'

const box = (name: string, x: number, y: number) => ({ name, x, y, width: 10, height: 10 })
const boxes = [box('top', 50, 0), box('left', 0, 50), box('right', 60, 50), box('bottom', 50, 100)]

test.each([
  ['top', 'ArrowDown', 'right'],
  ['left', 'ArrowRight', 'right'],
  ['right', 'ArrowLeft', 'left'],
  ['right', 'ArrowDown', 'bottom'],
  ['bottom', 'ArrowUp', 'right'],
  ['top', 'ArrowUp', undefined],
  ['bottom', 'Home', 'top'],
  ['top', 'End', 'bottom'],
  ['top', 'Enter', undefined],
])('from %s, %s leads to %s', (from, key, to) => {
  expect(nearest(boxes, from, key)).toBe(to)
})
