import compile, { type Expression, type Focus } from 'jsonata'
import type { Json, JsonObject } from './json.ts'
import { fail, functions, type World } from './jsonata-functions.ts'
import { remember } from './remember.ts'
import { TooLong, watched } from './watchdog.ts'

/** Why an expression has no value. The message continues AWS's sentence "The JSONata expression '…'". */
export class ExpressionError extends Error {}

/** AWS was seen to accept expressions whose evaluation nests so deep, and values of so many bytes, but no more. */
const deepest = 100
const largestBytes = 6_990_256
/** A million evaluations, more than AWS was seen to make in one expression. They take some seconds. */
const mostSteps = 16_000_000
const stepsPerEvaluation = 16

const tooDeep =
  'Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive'
const tooLong = 'Expression evaluation timeout: Check for infinite loop'
const tooLarge = 'Expression evaluation memory limit exceeded: Check for excessive memory usage'

function threw(what: string): ExpressionError {
  return new ExpressionError(`threw an error during evaluation${what}`)
}

/** The library calls the variables of these names before and after each step. A definition cannot have them. */
const [entry, exit] = ['__evaluate_entry', '__evaluate_exit'] as const
/** No expression can name this variable: it has a space. */
const worldName = ' world'

const parse = remember((text: string): { expression: Expression; references: string[] } => {
  if (text.includes('__evaluate_')) fail('Variables cannot be named __evaluate_.')
  const expression = compile(text)
  for (const [name, { signature, call }] of functions) {
    expression.registerFunction(
      name,
      function (this: Focus, ...args: unknown[]) {
        return call(args, this.environment.lookup(worldName))
      },
      signature,
    )
  }
  return { expression, references: [...references(expression.ast())] }
})

/**
 * What is wrong with the text of an expression, in AWS's code and words; undefined for nothing.
 * @param outcome what the expression may read of `$states` beside the input and the context
 */
export function faultOf(text: string, outcome?: string): { code: string; message: string } | undefined {
  try {
    const known = ['input', 'context', outcome].map((field) => `$states.${field}`)
    const [name] = parse(text).references.filter((reference) => !known.includes(reference))
    if (name === undefined) return undefined
    const isField = name.startsWith('$states.')
    const message = isField
      ? `Field '${name}' does not exist.`
      : `Reference to '${name}'${name === '$$' ? '' : ' at the top level'} is not supported.`
    return { code: 'UNSUPPORTED_JSONATA_EXPRESSION', message }
  } catch (error) {
    const message = error instanceof RangeError ? tooDeep : (error as Error).message
    return { code: 'INVALID_JSONATA_EXPRESSION', message }
  }
}

interface Node {
  type?: string
  value?: unknown
  steps?: Node[]
}

/** Parts of an expression whose context is a part of the data: all others have none, as only variables can be read. */
const withContext = new Set(['stages', 'predicate', 'group', 'terms', 'pattern', 'update', 'delete'])

/** The fields of `$states` that are read, `$$`, and the names that are read where there is no context. */
function* references(node: unknown, hasContext = false): Generator<string> {
  if (typeof node !== 'object' || node === null) return
  const { type, value, steps = [] } = node as Node
  if (type === 'variable' && value === '$') yield '$$'
  if (type === 'name' && !hasContext) yield String(value)
  for (const [index, step] of steps.entries()) {
    const field = steps[index + 1]
    if (step.type === 'variable' && step.value === 'states' && field?.type === 'name') yield `$states.${field.value}`
    yield* references(step, hasContext || index > 0)
  }
  for (const [part, inner] of Object.entries(node)) {
    if (part !== 'steps') yield* references(inner, hasContext || withContext.has(part))
  }
}

/**
 * The value of an expression; undefined if it has none. It ends after a limited number of steps, whatever it computes.
 * @throws ExpressionError
 */
export function evaluateJsonata(
  text: string,
  variables: JsonObject,
  world: World,
  steps = mostSteps,
): Json | undefined {
  try {
    const { expression } = parse(text)
    // AWS has no $eval, and no input beside the variables.
    const bindings = { eval: undefined, ...variables, ...limits(steps), [worldName]: world }
    const value = watched(() => expression.evaluate(undefined, bindings))
    return value === undefined ? undefined : json(value)
  } catch (error) {
    throw explained(error)
  }
}

/** The library's hooks before and after each step, which end an evaluation at a limit. */
function limits(most: number): Record<string, (...step: [unknown, unknown, unknown, unknown]) => void> {
  let depth = 0
  let steps = 0
  const sizes = new WeakMap<object, number>()
  const count = (more: number) => {
    steps += more
    if (steps > most) throw threw(`: ${tooLong}`)
  }
  /** The bytes of a value: eight for a number, one for a character. */
  const size = (value: unknown): number => {
    if (typeof value === 'string') return value.length
    if (typeof value !== 'object' || value === null) return 8
    if ('_jsonata_lambda' in value || '_jsonata_function' in value) return 8
    let bytes = sizes.get(value)
    if (bytes !== undefined) return bytes
    bytes = 0
    const parts = Array.isArray(value) ? value : Object.entries(value).flat()
    count(parts.length)
    for (const part of parts) bytes += size(part)
    if (bytes > largestBytes) throw threw(`: ${tooLarge}`)
    sizes.set(value, bytes)
    return bytes
  }
  return {
    [entry]: () => {
      depth += 1
      if (depth > deepest) throw threw(`: ${tooDeep}`)
      count(stepsPerEvaluation)
    },
    [exit]: (_expression, _input, _environment, result) => {
      depth -= 1
      const bytes = size(result)
      if (bytes > largestBytes) throw threw(`: ${tooLarge}`)
      // The functions of the library are not hooked, and may read all of a value.
      count(bytes >> (typeof result === 'string' ? 3 : 6))
    },
  }
}

/** A copy in plain JSON. AWS writes numbers that JSON does not have as strings. */
function json(value: unknown): Json {
  const text = JSON.stringify(value, (_, part) => {
    if (typeof part === 'number' && !Number.isFinite(part)) return String(part)
    if (typeof part === 'function' || part?._jsonata_lambda || part?._jsonata_function) {
      throw new ExpressionError('returned an unsupported result type.')
    }
    return part
  })
  return JSON.parse(text)
}

function explained(error: unknown): ExpressionError {
  if (error instanceof ExpressionError) return error
  if (error instanceof TooLong) return threw(`: ${tooLong}`)
  // Of JavaScript itself: a text longer than it can have, or a stack that is full.
  if (error instanceof RangeError) return threw(`: ${tooLarge}`)
  const { code, message } = error as { code?: string; message: string }
  // AWS ends the sentence before a fault of the library, which has a code. What has none is a mistake in the library.
  return code === undefined
    ? new ExpressionError('threw an internal error during evaluation.')
    : threw(`. ${code}: ${message}`)
}
