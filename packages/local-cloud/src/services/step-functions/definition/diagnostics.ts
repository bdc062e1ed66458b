import { closestMatch } from '@confirmation-reminder/options/closest-match'
import type { Language } from '../languages/languages.ts'
import type { Json } from '../values/json.ts'

/**
 * A fault of a definition, as ValidateStateMachineDefinition returns it. The codes and messages are AWS's, where they are
 * known: from LocalStack's recordings (test_sfn_api_validation), from the measurements in floci-io/floci (issues 2735,
 * 2745 and 2968), badmintoncryer/cdk-preflight (rules/stepfunctions) and radkawar/stackd (control_lifecycle), and from
 * reports of failed deployments.
 */
export interface Diagnostic {
  code: string
  message: string
  /** The place in the definition, such as `/States/Work/Retry[0]`. Absent if the fault belongs to the whole of it. */
  location?: string
  /** What to write instead. Not a part of AWS's answer. */
  hint?: (() => string) | undefined
}

/** A place in a definition, and what holds there. */
export interface Place {
  readonly path: string
  readonly faults: Diagnostic[]
  /** The query language of the machine and, inside of a state, of this state. */
  readonly machineLanguage: Language
  readonly language: Language
  readonly express: boolean
  /** What of `$states` is known there, beside the input and the context. */
  readonly outcome?: 'result' | 'errorOutput' | undefined
}

/** Reports what is wrong with a value. */
export type Check = (value: Json, at: Place) => void

export function within(at: Place, step: string | number): Place {
  return { ...at, path: typeof step === 'number' ? `${at.path}[${step}]` : `${at.path}/${step}` }
}

/** Adds a fault in AWS's words. */
export function fault(
  at: Place,
  message: string,
  more: { code?: string; hint?: (() => string) | undefined } = {},
): void {
  at.faults.push({ code: 'SCHEMA_VALIDATION_FAILED', message, location: at.path || '/', ...more })
}

/** Adds a fault that is none on AWS. The message says what to use instead. */
export function unsupported(at: Place, message: string, hint: () => string = () => ''): void {
  fault(at, message, { code: 'UNSUPPORTED_BY_LOCAL_CLOUD', hint })
}

/** Whether only a number is wrong. AWS was recorded to judge what can be reached in spite of such a fault, and of no other. */
export function isOutOfRange({ message }: Diagnostic): boolean {
  return /^(?:Minimum|Maximum) value is /.test(message)
}

/** A hint at the name that was probably meant: one that begins with the same letter, as the closest one may be far away. */
export function didYouMean(name: string, names: Iterable<string>): () => string {
  return () => {
    const initial = name.charAt(0).toLowerCase()
    const close = closestMatch(
      name.slice(0, 80),
      [...names].filter((known) => known.toLowerCase().startsWith(initial)),
    )
    return close && `Did you mean ${close}?`
  }
}

/** A diagnostic as one line, which is what CreateStateMachine answers on AWS, and the hint. */
export function worded({ code, message, location, hint }: Diagnostic): string {
  const line = location === undefined ? `${code}: ${message}` : `${code}: ${message} at ${location}`
  const advice = hint?.()
  return advice ? `${line}. ${advice}` : line
}
