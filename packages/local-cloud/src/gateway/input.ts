import * as v from 'valibot'
import { AwsError } from '../core/aws-error.ts'

/**
 * Reads an action's input by its schema.
 * @param code what the service calls it; Lambda says `ValidationException`
 * @throws AwsError that names each member that is missing or wrong, as AWS words it
 */
export function readInput<const S extends v.GenericSchema>(
  schema: S,
  input: unknown,
  code = 'ValidationError',
): v.InferOutput<S> {
  const read = v.safeParse(schema, input)
  if (read.success) return read.output
  const faults = read.issues.map((issue) => {
    const member = (issue.path ?? []).map(step).join('.')
    return `Value ${shown(issue)} '${member}' failed to satisfy constraint: ${constraint(issue)}`
  })
  const count = faults.length === 1 ? '1 validation error' : `${faults.length} validation errors`
  throw new AwsError(code, `${count} detected: ${faults.join('; ')}`)
}

/** A list of texts in an awsQuery request, where empty text means the empty list. */
export const texts = v.optional(
  v.union([
    v.array(v.string()),
    v.pipe(
      v.literal(''),
      v.transform((): string[] => []),
    ),
  ]),
  [],
)

/** A number, which an awsQuery request has as text. */
export const number = v.pipe(
  v.union([v.number(), v.pipe(v.string(), v.decimal(), v.transform(Number))], 'Member must be a number'),
  v.finite('Member must be a number'),
)

/** A whole number of a range. */
export function whole(least: number, most: number) {
  return v.pipe(
    number,
    v.integer('Member must be a whole number'),
    v.minValue(least, `Member must have value greater than or equal to ${least}`),
    v.maxValue(most, `Member must have value less than or equal to ${most}`),
  )
}

/** A text of so many characters. */
export function text(least: number, most: number) {
  return v.pipe(
    v.string(),
    v.minLength(least, `Member must have length greater than or equal to ${least}`),
    v.maxLength(most, `Member must have length less than or equal to ${most}`),
  )
}

/** One of these texts. */
export function oneOf<const Options extends readonly string[]>(options: Options) {
  return v.picklist(options, `Member must satisfy enum value set: [${options.join(', ')}]`)
}

/** A truth value, which an awsQuery request has as text. */
export const flag = v.union(
  [
    v.boolean(),
    v.pipe(
      v.picklist(['true', 'false']),
      v.transform((text) => text === 'true'),
    ),
  ],
  'Member must be true or false',
)

/** A member in a path, as AWS names it: the second of a list is `2.member`. */
function step({ key }: { key: unknown }): string {
  if (typeof key === 'number') return `${key + 1}.member`
  const name = String(key)
  return name.charAt(0).toLowerCase() + name.slice(1)
}

function shown({ input, received }: v.BaseIssue<unknown>): string {
  if (received === 'undefined') return 'null at'
  return typeof input === 'string' || typeof input === 'number' ? `'${input}' at` : 'at'
}

function constraint({ received, message }: v.BaseIssue<unknown>): string {
  return received === 'undefined' ? 'Member must not be null' : message
}
