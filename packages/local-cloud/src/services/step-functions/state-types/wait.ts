import { inside, type StateFields, type StateScope } from '../languages/input-output-processing.ts'
import { bare, inputValue, secondsAt } from '../values/seconds.ts'
import { runtimeError, StateError } from '../values/state-error.ts'
import { parseTimestamp } from '../values/timestamp.ts'

export interface WaitState extends StateFields {
  Type: 'Wait'
  Seconds?: number
  SecondsPath?: string
  Timestamp?: string
  TimestampPath?: string
}

/** The longest wait that AWS accepts, in seconds: three years and two months. */
export const longestWaitSeconds = 99_999_999

/** AWS counts the delay until a timestamp in seconds, as a signed number of 32 bits: 24,855 days are accepted, 24,856 are not. */
const longestDelayMs = (2 ** 31 - 1) * 1000

/** When the wait for a number of seconds, or until a timestamp, is over. */
export function endOfWait(state: WaitState, scope: StateScope): number {
  const untilMs = givenEnd(state, inside(state, scope))
  if (untilMs - scope.now > longestDelayMs) throw tooLong()
  return untilMs
}

function givenEnd({ Seconds, SecondsPath, Timestamp, TimestampPath }: WaitState, scope: StateScope): number {
  if (Seconds !== undefined || SecondsPath !== undefined) {
    const seconds = Seconds ?? secondsAt('SecondsPath', SecondsPath ?? '', scope)
    if (seconds > longestWaitSeconds) throw tooLong()
    return scope.now + seconds * 1000
  }
  const timestamp = Timestamp ?? inputValue('TimestampPath', TimestampPath ?? '', scope)
  const untilMs = parseTimestamp(timestamp)
  if (untilMs !== undefined) return untilMs
  const format = 'ISO-8601 extended offset date-time format string'
  if (Timestamp === undefined) {
    throw runtimeError(
      `The TimestampPath parameter does not reference a valid ${format}: ${TimestampPath} == ${bare(timestamp)}`,
    )
  }
  // Only an expression in JSONata can have such a value: others are known when the machine is created.
  const cause = `The Timestamp field cannot be parsed as an ${format}: ${Timestamp}`
  throw new StateError('States.QueryEvaluationError', cause, 'Timestamp')
}

function tooLong() {
  return runtimeError('Wait state delay is too long.')
}
