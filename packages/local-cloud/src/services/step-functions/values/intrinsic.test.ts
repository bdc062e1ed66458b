import fc from 'fast-check'
import { beginRun, resumeTasks, startTask } from '../interpreter/interpreter.ts'
import { simulate, startOfTime, taskMachine } from '../test/simulate.ts'
import { callIntrinsic, parseIntrinsic } from './intrinsic.ts'
import type { Json, JsonObject } from './json.ts'

const call = (text: string, data: Json = {}, variables: JsonObject = {}) =>
  callIntrinsic(text, {
    data,
    context: () => ({ Execution: { Name: 'run' }, StateMachine: { Id: 'arn', Name: 'a-b-c' } }),
    variables,
    random: () => 0.5,
  })

const array = [1, 2, 3, 4, 5]
// As AWS was recorded to answer, in LocalStack's snapshots of its tests against AWS, or as its documentation shows.
test.each<[string, Json, Json]>([
  ["States.Format('Formatting argument {}.', $)", null, 'Formatting argument null.'],
  ["States.Format('Formatting argument {}.', $)", 1.1, 'Formatting argument 1.1.'],
  [
    "States.Format('fst={} and snd={}.', $, $)",
    { Arg1: 1, Arg2: [] },
    'fst={Arg1=1, Arg2=[]} and snd={Arg1=1, Arg2=[]}.',
  ],
  ["States.Format('{} of {}', $$.Execution.Name, $$.StateMachine)", {}, 'run of {Id=arn, Name=a-b-c}'],
  ["States.Format('it\\'s \\{{}\\} \\\\', 1)", {}, "it's {1} \\"],
  ['States.Format($.template, 1)', { template: 'n={}' }, 'n=1'],
  ['States.StringToJson(\'{"number": 20}\')', {}, { number: 20 }],
  ["States.StringToJson('')", {}, null],
  ["States.StringToJson(' ')", {}, null],
  ['States.JsonToString($)', { a: [1, null] }, '{"a":[1,null]}'],
  ['States.Array()', {}, []],
  ["States.Array('a', 1, true, null, -1.5e1)", {}, ['a', 1, true, null, -15]],
  ['States.ArrayPartition($, 2)', array, [[1, 2], [3, 4], [5]]],
  ['States.ArrayPartition($, 2.6)', array, [[1, 2], [3, 4], [5]]],
  ['States.ArrayPartition($, 2)', [], []],
  ['States.ArrayContains($.array, $.value)', { array: [{ a: 1, b: [] }], value: { b: [], a: 1 } }, true],
  ['States.ArrayContains($.array, $.value)', { array: [], value: null }, false],
  ['States.ArrayRange(0, 9, 3)', {}, [0, 3, 6, 9]],
  ['States.ArrayRange(1, 9, 9)', {}, [1]],
  ['States.ArrayRange(5.4, -0.6, -2.4)', {}, [5, 3, 1]],
  ['States.ArrayRange(5, 1, 1)', {}, []],
  ['States.ArrayGetItem($, 2)', array, 3],
  ['States.ArrayLength($)', array, 5],
  ['States.ArrayUnique($)', [1, 1, 'a', null, null, { a: 1, b: 2 }, { b: 2, a: 1 }], [1, 'a', null, { a: 1, b: 2 }]],
  ["States.Base64Encode('Data to encode')", {}, 'RGF0YSB0byBlbmNvZGU='],
  ["States.Base64Decode('RGVjb2RlZCBkYXRh')", {}, 'Decoded data'],
  ["States.Hash('input data', 'SHA-1')", {}, 'aaff4a450a104cd177d28d18d74485e8cae074b7'],
  ['States.JsonMerge($.a, $.b, false)', { a: { x: { y: 1 }, z: 1 }, b: { x: 2 } }, { x: 2, z: 1 }],
  ['States.MathAdd(1.49, 1.50)', {}, 3],
  ['States.MathAdd(0.5, 0)', {}, 1],
  // LocalStack's comments expect other sums of negative halves than its recording of 13-09-2023 has.
  ['States.MathAdd(-0.5, 0)', {}, 0],
  ['States.MathAdd(-0.5, 0.5)', {}, 1],
  ['States.MathAdd(-1.49, -1.50)', {}, -2],
  ['States.MathAdd(-1.51, 0)', {}, -2],
  ['States.MathAdd(-2.5, 0)', {}, -2],
  ['States.MathAdd(-3.5, 0)', {}, -3],
  ["States.StringSplit('This.is+a,test=string', '.+,=')", {}, ['This', 'is', 'a', 'test', 'string']],
  ["States.StringSplit('Hello\nWorld', '\n')", {}, ['Hello', 'World']],
  [
    "States.ArrayGetItem(States.StringSplit($$.StateMachine.Name, '-'), States.MathAdd(States.ArrayLength(States.StringSplit($$.StateMachine.Name, '-')), -1))",
    {},
    'c',
  ],
  ["States.Array($['a, b)'], $.list[?(@.x==1 || @.x=='),')].x)", { 'a, b)': 1, list: [{ x: 1 }, { x: 2 }] }, [1, [1]]],
])('%s of %j is %j', (text, data, result) => {
  expect(call(text, data)).toEqual(result)
})

test('what is random comes from outside, and the same seed draws the same number', () => {
  expect(call('States.MathRandom(1, 10)')).toBe(5)
  expect(call('States.MathRandom(0, 999, 3)')).toBe(730)
  expect(call('States.UUID()')).toBe('80808080-8080-4080-8080-808080808080')
})

test('variables are arguments, as a whole or a place in them', () => {
  expect(call("States.Format('{} {}', $name, $user.ids[1])", {}, { name: 'a', user: { ids: [1, 2] } })).toBe('a 2')
})

test.each([
  "States.MathAdd('1', 1)",
  'States.MathAdd(2147483647, 1)',
  'States.ArrayRange(1, 1001, 1)',
  'States.ArrayRange(1, 10, 0.49)',
  "States.ArrayPartition('text', 2)",
  'States.ArrayPartition($, 0.6)',
  'States.ArrayGetItem($, 5)',
  'States.ArrayLength(1)',
  "States.StringToJson('{')",
  "States.Base64Decode('a')",
  "States.Hash('a', 'md5')",
  'States.JsonMerge($, $, false)',
  'States.MathRandom(1.4, 1.6)',
  "States.MathRandom(1, 10, 'seed')",
  "States.StringSplit('a', 1)",
])('%s fails the run as AWS does', (text) => {
  const [name] = text.split('(')
  expect(() => call(text, array)).toThrow(
    `States.Runtime: The function '${text}' had the following error: Invalid arguments in ${name}`,
  )
})

test('a path that selects nothing is named, in the whole expression', () => {
  const text = "States.Format('{}', States.Format('{}', $.nope))"
  expect(() => call(text, { other: 1 })).toThrow(
    `States.Runtime: The function '${text}' had the following error: The JsonPath argument for the field '$.nope' could not be found in the input '{"other":1}'`,
  )
  expect(() => call("States.Format('{}', $$.Nope)")).toThrow("the field '$.Nope' could not be found in the input '{}'")
  // As AWS was seen to show the sentence of its library: floci-io/floci, docs/services/step-functions.md.
  expect(() => call("States.Format('{}', $.other[0])", { other: 1 })).toThrow(
    'had the following error: Filter: [0] can only be applied to arrays. Current context is: 1',
  )
  expect(() => call("States.Format('{}', $.items[1])", { items: [1] })).toThrow('could not be found in the input')
  expect(() => call("States.Format('{} {}', 1)")).toThrow('number of arguments do not match the occurrences of {}.')
})

test.each([
  'States.Nope()',
  'States.Array(',
  'States.Array(1,)',
  'States.Array(1) x',
  "States.Array('a)",
  `States.StringToJson('{"a":"\\"b\\""}')`,
  'States.Array(01)',
  'States.Array(truex)',
  'States.UUID(1)',
  'States.Array(Format())',
  'States.Array($[?)',
])('%s is no call', (text) => {
  expect(() => parseIntrinsic(text)).toThrow(Error)
})

test('ten functions may be within each other, and no more', () => {
  const nested = (depth: number) => `${'States.Array('.repeat(depth)}${')'.repeat(depth)}`
  expect(JSON.stringify(call(nested(10)))).toBe('[[[[[[[[[[]]]]]]]]]]')
  expect(() => call(nested(11))).toThrow('More than 10 functions')
})

test('every JSON value can be written as arguments, and comes back', () => {
  const written = (value: Json): string => {
    if (typeof value === 'string') return `'${value.replace(/[\\'{}]/g, (character) => `\\${character}`)}'`
    return Array.isArray(value) ? `States.Array(${value.map(written).join(' , ')})` : JSON.stringify(value)
  }
  const { value } = fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 8 },
      fc.string(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (Object.is(number, -0) ? 0 : number)),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('value'), { maxLength: 4 }),
    ) as fc.Arbitrary<Json>,
  }))
  fc.assert(
    fc.property(value, (given) => {
      expect(call(`States.Array(${written(given)})`)).toEqual([given])
    }),
  )
})

test('every text is either a call or refused, in time that grows with its length', () => {
  const piece = fc.constantFrom(
    'States.Array(',
    'States.Format(',
    ')',
    ',',
    "'",
    '\\',
    '$.a',
    '$[',
    "['",
    '"',
    ']',
    '1',
    ' ',
    '{}',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      try {
        expect(parseIntrinsic(`States.Array(${pieces.join('')}`).kind).toBe('call')
      } catch (error) {
        expect((error as Error).message).toMatch(/^Expected|^More than|does not take/)
      }
    }),
  )
  expect(() => parseIntrinsic(`States.Array($${"['a".repeat(20_000)}`)).toThrow()
  expect(() => parseIntrinsic(`States.Array('${'\\\\'.repeat(50_000)}`)).toThrow()
})

test('templates, and the error and cause of a Fail state, take functions', () => {
  const definition = {
    StartAt: 'Pass',
    States: {
      Pass: { Type: 'Pass', Parameters: { 'error.$': "States.Format('{}Error', $.name)" }, Next: 'Fail' },
      Fail: { Type: 'Fail', ErrorPath: '$.error', CausePath: "States.Format('{} by {}', $.error, $$.Execution.Name)" },
    },
  }
  const { run } = simulate(definition, { input: { name: 'My' } })
  expect(run).toMatchObject({ status: 'FAILED', error: 'MyError', cause: 'MyError by run' })
})

test('a task is invoked with the random values that the history has, and so is its repetition', () => {
  let drawn = 0
  const world = {
    definition: taskMachine({ Parameters: { 'id.$': 'States.UUID()', 'n.$': 'States.MathRandom(0, 1000)' } }) as never,
    now: startOfTime,
    random: () => (drawn++ % 997) / 997,
    nonce: () => 'nonce',
  }
  const arn = 'arn:aws:states:eu-central-1:123456789012'
  const begun = beginRun(
    {
      executionArn: `${arn}:execution:machine:run`,
      name: 'run',
      stateMachineArn: `${arn}:stateMachine:machine`,
      roleArn: 'arn:aws:iam::123456789012:role/machine',
      definitionHash: 'hash',
      input: '{}',
    },
    world,
  )
  const { input } = (begun.events[2]?.lambdaFunctionScheduledEventDetails ?? {}) as { input?: string }
  expect(input).toMatch(/^\{"id":"[-0-9a-f]{36}","n":\d+\}$/)
  const started = startTask(begun.run, 3, world)
  expect(started?.request.payload).toBe(input)
  const resumed = resumeTasks(started?.step.run ?? begun.run, world)
  const repeated = startTask(resumed?.run ?? begun.run, started?.step.run.lastEventId ?? 0, world)
  expect(repeated?.request.payload).toBe(input)
  // In a data folder of an older version, the input is not part of the record.
  const { frame } = begun.run
  const older = {
    ...begun.run,
    ...(frame && { frame: { ...frame, phase: { kind: 'scheduled' as const, sinceMs: 0 } } }),
  }
  expect(startTask(older, 3, world)?.request.payload).toMatch(/^\{"id":"[-0-9a-f]{36}"/)
})
