import { arrow } from './curve.ts'

const from = { x: 0, y: 0 }

test('an arrow straight down, up and to a side ends before its head', () => {
  expect(arrow([from, { x: 0, y: 20 }])).toEqual({ line: 'M0,0L0,12', head: 'M0,20L-4,12L4,12Z' })
  expect(arrow([from, { x: 0, y: -20 }])).toEqual({ line: 'M0,0L0,-12', head: 'M0,-20L4,-12L-4,-12Z' })
  expect(arrow([from, { x: -20, y: 0 }])).toEqual({ line: 'M0,0L-12,0', head: 'M-20,0L-12,-4L-12,4Z' })
})

test('where an arrow goes aside, it leaves and arrives vertically', () => {
  const to = { x: 50, y: 28 }
  expect(arrow([from, to])).toEqual({ line: 'M0,0C0,10 50,10 50,20', head: 'M50,28L46,20L54,20Z' })
})

test('without two points there is nothing to draw', () => {
  expect(arrow([from])).toEqual({ line: '', head: '' })
})
