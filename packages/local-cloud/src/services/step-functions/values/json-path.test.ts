import fc from 'fast-check'
import type { Json } from './json.ts'
import { existing, isPath, readPath } from './json-path.ts'

const data = {
  a: [1, 2, 3],
  b: [{ x: 1, y: 'one' }, { x: 2 }],
  length: 7,
  nothing: null,
  flags: [{ keep: true }, { keep: false }, { other: 1 }, { keep: null }],
  deep: { z: { q: [1, 2] } },
  paths: [{ Name: '/eggs/cooked/like' }],
}
const scope = { data, context: () => ({ State: { Name: 'Here' } }), variables: { list: [1, { x: 2 }] } }
const read = (path: string) => readPath(path, scope)

test('a path to one place selects its value', () => {
  expect(read('$')).toBe(data)
  expect(read('$.a[0]')).toBe(1)
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

// As the JSONPath library that AWS uses, https://github.com/json-path/JsonPath, reads them: public workflows have such paths.
test('a dot may stand before brackets, and spaces after the path', () => {
  expect(read('$.a.[1]')).toBe(2)
  expect(read("$.['a'].[1]")).toBe(2)
  expect(read('$.b.[*].x')).toEqual([1, 2])
  expect(read('$.a[0] ')).toBe(1)
  expect(read('$$.State.Name ')).toBe('Here')
})

// As AWS was seen to count: https://zenn.dev/sotaro8181/articles/9f265419e4fda9, ChristopheBougere/asl-validator#90. So does
// the JSONPath library before its version 2.1.
test('a length less a number counts from the end, and a negative index does not', () => {
  expect(read('$.a[(@.length-1)]')).toBe(3)
  expect(read('$.a[(@.size() - 3)]')).toBe(1)
  expect(read('$.b[(@.length-2)].y')).toBe('one')
  expect(read('$.a[(@.length-4)]')).toBeUndefined()
  expect(read('$.a[(@.length-0)]')).toBeUndefined()
  expect(read('$.a[-1]')).toBeUndefined()
  expect(read('$.b[-1].x')).toBeUndefined()
  expect(read('$.a[0,-1]')).toEqual([1])
})

// As ArrayPathToken.java of that version slices.
test.each([
  ['[:2]', [1, 2]],
  ['[:-1]', [1, 2]],
  ['[-2:]', [2, 3]],
  ['[-9:]', [1, 2, 3]],
  ['[1:9]', [2, 3]],
  ['[2:1]', []],
  ['[1:-1]', []],
  ['[-2:-1]', []],
  ['[-1:1]', [1]],
  ['[-9007199254740991:9007199254740991]', [1, 2, 3]],
])('the slice $.a%s is %j', (slice, elements) => {
  expect(read(`$.a${slice}`)).toEqual(elements)
})

test.each(['[:]', '[-:1]', '[1:-]', '[1 : 2]'])('%s is no slice', (slice) => {
  expect(isPath(`$.a${slice}`)).toBe(false)
})

test('a list of names picks members', () => {
  expect(read("$['length', 'nothing']")).toEqual({ length: 7, nothing: null })
  expect(read("$.b.[*].['x', 'y']")).toEqual([{ x: 1, y: 'one' }, { x: 2 }])
  expect(read(`$.b[0]["x",'z']`)).toEqual({ x: 1 })
  expect(read("$.list['x','y']")).toBeUndefined()
  expect(read("$.a['x','y']")).toBeUndefined()
  expect(read("$list[*]['x','y']")).toEqual([{ x: 2 }])
})

// As Step Functions Local was seen to filter: https://github.com/floci-io/floci/issues/3260 and pull request 3497.
test('a filter keeps the elements that have a member, or that compare', () => {
  expect(read('$.flags[?(@.keep)]')).toEqual([{ keep: true }, { keep: false }])
  expect(read('$.flags[?(!@.keep)]')).toEqual([{ other: 1 }, { keep: null }])
  expect(read('$.flags[?(@.keep == true)]')).toEqual([{ keep: true }])
  expect(read('$.deep..q')).toEqual([[1, 2]])
  expect(read('$.deep..q[*]')).toEqual([1, 2])
})

test('a filter may have other paths, and, or, not and parentheses', () => {
  expect(read('$.b[?(@.x == $.a[1])]')).toEqual([{ x: 2 }])
  expect(read("$.b[?(@.x >= 1 && (@.y == 'one' || @.z))]")).toEqual([{ x: 1, y: 'one' }])
  expect(read("$.b[?(@.y != 'one')]")).toEqual([{ x: 2 }])
  expect(read('$.b[?(!(@.x < 2))].x')).toEqual([2])
  expect(read("$.b[?(@['x']==2)]")).toEqual([{ x: 2 }])
  expect(read('$..[?(@.y)].x')).toEqual([1])
})

// Public workflows have such filters: getmoto/moto#7825, nibble-4bits/aws-local-stepfunctions#79.
test('a filter takes texts without quotes, and numbers as texts', () => {
  expect(read('$.b[?(@.y==one)]')).toEqual([{ x: 1, y: 'one' }])
  expect(read('$.paths[?(@.Name==/eggs/cooked/like)].Name')).toEqual(['/eggs/cooked/like'])
  expect(read("$.b[?(@.x == '2')]")).toEqual([{ x: 2 }])
})

test('a filter matches objects only, as AWS documents', () => {
  expect(read('$.a[?(@ > 1)]')).toEqual([])
})

// As AWS answers: localstack/localstack#12366 for lists that are absent, and floci-io/floci for the words.
test('a path to many places that do not exist selects none, and one that does not fit the data fails', () => {
  expect(read('$.missing[*]')).toEqual([])
  expect(read('$.missing[1:].x')).toEqual([])
  expect(read('$.b[*].y')).toEqual(['one'])
  expect(read('$[*].type')).toEqual([])
  const fails = (path: string) => expect(() => existing(path, scope)).toThrow
  fails('$[1:]')('Filter: [1:] can only be applied to arrays. Current context is: {"a":')
  fails('$.length[0]')('Filter: [0] can only be applied to arrays. Current context is: 7')
  fails('$.length[(@.length-1)]')('Filter: [@.size()-1] can only be applied to arrays. Current context is: 7')
  fails('$.nothing[0]')("Invalid path '$.nothing[0]' : The path $['nothing'] is null")
  fails('$.a.x')("Invalid path '$.a.x' : Property ['x'] not found in path $['a']")
  fails('$.length[?(@.x)]')('Filter: [?] can not be applied to primitives. Current context is: 7')
  // https://gist.github.com/deric4/733eb129a10b13530cebaa3b70031c77
  fails("$['a', 'b'].v")("Invalid path '$['a', 'b'].v' : Multi properties can only be used as path leafs: $['a', 'b']")
})

test('for all data, two dots find each member once, in the order of the data', () => {
  const members = (value: Json): Json[] =>
    typeof value === 'object' && value !== null
      ? [...(Object.hasOwn(value, 'k') ? [(value as { k: Json }).k] : []), ...Object.values(value).flatMap(members)]
      : []
  const { tree } = fc.letrec<{ tree: Json }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.integer(),
      fc.dictionary(fc.constantFrom('k', 'l'), tie('tree')),
      fc.array(tie('tree'), { maxLength: 3 }),
    ) as fc.Arbitrary<Json>,
  }))
  fc.assert(fc.property(tree, (data) => expect(readPath('$..k', { ...scope, data })).toEqual(members(data))))
})

test('a list of the largest input is searched as a whole', () => {
  const data = [...Array.from({ length: 131_000 }, () => 1), { x: 2 }]
  expect(readPath('$..x', { ...scope, data })).toEqual([2])
  expect(readPath('$[*].x', { ...scope, data })).toEqual([2])
})

test('every text is a path or none, in time that grows with its length', () => {
  const piece = fc.constantFrom(
    '$',
    '.',
    'a',
    '[',
    ']',
    '(',
    ')',
    '?',
    '@',
    "'",
    '"',
    '*',
    '1',
    ':',
    ',',
    '=',
    '!',
    '&',
    ' ',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const text = `$.a[?(@.b${pieces.join('')}`
      if (isPath(text)) expect(read(text)).toBeInstanceOf(Array)
      else expect(() => read(text)).toThrow('States.Runtime')
    }),
  )
  expect(isPath(`$[?${'('.repeat(100_000)}`)).toBe(false)
  expect(isPath(`$[?(${'!'.repeat(100_000)}@.a)]`)).toBe(true)
  expect(isPath(`$${'[?(@.a'.repeat(20_000)}`)).toBe(false)
})

test('$$ reads the context object', () => {
  expect(read('$$.State.Name')).toBe('Here')
  expect(read('$$.State.Missing')).toBeUndefined()
})

test('a filter cannot run code', () => {
  expect(() => read('$.b[?(constructor.constructor("return process")())]')).toThrow()
})
