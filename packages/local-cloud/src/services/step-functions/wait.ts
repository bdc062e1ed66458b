import {
  effectiveInput,
  exit,
  type InputOutput,
  type Outcome,
  type StateScope,
  type Transition,
} from './input-output-processing.ts'
import { readPath } from './json-path.ts'
import { runtimeError } from './state-error.ts'
import { parseTimestamp } from './timestamp.ts'

export interface WaitState extends InputOutput, Transition {
  Type: 'Wait'
  Seconds?: number
  SecondsPath?: string
  Timestamp?: string
  TimestampPath?: string
}

/** The longest wait that AWS accepts, in seconds: three years and two months. */
export const longestWaitSeconds = 99_999_999

/** Waits for a number of seconds, or until a timestamp. */
export function enterWait(state: WaitState, scope: StateScope): Outcome {
  const read = (path: string, field: string) => {
    const value = readPath(path, { ...scope, data: effectiveInput(state, scope) })
    if (value === undefined) throw runtimeError(`The ${field} parameter does not reference an input value: ${path}`)
    return value
  }
  if (state.Seconds !== undefined || state.SecondsPath !== undefined) {
    const seconds = state.Seconds ?? read(state.SecondsPath ?? '', 'SecondsPath')
    if (!Number.isInteger(seconds) || Number(seconds) < 0 || Number(seconds) > longestWaitSeconds) {
      throw runtimeError(
        `The SecondsPath parameter must reference a whole number from 0 to ${longestWaitSeconds}: ${state.SecondsPath} == ${JSON.stringify(seconds)}`,
      )
    }
    return { kind: 'wait', untilMs: scope.now + Number(seconds) * 1000 }
  }
  const timestamp = state.Timestamp ?? read(state.TimestampPath ?? '', 'TimestampPath')
  const untilMs = parseTimestamp(timestamp)
  if (untilMs === undefined) {
    throw runtimeError(
      `The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: ${state.TimestampPath} == ${JSON.stringify(timestamp)}`,
    )
  }
  return { kind: 'wait', untilMs }
}

/** Leaves the state at the end of the wait. */
export function leaveWait(state: WaitState, scope: StateScope): Outcome {
  return exit(state, effectiveInput(state, scope), scope)
}
