import { type IntrinsicFunction, intrinsics } from './intrinsic-functions.ts'
import type { Json } from './json.ts'
import { existing, type Scope } from './json-path.ts'
import { PathReader } from './path-reader.ts'
import { remember } from './remember.ts'
import { runtimeError } from './state-error.ts'

// Intrinsic functions, such as States.Format('{}: {}', $.name, States.MathAdd($.count, 1)).

/** Whether a text is meant as a call, and not as a path. */
export function mayBeIntrinsic(text: string): boolean {
  return text.startsWith('States.')
}

/** The paths that a text reads: itself, or all arguments of a function that are paths. */
export function pathsIn(text: string): string[] {
  const within = (expression: Expression): string[] => {
    if (expression.kind === 'call') return expression.args.flatMap(within)
    return expression.kind === 'path' ? [expression.path] : []
  }
  return mayBeIntrinsic(text) ? within(parseIntrinsic(text)) : [text]
}

/** What the functions may use beside their arguments. */
export interface IntrinsicScope extends Scope {
  /** A number from 0 to 1. */
  random(): number
}

type Expression =
  | { kind: 'call'; name: string; called: IntrinsicFunction; args: Expression[] }
  | { kind: 'path'; path: string }
  /** `raw` is the text of a string as it is written, with its escapes. */
  | { kind: 'value'; value: Json; raw?: string }

/** AWS's limit for functions within functions. */
const deepest = 10

/**
 * Parses a call of an intrinsic function.
 * @throws Error that says what is wrong, and where
 */
export const parseIntrinsic = remember((text: string): Expression => {
  const parser = new Parser(text)
  const parsed = parser.call(1)
  parser.end()
  return parsed
})

/** Whether a text calls an intrinsic function. */
export function isIntrinsic(text: string): boolean {
  try {
    return parseIntrinsic(text).kind === 'call'
  } catch {
    return false
  }
}

const name = /States\.\w+/y
const word = /[\w.+-]+/y
// Within a string, AWS takes a backslash only before these characters, and control characters as they are.
const string = /'((?:[^\\']|\\[\\'{}])*)'/y

class Parser extends PathReader {
  call(depth: number): Expression {
    const found = this.take(name)?.[0]
    const called = intrinsics.get(found?.slice('States.'.length) ?? '')
    if (!found || !called) return this.refuse('the name of an intrinsic function')
    if (depth > deepest) throw new Error(`More than ${deepest} functions are within each other: ${this.text}`)
    this.expect('(')
    const args: Expression[] = []
    if (!this.skip(')')) {
      do args.push(this.argument(depth))
      while (this.skip(','))
      this.expect(')')
    }
    const [least, most] = called.count
    if (args.length >= least && args.length <= most) return { kind: 'call', name: found, called, args }
    throw new Error(`${found} does not take ${args.length} arguments: ${this.text}`)
  }

  private argument(depth: number): Expression {
    const raw = this.take(string)?.[1]
    if (raw !== undefined) return { kind: 'value', value: raw.replace(/\\(.)/gs, '$1'), raw }
    const value = this.literal(word)
    if (value !== undefined) return { kind: 'value', value }
    if (!this.isAt('$')) return this.call(depth + 1)
    const from = this.at
    this.path()
    return { kind: 'path', path: this.text.slice(from, this.at) }
  }
}

/**
 * The result of an intrinsic function.
 * @throws StateError `States.Runtime` if an argument does not fit. The States Language calls that
 * `States.IntrinsicFailure`; AWS does not.
 */
export function callIntrinsic(text: string, scope: IntrinsicScope): Json {
  const explained = (error: string) => `The function '${text}' had the following error: ${error}`
  const evaluate = (expression: Expression, asWritten = false): Json => {
    if (expression.kind === 'value') return asWritten ? (expression.raw ?? expression.value) : expression.value
    if (expression.kind === 'path') {
      // Of the context object too, AWS names the path without its first $, and the state's input.
      const named = expression.path.replace(/^\$\$/, '$')
      const absent = () =>
        `The JsonPath argument for the field '${named}' could not be found in the input '${JSON.stringify(scope.data)}'`
      return existing(expression.path, scope, ({ kind, message }) => explained(kind === 'misfit' ? message : absent()))
    }
    // The template of Format keeps its escapes, which tell \{ from a placeholder.
    const args = expression.args.map((arg, index) => evaluate(arg, expression.name === 'States.Format' && index === 0))
    let result: Json | undefined
    try {
      result = expression.called.call(args, scope)
    } catch (error) {
      throw runtimeError(explained((error as Error).message))
    }
    if (result === undefined) throw runtimeError(explained(`Invalid arguments in ${expression.name}`))
    return result
  }
  return evaluate(parsed(text))
}

function parsed(text: string): Expression {
  try {
    return parseIntrinsic(text)
  } catch (error) {
    throw runtimeError((error as Error).message)
  }
}
