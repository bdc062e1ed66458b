import type { Stage } from '@confirmation-reminder/contracts/stages'
import { examplesOf, faultsOf, whatToPut } from '../check-settings.ts'
import type { Settings } from '../settings.ts'
import { valueAt, withValueAt } from './paths.ts'
import { leftOut, type Question, questions } from './questions.ts'

/** The settings with an answer, or the sentences with which synthesis for a deployment would refuse it. */
export type Answered = { settings: Settings } | { refused: string[] }

/** Puts an answer into the settings of a stage, by the checks of synthesis. */
export function answered(stage: Stage, settings: Settings, { path }: Question, answer: string): Answered {
  const withAnswer = (value: unknown): Answered => {
    const changed = withValueAt(settings, path, value)
    const refused = refusals(stage, changed, path, settings)
    return refused.length > 0 ? { refused } : { settings: changed }
  }
  if (['', leftOut].includes(answer) && isOptional(stage, settings, path)) return withAnswer(undefined)
  const isNumber = typeof valueAt(settings, path) === 'number'
  const digits = /^(0|[1-9]\d{0,14})$/.test(answer)
  if (isNumber && digits) return withAnswer(Number(answer))
  const asText = withAnswer(answer)
  if ('settings' in asText || !digits) return asText
  // A number that is not set yet.
  const asNumber = withAnswer(Number(answer))
  return 'settings' in asNumber ? asNumber : asText
}

/** Whether a sentence of check-settings.ts is about this setting, or about what it is in, such as `brand`. */
export function isAbout(stage: Stage, path: string, sentence: string): boolean {
  const [named] = sentence.split(' ', 1)
  return `settings.${stage}.${path}.`.startsWith(`${named}.`)
}

/** Why a stage cannot be deployed with its value at a path, and which contradictions came with it that no question is about. */
function refusals(stage: Stage, settings: Settings, path: string, before: Settings): string[] {
  const known = faultsOf(stage, before)
  const isOfThis = (sentence: string) => isAbout(stage, path, sentence)
  const isOfOther = (sentence: string) => questions.some((other) => isAbout(stage, other.path, sentence))
  const faults = faultsOf(stage, settings).filter(
    (fault) => isOfThis(fault) || !(known.includes(fault) || isOfOther(fault)),
  )
  return [...faults, ...examplesOf(stage, settings).filter(isOfThis)]
}

/** Whether the setting may be left out. */
export const isOptional = (stage: Stage, settings: Settings, path: string): boolean =>
  !faultsOf(stage, withValueAt(settings, path, undefined)).some((fault) => isAbout(stage, path, fault))

/** Whether the present value of a setting can be deployed, so that it need not be asked for. */
export const isSettled = (stage: Stage, settings: Settings, path: string): boolean =>
  refusals(stage, settings, path, settings).length === 0

/** What an answer may be, in the words of the check. */
export const taken = (settings: Settings, { path }: Question): string =>
  whatToPut(path, withValueAt(settings, path, '')).replace(/, or leave (it|github) out\b/, `, or ${leftOut}`)
