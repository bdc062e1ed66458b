import * as v from 'valibot'
import { AwsError } from './aws-error.ts'

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
  const faults = read.issues.map(({ path = [], received, message }) => {
    const member = path.map(({ key }) => lowerFirst(String(key))).join('.')
    if (received === 'undefined')
      return `Value null at '${member}' failed to satisfy constraint: Member must not be null`
    return `Value at '${member}' failed to satisfy constraint: ${message}`
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

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1)
}
