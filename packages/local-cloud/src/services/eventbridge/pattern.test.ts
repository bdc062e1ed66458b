import fc from 'fast-check'
import { readPattern } from './pattern.ts'

const machine = 'arn:aws:states:eu-central-1:000000000000:stateMachine:confirmation-reminder'
const failed = {
  source: 'aws.states',
  'detail-type': 'Step Functions Execution Status Change',
  resources: ['arn:one', 'arn:two'],
  detail: {
    stateMachineArn: machine,
    status: 'FAILED',
    redriveCount: 2,
    error: null,
    included: true,
    tags: [{ k: 'a' }, { k: 'b' }],
  },
}
const matches = (pattern: object, event: object = failed) => readPattern(JSON.stringify(pattern))(event)

test('every field has to match, by any of its values, at any depth', () => {
  const pattern = {
    source: ['aws.states'],
    'detail-type': ['Step Functions Execution Status Change'],
    detail: { stateMachineArn: [machine], status: ['FAILED', 'TIMED_OUT', 'ABORTED'] },
  }
  expect(matches(pattern)).toBe(true)
  expect(matches({ ...pattern, source: ['aws.ec2'] })).toBe(false)
  expect(matches({ ...pattern, region: ['eu-central-1'] })).toBe(false)
  expect(matches(pattern, { ...failed, detail: { ...failed.detail, status: 'SUCCEEDED' } })).toBe(false)
  expect(matches(pattern, { ...failed, detail: 'FAILED' })).toBe(false)
})

test.each<[boolean, object]>([
  [true, { detail: { status: [{ prefix: 'FA' }] } }],
  [false, { detail: { status: [{ prefix: 'fa' }] } }],
  [true, { detail: { status: [{ suffix: 'ED' }] } }],
  [true, { detail: { status: [{ 'equals-ignore-case': 'failed' }] } }],
  [true, { detail: { status: [{ 'anything-but': 'SUCCEEDED' }] } }],
  [true, { detail: { status: [{ 'anything-but': ['SUCCEEDED', 'RUNNING'] }] } }],
  [false, { detail: { status: [{ 'anything-but': ['FAILED', 'RUNNING'] }] } }],
  [false, { detail: { status: [{ 'anything-but': { prefix: 'F' } }] } }],
  [false, { detail: { missing: [{ 'anything-but': 'x' }] } }],
  [true, { detail: { redriveCount: [{ numeric: ['>', 0, '<=', 2] }] } }],
  [false, { detail: { redriveCount: [{ numeric: ['>', 0, '<', 2] }] } }],
  [true, { detail: { redriveCount: [{ numeric: ['=', 2] }, 7] } }],
  [false, { detail: { redriveCount: ['2'] } }],
  [false, { detail: { status: [{ numeric: ['>', 0] }] } }],
  [true, { detail: { status: [{ exists: true }] } }],
  [false, { detail: { status: [{ exists: false }] } }],
  [true, { detail: { missing: [{ exists: false }] } }],
  [true, { detail: { missing: ['x', { exists: false }] } }],
  [true, { nowhere: { deeper: [{ exists: false }] } }],
  [true, { detail: { constructor: { name: [{ exists: false }] } } }],
  [true, { detail: [{ exists: false }] }],
  [true, { detail: { error: [null], included: [true] } }],
  [true, { resources: ['arn:two'] }],
  [true, { resources: [{ prefix: 'arn:t' }] }],
  [true, { detail: { tags: { k: ['b'] } } }],
  [false, { detail: { tags: { k: ['c'] } } }],
])('it is %s that the event matches %j', (expected, pattern) => {
  expect(matches(pattern)).toBe(expected)
})

const anythingBut = (operand: unknown) => ({ source: [{ 'anything-but': operand }] })
const numeric = (...operand: unknown[]) => ({ source: [{ numeric: operand }] })
const mustBe = (what: string) => `${what} match pattern must be a string`
const only = 'Only one key allowed in match expression'
const notAValue = 'Value of anything-but must be an array or single string/number value.'
const insideList = 'Inside anything but list, start|null|boolean is not supported.'
const mixed = 'Inside anything but list, either all values are number or string, mixed type is not supported'
const insideCase = 'Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.'

test.each<[string, object]>([
  ['"source" must be an object or an array', { source: 'aws.states' }],
  ['"source" must be an object or an array', { source: 42 }],
  ['Empty arrays are not allowed', { source: [] }],
  ['Empty objects are not allowed', {}],
  ['Empty objects are not allowed', { source: {} }],
  ['Filter is not an object', ['source']],
  ['Match value must be String, number, true, false, or null', { source: [['a']] }],
  ['Match expression name not found', { source: [{}] }],
  ['Unrecognized match type EXISTS', { source: [{ EXISTS: true }] }],
  ['Unrecognized match type constructor', { source: [{ constructor: 'a' }] }],
  [only, { source: [{ prefix: 'a', suffix: 'b' }] }],
  [only, { source: [{ exists: true, prefix: 'b' }] }],
  ['exists match pattern must be either true or false.', { source: [{ exists: 'yes' }] }],
  [mustBe('prefix'), { source: [{ prefix: 123 }] }],
  [mustBe('prefix'), { source: [{ prefix: ['a'] }] }],
  [mustBe('suffix'), { source: [{ suffix: 123 }] }],
  [mustBe('suffix'), { source: [{ suffix: ['.png'] }] }],
  [mustBe('equals-ignore-case'), { source: [{ 'equals-ignore-case': ['a'] }] }],
  [mustBe('equals-ignore-case'), { source: [{ 'equals-ignore-case': { prefix: 'a' } }] }],
  [mustBe('wildcard'), { source: [{ wildcard: 123 }] }],
  ['Consecutive wildcard characters at pos 26', { source: [{ wildcard: 'arn:aws:events:us-east-1:**:event-bus/*' }] }],
  [mustBe('prefix'), { source: [{ cidr: ['bad-type'] }] }],
  ["Malformed CIDR, one '/' required", { source: [{ cidr: 'bad-filter' }] }],
  ['Malformed CIDR, mask bits must be an integer', { source: [{ cidr: '10.0.0.0/xx' }] }],
  ['Nonstandard IP address: xx.11.xx', { source: [{ cidr: 'xx.11.xx/8' }] }],
  ['Nonstandard IP address: xxxx:db8:1234:1a00::', { source: [{ cidr: 'xxxx:db8:1234:1a00::/64' }] }],
  [notAValue, anythingBut(null)],
  [notAValue, anythingBut(true)],
  [notAValue, anythingBut({ prefix: { 'equals-ignore-case': 'file' } })],
  [notAValue, anythingBut({ suffix: { 'equals-ignore-case': '.png' } })],
  [insideList, anythingBut([null])],
  [insideList, anythingBut(['a', true])],
  [insideList, anythingBut([{ prefix: 'a' }])],
  [mixed, anythingBut(['a', 1])],
  [mixed, anythingBut([])],
  ['Anything-But expression name not found', anythingBut({})],
  ['Unsupported anything-but pattern: numeric', anythingBut({ numeric: ['=', 1] })],
  ['Null prefix/suffix not allowed', anythingBut({ prefix: '' })],
  ['Null prefix/suffix not allowed', anythingBut({ suffix: '' })],
  ['Null prefix/suffix not allowed', anythingBut({ prefix: ['a', ''] })],
  [mustBe('prefix/suffix'), anythingBut({ prefix: 123 })],
  [mustBe('prefix/suffix'), anythingBut({ prefix: [123, 'test'] })],
  [mustBe('prefix/suffix'), anythingBut({ suffix: null })],
  [mustBe('wildcard'), anythingBut({ wildcard: [123, '*/dir/*'] })],
  [insideCase, anythingBut({ 'equals-ignore-case': 123 })],
  [insideCase, anythingBut({ 'equals-ignore-case': [123, 456] })],
  [only, anythingBut({ prefix: 'a', suffix: 'b' })],
  ['Bad numeric range operator: >', numeric('>', 0, '>', 0)],
  ['Bad numeric range operator: =', numeric('>', 0, '=', 1)],
  ['Value of < must be numeric', numeric('>', 0, '<')],
  ['Value of > must be numeric', numeric('>', '0')],
  ['Value of equals must be numeric', numeric('=')],
  ['Unrecognized numeric range operator: !=', numeric('!=', 1)],
  ['Unrecognized numeric range operator: constructor', numeric('constructor', 1)],
  ['Invalid member in numeric match: ]', numeric()],
  ['Invalid member in numeric match: 5', numeric(5)],
  ['Too many elements in numeric expression', numeric('<', 0, '<', 1)],
  ['Too many elements in numeric expression', numeric('=', 0, '<', 1)],
  ['Too many elements in numeric expression', { source: [{ numeric: ['=', 1], prefix: 'a' }] }],
  ['Too many terms in numeric range expression', numeric('>', 0, '<', 1, '<', 2)],
  ['Bottom must be less than top', numeric('>', 2, '<', 1)],
  ['Bottom must be less than top', numeric('>=', 1, '<=', 1)],
  ['Value must be between -5.0E9 and 5.0E9, inclusive', numeric('<', 5e9 + 1)],
  ['Value must be between -5.0E9 and 5.0E9, inclusive', anythingBut([-6e9])],
  ['Value of numeric must be an array.', { source: [{ numeric: 1 }] }],
  ['It must be an Array followed with $or.', { $or: {} }],
  ['There must have at least 2 Objects in $or relationship.', { $or: [{ source: ['a'] }] }],
  ['There must have at least 2 Objects in $or relationship. at detail.$or', { detail: { $or: [] } }],
  ['Only JSON object is allowed in array of $or relationship.', { $or: ['a', 'b'] }],
])('AWS refuses, with %j, %j', (reason, pattern) => {
  expect(() => readPattern(JSON.stringify(pattern))).toThrow(`Event pattern is not valid. Reason: ${reason}`)
})

test('a pattern that is no JSON is refused, and the place of a fault is named', () => {
  expect(() => readPattern('{"bad"')).toThrow('Event pattern is not valid. Reason: ')
  expect(() => readPattern('{"detail":{"a":{"b":[]}}}')).toThrow(/ at detail\.a\.b$/)
})

test.each<[string, object]>([
  ['Invalid escape character at pos 4', { source: [{ wildcard: 'ä*\\a' }] }],
  ['Invalid escape character at pos 2', anythingBut({ wildcard: ['a', 'b\\'] })],
  ['Consecutive wildcard characters at pos 1', anythingBut({ wildcard: '**' })],
  ['Rule is too complex - try using fewer wildcard characters', { source: [{ wildcard: '*:*:*:*:*:event-bus/*' }] }],
  [
    'Rule is too complex',
    { source: ['bif', 'tiff', 'tif', 'svs'].map((type) => ({ wildcard: `*/datasync/*.${type}` })) },
  ],
  ['exact match pattern must be a string', { source: [{ exactly: 7 }] }],
  ['Prefix expression name not found', { source: [{ prefix: {} }] }],
  ['Unsupported suffix pattern: wildcard', { source: [{ suffix: { wildcard: 'a' } }] }],
  [mustBe('equals-ignore-case'), { source: [{ prefix: { 'equals-ignore-case': ['a'] } }] }],
  [only, { source: [{ suffix: { 'equals-ignore-case': 'a', wildcard: 'a' } }] }],
  ['Invalid IP address: 999.0.0.1', { source: [{ cidr: '999.0.0.1/8' }] }],
  ['Malformed CIDR, mask bits must not be negative', { source: [{ cidr: '10.0.0.0/-1' }] }],
  ['IPv4 mask bits must be < 32', { source: [{ cidr: '10.0.0.0/32' }] }],
  ['IPv6 mask bits must be < 128', { source: [{ cidr: '::1/128' }] }],
  ['prefix is Ruler reserved fieldName which cannot be used inside $or.', { $or: [{ prefix: ['a'] }, { b: ['a'] }] }],
  [
    'wildcard is Ruler reserved fieldName which cannot be used inside $or. at detail.wildcard',
    { detail: { $or: [{ wildcard: { a: ['a'] } }, { b: ['a'] }] } },
  ],
])('the words of event-ruler: %s, with %j', (reason, pattern) => {
  expect(() => readPattern(JSON.stringify(pattern))).toThrow(`Event pattern is not valid. Reason: ${reason}`)
})

test('$or may combine to a thousand patterns, and no more', () => {
  const two = (name: string) => ({ $or: [{ [name]: ['x'] }, { [name]: ['y'] }] })
  const levels = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, level) => [`level${level}`, two(`f${level}`)]))
  expect(
    matches(levels(9), Object.fromEntries(Array.from({ length: 9 }, (_, n) => [`level${n}`, { [`f${n}`]: 'y' }]))),
  ).toBe(true)
  expect(() => matches(levels(10))).toThrow(
    'The $or up to level9.$or combine to 1024 patterns, and the local cloud matches at most 1000',
  )
})

test.each<[boolean, object, unknown]>([
  [true, { wildcard: 'Simple*Service' }, 'Simple Queue Service'],
  [true, { wildcard: 'Simple*Service' }, 'SimpleService'],
  [false, { wildcard: 'Simple*Service' }, 'Simple Services'],
  [false, { wildcard: 'abc*bcd' }, 'abcd'],
  [true, { wildcard: '*' }, ''],
  [true, { wildcard: '*a*b*' }, 'xxaxb'],
  [false, { wildcard: '*a*b*' }, 'ba'],
  [false, { wildcard: '*ab*b' }, 'ab'],
  [true, { wildcard: '/Users/*/dir/dir/dir/dir/dir/doc.txt' }, '/Users/ls_user/dir/dir/dir/dir/dir/doc.txt'],
  [true, { wildcard: 'a\\*b*' }, 'a*bc'],
  [false, { wildcard: 'a\\*b*' }, 'aabc'],
  [true, { wildcard: 'a\\\\*' }, 'a\\z'],
  [false, { wildcard: '7*' }, 7],
  [false, { 'anything-but': { wildcard: '*/lib/*' } }, 'a/lib/b'],
  [true, { 'anything-but': { wildcard: ['*/lib/*', 'x'] } }, 'a/bin/b'],
  [true, { 'anything-but': { wildcard: '' } }, 'a'],
  [true, { 'anything-but': { wildcard: '*' } }, 7],
  [true, { cidr: '10.0.0.0/24' }, '10.0.0.255'],
  [false, { cidr: '10.0.0.0/24' }, '10.0.1.0'],
  [false, { cidr: '10.0.0.0/24' }, 123],
  [false, { cidr: '10.0.0.0/24' }, '10.0.0'],
  [true, { cidr: '0.0.0.0/0' }, '255.255.255.255'],
  [false, { cidr: '0.0.0.0/0' }, '::1'],
  [true, { cidr: '2001:db8:1234:1a00::/64' }, '2001:0db8:1234:1a00:0000:0000:0000:0000'],
  [false, { cidr: '2001:db8:1234:1a00::/64' }, '2001:db8:1234:1a01::'],
  // event-ruler begins at the address itself.
  [false, { cidr: '10.0.0.5/24' }, '10.0.0.4'],
  [true, { cidr: '10.0.0.5/24' }, '10.0.0.5'],
  [true, { exactly: 'a' }, 'a'],
  [false, { exactly: 'a' }, 'A'],
  [true, { prefix: { 'equals-ignore-case': 'AB' } }, 'abc'],
  [false, { prefix: { 'equals-ignore-case': 'AB' } }, 'cab'],
  [true, { suffix: { 'equals-ignore-case': '.PNG' } }, 'a.png'],
])('it is %s that %j matches %j', (expected, operator, source) => {
  expect(matches({ source: [operator] }, { source })).toBe(expected)
})

test('an address is the same in each of its forms', () => {
  expect(matches({ source: ['::1'] }, { source: '0:0:0:0:0:0:0:1' })).toBe(true)
  expect(matches({ source: ['10.0.0.1'] }, { source: '10.0.0.1' })).toBe(true)
  expect(matches({ source: ['10.0.0.1'] }, { source: '10.0.0.2' })).toBe(false)
})

const counts = { $or: [{ 'c-count': [{ numeric: ['>', 0] }] }, { 'd-count': [{ numeric: ['<', 10] }], e: ['x'] }] }

test.each<[boolean, object, object]>([
  [true, { detail: counts }, { detail: { 'c-count': 1 } }],
  [true, { detail: counts }, { detail: { 'c-count': 0, 'd-count': 9, e: 'x' } }],
  [false, { detail: counts }, { detail: { 'c-count': 0, 'd-count': 9 } }],
  [false, { source: ['a'], detail: counts }, { source: 'b', detail: { 'c-count': 1 } }],
  [true, { $or: [{ a: ['x'] }, { $or: [{ b: ['y'] }, { c: ['z'] }] }] }, { c: 'z' }],
  [true, { $or: [{ a: [{ exists: false }] }, { b: ['y'] }] }, {}],
  // A field within $or stands in for the same before it, and is replaced by the same after it.
  [true, { a: [1], $or: [{ a: [2] }, { b: [3] }] }, { a: 2 }],
  [false, { a: [1], $or: [{ a: [2] }, { b: [3] }] }, { a: 1 }],
  [false, { $or: [{ a: [2] }, { a: [3] }], a: [1] }, { a: 2 }],
  [
    false,
    { list: { $or: [{ k: ['a'] }, { k: ['b'] }], v: [2] } },
    {
      list: [
        { k: 'a', v: 1 },
        { k: 'c', v: 2 },
      ],
    },
  ],
  [
    true,
    { list: { $or: [{ k: ['a'] }, { k: ['b'] }], v: [2] } },
    {
      list: [
        { k: 'a', v: 1 },
        { k: 'b', v: 2 },
      ],
    },
  ],
])('it is %s that the alternatives %j match %j', (expected, pattern, event) => {
  expect(matches(pattern, event)).toBe(expected)
})

test('a wildcard matches as the regular expression of the same meaning', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '.', '\\', '*') })
  const parts = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '.') }), { minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(parts, text, (between, given) => {
      // Stars do not follow each other.
      fc.pre(between.slice(1, -1).every((part) => part !== ''))
      const expression = new RegExp(`^${between.map((part) => part.replaceAll('.', '\\.')).join('.*')}$`, 's')
      expect(matches({ source: [{ wildcard: between.join('*') }] }, { source: given })).toBe(expression.test(given))
    }),
  )
})

const running = [{ prefix: 'run' }]

test.each<[boolean, object, object]>([
  [true, { detail: { 'state.status': running } }, { detail: { state: { status: 'running' } } }],
  [true, { detail: { state: { status: running } } }, { detail: { 'state.status': 'running' } }],
  [true, { 'detail.state.status': running }, { detail: { state: { status: 'running' } } }],
  [false, { detail: { 'state.status': { status: running } } }, { detail: { state: { status: 'running' } } }],
  [false, { detail: { state: { status: running } } }, { detail: { 'state.status': { status: 'running' } } }],
  [true, { 'a.b': ['x'], a: { c: ['y'] } }, { 'a.c': 'y', a: { b: 'x' } }],
  // Written twice, a field has both values; of a pattern, the last list counts.
  [true, { a: { b: [2] } }, { 'a.b': 1, a: { b: 2 } }],
  [false, { 'a.b': [1], a: { b: [2] } }, { a: { b: 1 } }],
  [true, { '': { a: ['x'] } }, { '': { a: 'x' } }],
  [false, { a: ['x'] }, { '': { a: 'x' } }],
])('a field counts by its full name: it is %s that %j matches %j', (expected, pattern, event) => {
  expect(matches(pattern, event)).toBe(expected)
})

const pairs = { list: [{ k: 'a', v: 1, w: 1 }, { k: 'b', v: 2 }, 'text', [{ k: 'c' }]], other: [{ v: 1 }] }

test.each<[boolean, object]>([
  [true, { list: { k: ['b'], v: [2] } }],
  [false, { list: { k: ['a'], v: [2] } }],
  [true, { list: { k: ['a', 'b'], v: [2] } }],
  [true, { list: ['text'] }],
  [true, { list: { k: ['c'] } }],
  [true, { list: { k: ['b'] }, other: { v: [1] } }],
  // Fields are compared in the order of their names: the second element is known before w, but not before a.
  [true, { list: { k: ['b'], w: [{ exists: false }] } }],
  [false, { list: { k: ['a'], w: [{ exists: false }] } }],
  [false, { list: { k: [{ exists: false }], v: [2] } }],
])('fields of a list come from one element: it is %s of %j', (expected, pattern) => {
  expect(matches(pattern, pairs)).toBe(expected)
})

test.each<[boolean, object]>([
  [true, anythingBut('x')],
  [true, anythingBut({ prefix: ['a', 'b'] })],
  [true, anythingBut({ suffix: 'x' })],
])('any value but text passes a test of text: it is %s of %j', (expected, pattern) => {
  for (const source of [null, 7, true]) expect(matches(pattern, { source })).toBe(expected)
  expect(matches(pattern, {})).toBe(false)
})

test.each<[boolean, object]>([
  [false, anythingBut({ prefix: ['a', 'b'] })],
  [true, anythingBut({ prefix: ['a', 'c'] })],
  [false, anythingBut({ 'equals-ignore-case': ['x', 'BUS'] })],
  [true, anythingBut({ suffix: ['x', 'y'] })],
  [true, { source: ['bus'] }],
])('text passes its test: it is %s of %j', (expected, pattern) => {
  expect(matches(pattern, { source: 'bus' })).toBe(expected)
})

const name = fc.constantFrom('a', 'b', 'c')
const value = fc.constantFrom('x', 'y', 1, null)
const { part } = fc.letrec<{ part: unknown }>((tie) => ({
  part: fc.oneof(
    { maxDepth: 4 },
    value,
    fc.dictionary(name, tie('part'), { maxKeys: 3 }),
    fc.array(tie('part'), { maxLength: 3 }),
  ),
}))
const wanted = fc.array(fc.oneof(value, fc.constant({ exists: false }), fc.constant({ 'anything-but': 'x' })), {
  minLength: 1,
  maxLength: 2,
})
const paths = fc.dictionary(
  fc.array(name, { minLength: 1, maxLength: 3 }).map((steps) => steps.join('.')),
  wanted,
  { minKeys: 1, maxKeys: 3 },
)

/** The same with the names nested: none of them is the beginning of another. */
function nested(flat: Record<string, unknown>): object {
  const root = {}
  for (const [path, list] of Object.entries(flat)) {
    const steps = path.split('.')
    const last = steps.pop() as string
    let at: Record<string, unknown> = root
    for (const step of steps) {
      at[step] ??= {}
      at = at[step] as Record<string, unknown>
    }
    at[last] = list
  }
  return root
}

test('a pattern means the same however its names are nested', () => {
  fc.assert(
    fc.property(paths, fc.dictionary(name, part), (flat, event) => {
      const all = Object.keys(flat)
      fc.pre(!all.some((one) => all.some((other) => other.startsWith(`${one}.`))))
      expect(matches(nested(flat), event)).toBe(matches(flat, event))
    }),
  )
})

/** Joins the name of every object of one member with its member's. */
function joined(one: unknown): unknown {
  if (Array.isArray(one)) return one.map(joined)
  if (typeof one !== 'object' || one === null) return one
  return Object.fromEntries(
    Object.entries(one).map(([key, inner]) => {
      const [[innerKey, innermost] = ['', undefined], ...more] =
        typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? Object.entries(inner) : []
      const isOne = innermost !== undefined && more.length === 0
      return isOne ? [`${key}.${innerKey}`, joined(innermost)] : [key, joined(inner)]
    }),
  )
}

test('an event means the same however its names are nested', () => {
  fc.assert(
    fc.property(paths, fc.dictionary(name, part), (flat, event) => {
      expect(matches(flat, joined(event) as object)).toBe(matches(flat, event))
    }),
  )
})

test('one more element of a list never takes a match away, unless a field must be absent', () => {
  const present = fc.dictionary(name, fc.array(value, { minLength: 1 }), { minKeys: 1 })
  fc.assert(
    fc.property(present, fc.array(fc.dictionary(name, value)), fc.dictionary(name, value), (pattern, list, more) => {
      const before = matches({ list: pattern }, { list })
      const expected =
        before || Object.entries(pattern).every(([key, values]) => key in more && values.includes(more[key] as never))
      expect(matches({ list: pattern }, { list: [...list, more] })).toBe(expected)
    }),
  )
})

test('an event matches the pattern made of its own values, and no longer once one of them changes', () => {
  const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null))
  // AWS refuses a pattern with an empty object.
  const some = { minKeys: 1 }
  const event = fc.dictionary(
    fc.constantFrom('a', 'b', 'c'),
    fc.dictionary(fc.constantFrom('d', 'e'), leaf, some),
    some,
  )
  const patternOf = (part: object): object =>
    Object.fromEntries(
      Object.entries(part).map(([k, value]) => [k, typeof value === 'object' && value ? patternOf(value) : [value]]),
    )
  fc.assert(
    fc.property(event, (one) => {
      expect(matches(patternOf(one), one)).toBe(true)
      for (const [outer, part] of Object.entries(one)) {
        for (const inner of Object.keys(part)) {
          expect(
            matches(patternOf(one), { ...one, [outer]: { ...part, [inner]: ['changed', 'into', 'a list'] } }),
          ).toBe(false)
        }
      }
    }),
  )
})
