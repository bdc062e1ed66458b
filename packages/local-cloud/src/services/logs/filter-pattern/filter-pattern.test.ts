import fc from 'fast-check'
import { AwsError } from '../../../core/aws-error.ts'
import { readFilterPattern } from './filter-pattern.ts'

const matching = (pattern: string, lines: readonly string[]) => lines.filter(readFilterPattern(pattern))

// What AWS was recorded to match and to refuse: https://github.com/radkawar/stackd, testdata/aws/logs/filters.json.
describe('terms', () => {
  const lines = {
    all: 'ERROR ARGUMENTS REQUEST',
    bad: 'ERROR BAD REQUEST',
    arguments: 'INFO ARGUMENTS',
    request: 'INFO REQUEST',
    lower: 'error arguments request',
    phrase: 'ERROR INTERNAL SERVER ERROR',
    twoSpaces: 'ERROR INTERNAL  SERVER ERROR',
    mixed: 'INTERNAL SERVER error',
    inWord: 'TERROR REQUEST',
    brackets: '[ERROR] REQUEST',
    hyphen: 'ERROR-REQUEST',
    underscore: 'ERROR_ARGUMENTS',
    twoLines: 'ERROR\nARGUMENTS',
    reversed: 'ARGUMENTS ERROR',
    plain: 'plain',
    quotes: 'say "hello world" now',
  }
  test.each([
    ['', Object.values(lines)],
    ['ERROR ARGUMENTS', [lines.all, lines.underscore, lines.twoLines, lines.reversed]],
    ['error', [lines.lower, lines.mixed]],
    ['TERROR', [lines.inWord]],
    ['?plain ?TERROR', [lines.inWord, lines.plain]],
    ['?ERROR ?ARGUMENTS REQUEST', [lines.all, lines.bad, lines.request, lines.inWord, lines.brackets, lines.hyphen]],
    ['?ERROR ?ARGUMENTS -ERROR -ARGUMENTS -INTERNAL', [lines.request, lines.lower, lines.plain, lines.quotes]],
    ['ERROR -REQUEST -ARGUMENTS', [lines.phrase, lines.twoSpaces]],
    ['-ERROR -REQUEST', [lines.arguments, lines.lower, lines.mixed, lines.plain, lines.quotes]],
    ['"INTERNAL SERVER ERROR"', [lines.phrase]],
    ['REQUEST -"BAD REQUEST" -"[ERROR]" -TERROR -ARGUMENTS', [lines.request, lines.hyphen]],
    ['"\\"hello world\\""', [lines.quotes]],
  ])('%s', (pattern, expected) => {
    expect(matching(pattern, Object.values(lines))).toEqual(expected)
  })
})

describe('conditions on one value', () => {
  const values = [
    ...['null', '"null"', 'true', 'false', '"true"', '0', '1', '"1"', '"1.0"', '-1', '1.5', '10', '"10"', '"Alpha"'],
    ...['"alpha"', '"Alphabet"', '"xAlpha"', '""', '[]', '{}', '[1,"Alpha",null]', '"a*b"', '"a?b"'],
  ]
  const lines = [...values.map((value) => `{"v":${value}}`), '{}', 'not JSON', '[{"v":1}]', '{broken', '{"v":2,"v":1}']
  const notComparable = ['null', 'true', 'false', '[]', '{}', '[1,"Alpha",null]']
  const comparable = values.filter((value) => !notComparable.includes(value))
  const but = (...unequal: string[]) => comparable.filter((value) => !unequal.includes(value))
  test.each([
    ['= 1', ['1', '"1"', 'last']],
    ['!= 1', but('1', '"1"')],
    ['> 1', ['1.5', '10']],
    ['>= 1.5', ['1.5', '10']],
    ['< 1', ['0', '-1']],
    ['<= 1e+0', ['0', '1', '-1', 'last']],
    ['= -1', ['-1']],
    ['= "1"', ['1', '"1"', 'last']],
    ['= 1*', ['1', '"1"', '"1.0"', '1.5', '10', '"10"', 'last']],
    ['= "Alpha"', ['"Alpha"']],
    ['= Alpha', ['"Alpha"']],
    ['!= "Alpha"', [...but('"Alpha"'), 'last']],
    ['= "Alpha*"', ['"Alpha"', '"Alphabet"']],
    ['= *Alpha', ['"Alpha"', '"xAlpha"']],
    ['= *lph*', ['"Alpha"', '"alpha"', '"Alphabet"', '"xAlpha"']],
    ['= "a*b"', ['"a*b"']],
    ['= "a?b"', ['"a?b"']],
    ['= ""', ['""']],
    ['= *', [...comparable, 'last']],
    ['= true', ['"true"']],
    ['IS TRUE', ['true']],
    ['IS FALSE', ['false']],
    ['IS NULL', ['null', '[1,"Alpha",null]']],
  ])('%s', (condition, expected) => {
    const found = matching(`{ $.v ${condition} }`, lines)
    expect(found).toEqual(expected.map((value) => (value === 'last' ? '{"v":2,"v":1}' : `{"v":${value}}`)))
  })

  test('NOT EXISTS', () => {
    expect(matching('{ $.v NOT EXISTS }', lines)).toEqual(['{}'])
  })
})

describe('selectors', () => {
  const nested =
    '{"nested":{"value":"hit"},"cluster.name":"flat","items":[{"a":1,"b":0},{"a":0,"b":2}],"arr":["miss","hit"],"matrix":[[0,1]]}'
  const flat = '{"nested.value":"hit","arr":[["hit"]]}'
  const object = '{"arr":{"0":"hit"},"nested":[{"value":"hit"}],"other":"hit"}'
  const lines = [nested, flat, object, '{}']
  test.each([
    ['$.nested.value = "hit"', [nested]],
    [`$.['nested.value'] = hit`, [flat]],
    [`$.['cluster.name'] = flat`, [nested]],
    ['$.arr[1] = hit', [nested]],
    ['$.arr[0] = hit', []],
    ['$.arr[*] = hit', [nested, object]],
    ['$.* = hit', [flat, object]],
    ['$.matrix[0][1] = 1', [nested]],
    ['$.items[*].a = 1 && $.items[*].b = 2', [nested]],
    ['$.nested.value NOT EXISTS', [flat, object, '{}']],
    ['$.nested.constructor NOT EXISTS', lines],
    ['$.detail-type NOT EXISTS', lines],
  ])('%s', (pattern, expected) => {
    expect(matching(`{${pattern}}`, lines)).toEqual(expected)
  })
})

describe('regular expressions', () => {
  const lines = {
    three: 'ERROR 500',
    two: 'ERROR 50',
    four: 'ERROR 5000',
    warn: 'WARN 404',
    inWord: 'xERROR 500',
    color: 'color',
    colour: 'colour',
    colouur: 'colouur',
    dots: '10.10.0.1',
    digits: '10010,051',
    mark: 'hello!',
    letters: 'aaab',
    others: 'abab',
    twoLines: 'ERROR\n500',
  }
  const { three, two, four, warn, inWord, twoLines } = lines
  test.each([
    ['%^ERROR\\s[0-9]{3}$%', [three, twoLines]],
    ['%ERROR|WARN%', [three, two, four, warn, inWord, twoLines]],
    ['%^colou?r$%', [lines.color, lines.colour]],
    ['%10\\.10\\.0\\.1%', [lines.dots]],
    ['%10.10.0.1%', [lines.dots, lines.digits]],
    ['%\\x21%', [lines.mark]],
    ['%^[^a-z]+$%', [three, two, four, warn, lines.dots, lines.digits, twoLines]],
    ['%^a*b$%', [lines.letters]],
    ['%^a{2,}b%', [lines.letters]],
    ['%^a{,2}b%', [lines.others]],
    ['%^[^\\d.,]*$%', [lines.color, lines.colour, lines.colouur, lines.mark, lines.letters, lines.others]],
    ['ERROR -%0{2}$%', [two, four].filter((line) => line === two)],
  ])('%s', (pattern, expected) => {
    expect(matching(pattern, Object.values(lines))).toEqual(expected)
  })

  test('are conditions on strings and numbers', () => {
    const events = ['{"v":"Alpha"}', '{"v":"alpha"}', '{"v":12}', '{"v":true}', '{}']
    expect(matching('{ $.v = %^Al.*% }', events)).toEqual(events.slice(0, 1))
    expect(matching('{ $.v != %^Al.*% }', events)).toEqual(events.slice(1, 3))
    expect(matching('{ $.v = %^[0-9]+$% || $.v = %lph% }', events)).toEqual(events.slice(0, 3))
  })

  test('match what those of JavaScript match', () => {
    const atom = fc.constantFrom('a', 'b', '1', '.', '[ab]', '[^a]', '[a-b1]', '\\d', '\\w', '\\.', '\\x61', '-')
    const count = fc.constantFrom('', '', '*', '+', '?', '{2}', '{1,2}', '{2,}', '{0,1}')
    const branch = fc.tuple(
      fc.constantFrom('', '^'),
      fc.array(
        fc.tuple(atom, count).map((both) => both.join('')),
        { minLength: 1, maxLength: 4 },
      ),
      fc.constantFrom('', '$'),
    )
    const expression = fc.array(
      branch.map(([start, items, end]) => start + items.join('') + end),
      { minLength: 1, maxLength: 3 },
    )
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '1', '.', '-', ' '), maxLength: 8 })
    fc.assert(
      fc.property(
        expression.map((branches) => branches.join('|')),
        text,
        (source, line) => {
          expect(readFilterPattern(`%${source}%`)(line)).toBe(new RegExp(source).test(line))
        },
      ),
      { numRuns: 1000 },
    )
  })

  test('take no longer on a text that is made for it', () => {
    const matches = readFilterPattern(`%${'a*'.repeat(300)}b%`)
    expect(matches('a'.repeat(300))).toBe(false)
  })
})

test('&& binds more tightly than ||, and parentheses more tightly than both', () => {
  const lines = ['{"a":1}', '{"b":2,"c":3}', '{"b":2}', '{"a":1,"c":3}']
  expect(matching('{ $.a = 1 || $.b = 2 && $.c = 3 }', lines)).toEqual([lines[0], lines[1], lines[3]])
  expect(matching('{ ($.a = 1 || $.b = 2) && $.c = 3 }', lines)).toEqual([lines[1], lines[3]])
})

test.each([
  ['"ERROR', `Invalid character(s) in term '"ERROR'`],
  ['ERR*', "Invalid character(s) in term '*'"],
  ['?Status: timeout', "Invalid character(s) in term ':'"],
  ['""', `Invalid character(s) in term '""'`],
  ['%^(ERROR|WARN)%', "Invalid character(s) in term '('"],
  ['%hello!%', "Invalid character(s) in term '!'"],
  ['%café%', "Invalid character(s) in term 'é'"],
  ['%[abc%', "Invalid character(s) in term '%'"],
  ['%a{3,2}%', 'Invalid filter pattern'],
  ['%a{100000}%', 'Invalid filter pattern'],
  [
    '{ $.v = %Alpha% || $.v = %Beta% || $.v = %Gamma% }',
    'Your input has exceeded the maximum of 2 regular expressions per filter pattern.',
  ],
  ['{ $.v EXISTS }', 'Invalid filter pattern'],
  ['{ $.v IS NOT NULL }', 'Invalid filter pattern'],
  ['{ $.v == 1 }', "Invalid character(s) in term '='"],
  ['{ $.v = null }', 'Invalid filter pattern'],
  ['{ $.v > "Alpha" }', 'Invalid filter pattern'],
  ['{ $.v > 0 AND $.v < 2 }', "Invalid character(s) in term 'A'"],
  ['{ "v": [1] }', `Invalid character(s) in term '"'`],
  ['{ $.a', "If a filter pattern starts with '{' it must end with '}'"],
  ['{ ($.a = 1 }', 'Invalid filter pattern'],
  ['{ $.arr[-1] = 1 }', "Invalid character(s) in term '-'"],
  [
    '{ $.items[*].* = 1 }',
    'Your filter pattern has a JSON path selector that exceeds the maximum of 1 wildcard allowed per json selector.',
  ],
  [
    '{ $.a[*] = 1 || $.b[*] = 1 || $.* = 1 || $.c[*] = 1 }',
    'Your input has exceeded the maximum of 3 JSON wildcard selectors allowed per filter pattern.',
  ],
  ['[ip, status = 4*]', 'The local cloud does not support filter patterns of space-delimited events.'],
])('%s is refused', (pattern, message) => {
  expect(() => readFilterPattern(pattern)).toThrow(new AwsError('InvalidParameterException', message))
})

test('a text in quotation marks matches the lines that contain it', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), fc.string(), fc.string(), (text, before, after) => {
      const quoted = `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
      expect(readFilterPattern(quoted)(before + text + after)).toBe(true)
      expect(readFilterPattern(`-${quoted}`)(before + text + after)).toBe(false)
      const line = JSON.stringify({ a: { 'b c': [text] } })
      if (!/^\*|\*$/.test(text)) expect(readFilterPattern(`{ $.a['b c'][0] = ${quoted} }`)(line)).toBe(true)
    }),
  )
})

test('a pattern is read or refused, whatever it contains', () => {
  const parts = ['$', '.', 'a', '[', ']', '*', '0', '"', "'", '\\', '(', ')', '{', '}', '&&', '||', '=', '!=', '<']
  const part = fc.constantFrom(...parts, 'IS', 'NULL', 'NOT', 'EXISTS', '-', '?', '%', ' ', '1e3', '$.a = 1')
  const pattern = fc.array(part, { maxLength: 12 }).map((found) => found.join(''))
  fc.assert(
    fc.property(
      fc.oneof(
        pattern,
        pattern.map((inner) => `{${inner}}`),
        fc.string(),
      ),
      fc.json(),
      (text, line) => {
        try {
          expect(typeof readFilterPattern(text)(line)).toBe('boolean')
        } catch (error) {
          expect(error).toBeInstanceOf(AwsError)
        }
      },
    ),
    { numRuns: 1000 },
  )
})
