import fc from 'fast-check'
import { fitted, textWidth, wrapped } from './text-width.ts'

test('a name is broken between its words', () => {
  expect(wrapped('TriggerNotificationForCustomer', 150, 13, 3)).toEqual(['TriggerNotification', 'ForCustomer'])
  expect(wrapped('Wait for the second reminder', 130, 13, 3)).toEqual(['Wait for the', 'second reminder'])
  expect(wrapped('Wait', 130, 13, 3)).toEqual(['Wait'])
})

test('a text that is too long ends in an ellipsis', () => {
  expect(wrapped('one two three four five six', 60, 13, 2)).toEqual(['one two', 'three f…'])
  expect(fitted('abcdefgh', 40, 13)).toBe('abc…')
})

test('lines are never wider than they may be, nor more, and nothing is lost if there are enough of them', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 80 })
  fc.assert(
    fc.property(text, fc.nat(4), (text, more) => {
      const lines = wrapped(text, 150, 13, more + 1)
      expect(lines.length).toBeLessThanOrEqual(more + 1)
      for (const line of lines) expect(textWidth(line, 13)).toBeLessThanOrEqual(150)
      const letters = (text: string) => text.replace(/\s/g, '')
      expect(letters(wrapped(text, 150, 13, 80).join(''))).toBe(letters(text))
    }),
  )
})
