import fc from 'fast-check'
import { contrast, darkened } from './contrast.ts'

/** Among them the two greys that are nearest to 4.5 on white. */
test.each([
  ['#000000', '#ffffff', 21],
  ['#ffffff', '#ffffff', 1],
  ['#777777', '#ffffff', 4.47],
  ['#767676', '#ffffff', 4.54],
  ['#ff0000', '#ffffff', 3.99],
  ['#0000ff', '#ffffff', 8.59],
  ['#FFCC00', '#000000', 13.89],
])('the contrast of %s and %s is %s', (one, other, expected) => {
  expect(contrast(one, other)).toBeCloseTo(expected, 1)
  expect(contrast(other, one)).toBe(contrast(one, other))
})

test('a darker shade contrasts enough, and a colour that does is its own', () => {
  const colour = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0')}`)
  fc.assert(
    fc.property(colour, (one) => {
      const shade = darkened(one, '#ffffff')
      expect(contrast(shade, '#ffffff')).toBeGreaterThanOrEqual(4.5)
      if (contrast(one, '#ffffff') >= 4.5) expect(shade).toBe(one)
    }),
  )
})
