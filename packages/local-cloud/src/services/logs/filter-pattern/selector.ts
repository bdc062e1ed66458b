import { memberOf } from '../../../core/json.ts'
import { refusal } from '../request.ts'
import { isWord, type Scanner } from './scanner.ts'

/** One step from a value of JSON to those below it. */
type Step = (value: unknown) => readonly unknown[]

/** Which values of an event a condition is about. A wildcard selects several; what is missing, none. */
export interface Selector {
  select(event: unknown): readonly unknown[]
  wildcards: number
}

const isName = (character: string) => isWord(character) || character === '-'
const isDigit = (character: string) => /\d/.test(character)

/** Reads a selector, such as `$.traceId`, `$.errors[0].name`, `$.errors[*].name` or `$.['a.b']`. */
export function readSelector(scanner: Scanner): Selector {
  if (!scanner.take('$')) throw scanner.unexpected()
  const steps: Step[] = []
  for (let step = readStep(scanner); step; step = readStep(scanner)) steps.push(step)
  if (steps.length === 0) throw scanner.unexpected()
  const wildcards = steps.filter((step) => step === all).length
  if (wildcards > 1)
    throw refusal(
      'Your filter pattern has a JSON path selector that exceeds the maximum of 1 wildcard allowed per json selector.',
    )
  return {
    select: (event) => steps.reduce<readonly unknown[]>((found, step) => found.flatMap(step), [event]),
    wildcards,
  }
}

function readStep(scanner: Scanner): Step | undefined {
  const afterDot = scanner.take('.')
  if (scanner.take('[')) return readBrackets(scanner)
  if (!afterDot) return undefined
  if (scanner.take('*')) return all
  const name = scanner.takeAll(isName)
  if (name === '') throw scanner.unexpected()
  return member(name)
}

function readBrackets(scanner: Scanner): Step {
  const step = readIndex(scanner)
  if (!scanner.take(']')) throw scanner.unexpected()
  return step
}

function readIndex(scanner: Scanner): Step {
  if (scanner.take('*')) return all
  for (const mark of [`'`, '"']) if (scanner.take(mark)) return member(scanner.takeUntil(mark))
  const index = scanner.takeAll(isDigit)
  if (index === '') throw scanner.unexpected()
  return (value) => (Array.isArray(value) && Number(index) in value ? [value[Number(index)]] : [])
}

const all: Step = (value) => (typeof value === 'object' && value !== null ? Object.values(value) : [])

function member(name: string): Step {
  return (value) =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, name)
      ? [memberOf(value, name)]
      : []
}
