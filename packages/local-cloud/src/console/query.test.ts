import { logFilterIn, numberOf, pageIn } from './query.ts'

const query = (text: string) => new URLSearchParams(text)

test('a query says which page of a list is wanted, and which lines of the logs', () => {
  expect(pageIn(query(''))).toEqual({ after: undefined, limit: 50 })
  expect(pageIn(query('after=30&limit=200'))).toEqual({ after: '30', limit: 200 })
  expect(logFilterIn(query(''))).toEqual({ function: undefined, text: [], level: undefined })
  expect(logFilterIn(query('function=a&trace=t&q=x&level=error'))).toEqual({
    ...{ function: 'a', text: ['t', 'x'], level: 'error' },
  })
  expect(numberOf('30')).toBe(30)
})

test.each(['0', '201', '1.5', '1e9', 'x', ''])('a page of %j rows is refused', (limit) => {
  expect(() => pageIn(query(`limit=${limit}`))).toThrow('from 1 to 200')
})

test('an unknown level, and a cursor of no page, are refused', () => {
  expect(() => logFilterIn(query('level=loud'))).toThrow('info or error')
  for (const after of ['-1', '', 'x', '1.5', '9'.repeat(16)]) {
    expect(() => numberOf(after)).toThrow('the next of an earlier page')
  }
})
