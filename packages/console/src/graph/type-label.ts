import { duration } from './duration.ts'
import type { State } from './machine.ts'
import { fitted, fittedEnd, textWidth } from './text-width.ts'

/**
 * A state's type, and what tells it apart from others of the type: the function of a Task, the length of a Wait.
 * @param width in pixels: what does not fit is cut
 */
export function typeLabel(state: State, width = Infinity, fontSize = 1): string {
  const type = `${state.Type} · `
  const left = width - textWidth(type, fontSize)
  if (state.Type === 'Task' && functionName(state)) return `${type}${fittedEnd(functionName(state), left, fontSize)}`
  return state.Type === 'Wait' ? `${type}${fitted(wait(state), left, fontSize)}` : state.Type
}

function functionName({ Resource = '', Parameters, Arguments }: State): string {
  const given = (Parameters ?? Arguments) as Record<string, unknown> | undefined
  const name = typeof given === 'object' ? given?.FunctionName : undefined
  if (typeof name === 'string') return lastName(name)
  return Resource.includes(':::') ? '' : lastName(Resource)
}

/** The function's name in its ARN, without the alias or version. */
function lastName(arn: string): string {
  return /:function:([^:]+)/.exec(arn)?.[1] ?? arn
}

function wait({ Seconds, SecondsPath, Timestamp, TimestampPath }: State): string {
  if (typeof Seconds === 'number') return duration(Seconds * 1000)
  const until = TimestampPath ?? Timestamp
  if (until !== undefined) return `until ${shown(until)}`
  return `${shown(SecondsPath ?? Seconds ?? '')} s`
}

/** A path without its `$.`, an expression without its delimiters. */
function shown(value: unknown): string {
  return String(value).replace(/^\$\.|^\{%\s*|\s*%\}$/g, '')
}
