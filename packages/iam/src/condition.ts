import { arnMatches, matches } from './wildcard.ts'

/** One line of a Condition: it holds if any of the values fits what the request says under the key. */
export interface Condition {
  operator: string
  key: string
  values: string[]
}

type Fits = (wanted: string, given: string) => boolean

const equals: Fits = (wanted, given) => wanted === given
const equalsIgnoringCase: Fits = (wanted, given) => wanted.toLowerCase() === given.toLowerCase()

/** The supported operators. `negated`: true where no value fits, and where the key is missing. */
const operators: ReadonlyMap<string, { fits: Fits; negated?: true }> = new Map([
  ['StringEquals', { fits: equals }],
  ['StringNotEquals', { fits: equals, negated: true }],
  ['StringEqualsIgnoreCase', { fits: equalsIgnoringCase }],
  ['StringNotEqualsIgnoreCase', { fits: equalsIgnoringCase, negated: true }],
  ['StringLike', { fits: matches }],
  ['StringNotLike', { fits: matches, negated: true }],
  // AWS gives ArnEquals and ArnLike one meaning.
  ['ArnEquals', { fits: arnMatches }],
  ['ArnLike', { fits: arnMatches }],
  ['ArnNotEquals', { fits: arnMatches, negated: true }],
  ['ArnNotLike', { fits: arnMatches, negated: true }],
  ['Bool', { fits: equalsIgnoringCase }],
])

const ifExists = 'IfExists'

/**
 * Whether a condition holds for a request. Keys are compared without regard to case, as IAM does.
 * @throws Error that names an operator that is not supported, such as those of keys with several values (`ForAnyValue:`)
 */
export function holds({ operator, key, values }: Condition, request: Record<string, string>): boolean {
  const given = Object.entries(request).find(([name]) => equalsIgnoringCase(name, key))?.[1]
  if (operator === 'Null') return values.some((value) => equalsIgnoringCase(value, String(given === undefined)))
  const optional = operator.endsWith(ifExists)
  const known = operators.get(optional ? operator.slice(0, -ifExists.length) : operator)
  if (!known) {
    throw new Error(
      `The condition operator ${operator} is not supported. Supported are ${[...operators.keys()].join(', ')} and Null.`,
    )
  }
  if (given === undefined) return optional || known.negated === true
  return values.some((value) => known.fits(value, given)) !== (known.negated ?? false)
}
