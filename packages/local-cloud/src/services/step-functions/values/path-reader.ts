import { isDeepStrictEqual } from 'node:util'
import type { Json } from './json.ts'
import { type Condition, isDefinite, PathError, type Selector, type Step, select } from './path-steps.ts'
import { Reader } from './reader.ts'

/** A path of the States Language. */
export interface Path {
  /** `$` for the context object, the name of a variable, or undefined for the data. */
  start: string | undefined
  steps: Step[]
}

// `$$` is the context object, and `$name` a variable.
const root = /\$(\$|[\p{ID_Start}_]\p{ID_Continue}*)?/uy
// A dot may stand before brackets: $.abc.['def ghi'] is in AWS's documentation of paths.
const dots = /\.{0,2}/y
// AWS documents that names with other characters must be in brackets.
const bareName = /(?:\\.|[^\\.[\]'"()*?@,:\s<>!=&|~])+/suy
const quoted = /'((?:\\.|[^\\'])*)'|"((?:\\.|[^\\"])*)"/suy
const slice = /(-?\d+):(-?\d+)?|:(-?\d+)/y
const integer = /-?\d+/y
const beforeEnd = /\(\s*@\.(?:length|size\(\))\s*-\s*(\d+)\s*\)/y
const relation = /===?|!==?|<=?|>=?/y
const current = /[$@](?![$\p{ID_Start}_])/uy
const word = /[^\s'"()[\]{}&|=!<>~,@$]+/y

/** Deep enough for every filter, and far from the depth at which a recursion overflows the stack. */
const deepest = 50

type Operand = (element: Json, root: Json) => Json | undefined

/** Reads paths. */
export class PathReader extends Reader {
  private depth = 0

  path(): Path {
    const start = this.take(root) ?? this.refuse('$')
    return { start: start[1], steps: this.steps() }
  }

  private steps(): Step[] {
    const found: Step[] = []
    for (;;) {
      const from = this.at
      const before = this.take(dots)?.[0]
      const deep = before === '..'
      const bare = before ? this.take(bareName)?.[0] : undefined
      if (bare !== undefined) found.push({ deep, kind: 'names', names: [bare.replace(/\\(.)/gsu, '$1')] })
      else if (before && this.take(/\*/y)) found.push({ deep, kind: 'all' })
      else if (this.isAt('[')) {
        this.take(/\[\s*/y)
        found.push({ deep, ...this.selector() })
        if (!this.take(/\s*\]/y)) this.refuse("']'")
      } else {
        this.at = from
        return found
      }
    }
  }

  private selector(): Selector {
    if (this.skip('*')) return { kind: 'all' }
    if (this.skip('?')) return { kind: 'filter', holds: this.group() }
    const places = this.take(beforeEnd)?.[1]
    if (places) return { kind: 'before the end', places: Number(places) }
    const names = this.list(() => this.quotedText())
    if (names) return { kind: 'names', names }
    const [range, from, to, end = to] = this.take(slice) ?? []
    if (range) return { kind: 'slice', from: from ? Number(from) : undefined, to: end ? Number(end) : undefined }
    const indexes = this.list(() => this.take(integer)?.[0])
    return { kind: 'indexes', indexes: (indexes ?? this.refuse('a name, an index, * or a filter')).map(Number) }
  }

  private list(element: () => string | undefined): string[] | undefined {
    const first = element()
    if (first === undefined) return undefined
    const all = [first]
    while (this.skip(',')) all.push(element() ?? this.refuse('another one'))
    return all
  }

  /** Between quotes, a backslash escapes itself and that quote. AWS finds `Test\"` at `$['Test\"']`. */
  private quotedText(): string | undefined {
    const [, single, double] = (this.isAt(`'"`) && this.take(quoted)) || []
    return single?.replace(/\\([\\'])/g, '$1') ?? double?.replace(/\\([\\"])/g, '$1')
  }

  // Filters, such as ?(@.a == 1 && !(@.b || @.c < $.limit)). AWS documents no operators that are words or patterns.

  private group(): Condition {
    this.depth += 1
    if (this.depth > deepest) this.refuse('fewer parentheses')
    this.expect('(')
    const condition = this.either()
    this.expect(')')
    this.depth -= 1
    return condition
  }

  private either(): Condition {
    const parts = [this.both()]
    while (this.skip('||')) parts.push(this.both())
    return (...of) => parts.some((part) => part(...of))
  }

  private both(): Condition {
    const parts = [this.test()]
    while (this.skip('&&')) parts.push(this.test())
    return (...of) => parts.every((part) => part(...of))
  }

  private test(): Condition {
    let isTrue = true
    while (this.skip('!')) isTrue = !isTrue
    const condition = this.isAt('(') ? this.group() : this.comparison()
    return (...of) => condition(...of) === isTrue
  }

  private comparison(): Condition {
    const left = this.operand()
    this.take(/\s*/y)
    const between = this.isAt('=!<>') ? this.take(relation)?.[0] : undefined
    // Step Functions Local was seen to treat null as absent.
    if (!between) return (...of) => (left(...of) ?? null) !== null
    this.take(/\s*/y)
    const right = this.operand()
    return (...of) => related(between, left(...of), right(...of))
  }

  private operand(): Operand {
    const start = this.isAt('$@') ? this.take(current)?.[0] : undefined
    if (start) {
      const steps = this.steps()
      return (element, root) => value(steps, start === '$' ? root : element)
    }
    const text = this.quotedText()
    if (text !== undefined) return () => text
    const literal = this.literal(word)
    if (literal !== undefined) return () => literal
    // Public workflows have texts without quotes.
    const [bare] = this.take(word) ?? this.refuse('a path or a value')
    return () => bare
  }
}

function value(steps: Step[], of: Json): Json | undefined {
  try {
    const found = select(steps, of)
    return isDefinite(steps) ? found[0] : found
  } catch (error) {
    if (error instanceof PathError) return undefined
    throw error
  }
}

/** Numbers equal the texts that they are written as. Only two numbers, or two texts, have an order. */
function related(between: string, left: Json | undefined, right: Json | undefined): boolean {
  if (between.startsWith('!')) return !related('==', left, right)
  if (between.startsWith('==')) {
    if (typeof left === 'number' && typeof right === 'string') return String(left) === right
    if (typeof left === 'string' && typeof right === 'number') return left === String(right)
    return isDeepStrictEqual(left, right)
  }
  const ordered = typeof left === typeof right && ['number', 'string'].includes(typeof left)
  if (!ordered || left === undefined || right === undefined || left === null || right === null) return false
  if (between.endsWith('=') && left === right) return true
  return between.startsWith('<') ? left < right : left > right
}
