import * as v from 'valibot'
import { number, oneOf, text, whole } from '../../gateway/input.ts'
import { Pagination } from '../../gateway/pagination.ts'

/** A time in a request: clients of awsJson send seconds, those of awsQuery ISO 8601. This gives milliseconds. */
export const time = v.union(
  [
    v.pipe(
      number,
      v.transform((seconds) => Math.round(seconds * 1000)),
    ),
    v.pipe(
      v.string(),
      v.transform((iso) => Date.parse(iso)),
      v.finite(),
    ),
  ],
  'Member must be a time',
)

/** The name of a metric, of a dimension or of its value; 255 characters are the longest for each. */
// Half a pair of surrogates cannot be a part of a key.
export const name = v.pipe(text(1, 255), v.regex(/^\P{Surrogate}*$/u, 'Member must be Unicode text'))
export const dimensionValue = text(1, 1024)

/** Dimensions as the API lists them. */
export const dimensions = v.pipe(
  v.optional(v.array(v.object({ Name: name, Value: dimensionValue })), []),
  v.transform((list): Record<string, string> => Object.fromEntries(list.map(({ Name, Value }) => [Name, Value]))),
)

/** Dimensions as an answer lists them. */
export function dimensionList(named: Readonly<Record<string, string>>): { Name: string; Value: string }[] {
  return Object.entries(named).map(([Name, Value]) => ({ Name, Value }))
}

/** A period in seconds that AWS accepts. */
export const period = v.pipe(
  number,
  v.check(
    (seconds) => [1, 5, 10, 20, 30].includes(seconds) || (seconds > 0 && seconds % 60 === 0),
    'Member must be 1, 5, 10, 20, 30 or a multiple of 60',
  ),
)

const bytes = ['Bytes', 'Kilobytes', 'Megabytes', 'Gigabytes', 'Terabytes']
const bits = ['Bits', 'Kilobits', 'Megabits', 'Gigabits', 'Terabits']
const amounts = [...bytes, ...bits, 'Count']
const times = ['Seconds', 'Microseconds', 'Milliseconds']
/** A unit as CloudWatch names it. */
export const unit = oneOf([...times, ...amounts, ...amounts.map((amount) => `${amount}/Second`), 'Percent', 'None'])

/** How many entries an answer has at most. */
export function pageSize(longest: number) {
  return v.optional(whole(1, longest), longest)
}

/** Where the next page begins. Opaque; see `pagination`. */
export const nextToken = v.optional(v.string())
export const pagination = new Pagination('InvalidNextToken', 'Invalid NextToken.')
