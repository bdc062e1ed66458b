import { readPath } from './json-path.ts'

const data = { a: [1, 2, 3], b: [{ x: 1, y: 'one' }, { x: 2 }], length: 7, nothing: null }
const read = (path: string) => readPath(path, { data, context: () => ({ State: { Name: 'Here' } }) })

test('a path to one place selects its value', () => {
  expect(read('$')).toBe(data)
  expect(read('$.a[0]')).toBe(1)
  expect(read('$.a[-1]')).toBe(3)
  expect(read('$.length')).toBe(7)
  expect(read('$.nothing')).toBeNull()
  expect(read('$.missing')).toBeUndefined()
})

test('a path to many places selects a list, also of one value or none', () => {
  expect(read('$.a[*]')).toEqual([1, 2, 3])
  expect(read('$.a[1:]')).toEqual([2, 3])
  expect(read('$.a[0,2]')).toEqual([1, 3])
  expect(read('$..x')).toEqual([1, 2])
  expect(read('$.b[?(@.x==1)].y')).toEqual(['one'])
  expect(read('$.b[?(@.x>5)]')).toEqual([])
})

test('$$ reads the context object', () => {
  expect(read('$$.State.Name')).toBe('Here')
  expect(read('$$.State.Missing')).toBeUndefined()
})

test('a filter cannot run code', () => {
  expect(() => read('$.b[?(constructor.constructor("return process")())]')).toThrow()
})
