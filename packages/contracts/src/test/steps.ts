import { Session } from 'node:inspector'

/**
 * By what factor the steps of synchronous code grow, when what it works on grows from n to 2 n: about 2, if its work is
 * in proportion to its input, 4 if it is quadratic. Import this first: V8 counts only what it compiles from then on.
 */
export function growth(work: (n: number) => () => unknown, n = 2_000): number {
  const [once, twice] = [work(n), work(2 * n)]
  // The first run also does what is done once and for all.
  steps(once)
  return steps(twice) / steps(once)
}

/**
 * How many steps synchronous code takes, independent of the machine's load. A step is a block of
 * JavaScript that V8 executed once, as its coverage counts them, in our code and in libraries; and for what is built
 * in, such as `split`, every character or element that it works on. A regular expression counts what it passes over,
 * as if it were linear: that it is, is the business of test/regular-expressions.test.ts.
 */
export function steps(run: () => unknown): number {
  // What ran before is not this run's.
  call('Profiler.takePreciseCoverage')
  const builtIn = countBuiltIns()
  try {
    run()
  } finally {
    builtIn.restore()
  }
  const { result } = call('Profiler.takePreciseCoverage') as { result: Script[] }
  const blocks = result
    .filter(({ url }) => url !== __filename)
    .flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges.map(({ count }) => count)))
  return blocks.reduce((sum, count) => sum + count, 0) + builtIn.characters()
}

const session = new Session()
session.connect()
call('Profiler.enable')
// V8 counts the blocks of a function if it counted when it first compiled it: so from the beginning, and to the end.
call('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
// Else every file that Jest runs in this process afterwards is counted too, and slower.
afterAll(() => session.disconnect())

function call(method: string, parameters?: object): unknown {
  let result: unknown
  session.post(method, parameters, (error, answer) => {
    if (error) throw error
    result = answer
  })
  return result
}

interface Script {
  url: string
  functions: { ranges: { count: number }[] }[]
}

type Methods = Record<string, unknown>

/** Replaces what is built in and reads texts by the same with a counter. */
function countBuiltIns() {
  let characters = 0
  let depth = 0
  const replaced: [Methods, string, unknown][] = []
  const count = (value: unknown) => {
    if (typeof value === 'string' || value instanceof String || ArrayBuffer.isView(value)) characters += lengthOf(value)
    if (Array.isArray(value)) characters += value.length
  }
  const replace = (owner: object, name: string) => {
    const methods = owner as Methods
    const original = methods[name]
    if (typeof original !== 'function') return
    const cuts = cutting.includes(name)
    const scans = name === 'indexOf'
    replaced.push([methods, name, original])
    methods[name] = function (this: unknown, ...values: unknown[]) {
      depth++
      try {
        const result: unknown = original.apply(this, values)
        if (scans) characters += (result === -1 ? lengthOf(this) : Number(result)) - Number(values[1] ?? 0)
        else for (const worked of cuts ? [result] : [this, ...values]) count(worked)
        return result
      } finally {
        depth--
      }
    }
  }
  for (const name of namesOf(String.prototype).filter((name) => !constant.includes(name)))
    replace(String.prototype, name)
  for (const name of arrayScans) replace(Array.prototype, name)
  const { exec } = RegExp.prototype
  replaced.push([RegExp.prototype as unknown as Methods, 'exec', exec])
  // `test` and the iterator of `matchAll` call it too. What a text's own methods do with it is counted with them.
  RegExp.prototype.exec = function (text) {
    const from = this.global || this.sticky ? this.lastIndex : 0
    const found = exec.call(this, text)
    if (depth === 0) characters += (found ? found.index + found[0].length : String(text).length) - from + 1
    return found
  }
  for (const name of ['from', 'byteLength', 'concat']) replace(Buffer, name)
  for (const name of ['toString', 'indexOf']) replace(Buffer.prototype, name)
  replace(JSON, 'parse')
  replace(Date, 'parse')
  replace(TextDecoder.prototype, 'decode')
  return {
    characters: () => characters,
    restore: () => {
      for (const [owner, name, original] of replaced.reverse()) owner[name] = original
    },
  }
}

const namesOf = (methods: object) => Object.getOwnPropertyNames(methods)
const lengthOf = (value: unknown) => (value as { length?: number }).length ?? 0
/** What looks at one character, however long the text. */
const constant = ['constructor', 'toString', 'valueOf', 'charAt', 'charCodeAt', 'codePointAt', 'at']
/** What looks at no more than it returns. */
const cutting = ['slice', 'substring', 'substr']
/** What looks at every element without calling anything that is counted. */
const arrayScans = [
  'concat',
  'fill',
  'includes',
  'indexOf',
  'join',
  'lastIndexOf',
  'reverse',
  'shift',
  'slice',
  'splice',
]
