import { settled, updated } from './merge.ts'

const key = ({ id }: { id: number }) => id

test('changed rows take their places; a list without them is the same list', () => {
  const rows = [{ id: 1 }, { id: 2, name: 'old' }]
  expect(updated<{ id: number; name?: string }>(rows, [{ id: 2, name: 'new' }, { id: 3 }], key)).toEqual([
    { id: 1 },
    { id: 2, name: 'new' },
  ])
  expect(updated(rows, [{ id: 3 }], key)).toBe(rows)
})

test('many calls become one, and a stream of calls does not delay it for ever', () => {
  jest.useFakeTimers()
  let calls = 0
  const call = settled(() => {
    calls += 1
  }, 100)
  for (let at = 0; at < 10; at++) {
    call()
    jest.advanceTimersByTime(50)
  }
  expect(calls).toBe(1)
  jest.advanceTimersByTime(1000)
  expect(calls).toBe(2)
  jest.useRealTimers()
})
