import { growth } from './steps.ts'

const letters = (n: number) => 'a'.repeat(n)

test.each<[string, (text: string) => unknown]>([
  ['a loop', (text) => [...text].reduce((count) => count + 1, 0)],
  ['a split', (text) => text.split('b')],
  [
    'a search from the end of the last match',
    (text) => {
      let found = 0
      for (let at = text.indexOf('a'); at >= 0; at = text.indexOf('a', at + 1)) found++
      return found
    },
  ],
  ['a regular expression', (text) => [...text.matchAll(/a/g)]],
])('%s counts steps in proportion to its input', (_, work) => {
  expect(
    growth((n) => {
      const text = letters(n)
      return () => work(text)
    }),
  ).toBeGreaterThan(1.7)
  expect(
    growth((n) => {
      const text = letters(n)
      return () => work(text)
    }),
  ).toBeLessThan(2.3)
})

test.each<[string, (text: string) => unknown]>([
  ['a loop in a loop', (text) => [...text].map(() => [...text].filter((letter) => letter === 'b'))],
  [
    'a text that is cut again and again',
    (text) => {
      let rest = text
      while (rest) rest = rest.slice(1)
      return rest
    },
  ],
  ['a search from the beginning for each letter', (text) => [...text].map(() => text.includes('b'))],
  ['a regular expression for each letter', (text) => [...text].map(() => /b/.test(text))],
])('%s is found to be quadratic', (_, work) => {
  expect(
    growth((n) => {
      const text = letters(n)
      return () => work(text)
    }, 500),
  ).toBeGreaterThan(3.5)
})
