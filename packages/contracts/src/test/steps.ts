import { Session } from 'node:inspector'
import { setFlagsFromString } from 'node:v8'

/**
 * The factor by which the steps of synchronous code grow if its input grows from n to 2 n: about 2 for linear work, 4
 * for quadratic. Import this first: V8 counts only the code that it compiles afterwards.
 */
export function growth(work: (n: number) => () => unknown, n = 2_000): number {
  const [once, twice] = [work(n), work(2 * n)]
  // The first run also does one-time work.
  steps(once)
  return steps(twice) / steps(once)
}

/**
 * How many steps synchronous code takes, independent of the machine's load. A step is a block of
 * JavaScript that V8 executed once, as its coverage counts them, in our code and in libraries; for built-in functions,
 * such as `split`, every character or element that they process. A regular expression counts the characters that it
 * reads, as if it were linear: test/regular-expressions.test.ts checks that it is.
 */
export function steps(run: () => unknown): number {
  // Code that ran before does not count.
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
// V8 counts the blocks of a function only if coverage was on when it first compiled it: so coverage is always on.
call('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
// Optimized code inlines calls without counting them: when V8 optimizes depends on the machine's load.
for (const compiler of ['opt', 'maglev']) setFlagsFromString(`--no-${compiler}`)
// Else every file that Jest runs in this process afterwards is counted too, and slower.
afterAll(() => {
  session.disconnect()
  setFlagsFromString('--opt')
  // Node 20 has Maglev, but does not use it.
  if (Number(process.versions.node.split('.')[0]) >= 22) setFlagsFromString('--maglev')
})

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

/** Replaces built-in functions that read texts by the same functions with a counter. */
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
  // `test` and the iterator of `matchAll` call it too. So the work of a string's own methods is counted too.
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
/** Functions that read one character, however long the text. */
const constant = ['constructor', 'toString', 'valueOf', 'charAt', 'charCodeAt', 'codePointAt', 'at']
/** Functions that read only what they return. */
const cutting = ['slice', 'substring', 'substr']
/** Functions that read every element without calling a counted function. */
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
