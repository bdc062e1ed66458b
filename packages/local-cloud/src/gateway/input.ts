import * as v from 'valibot'
import { AwsError } from '../core/aws-error.ts'
import type { Caller } from '../core/service.ts'

/** An action of CloudWatch, SES or SNS: it reads its input by the schema, and refuses other input with `ValidationError`. */
export const queryAction = actionsThatRefuseWith('ValidationError')

/** An action of Lambda or Step Functions: the same, with the error `ValidationException`. */
export const jsonAction = actionsThatRefuseWith('ValidationException')

/** An action of SQS: the same, with the error `InvalidParameterValue`. */
export const queueAction = actionsThatRefuseWith('InvalidParameterValue')

function actionsThatRefuseWith(code: string) {
  return <const S extends v.GenericSchema, Output extends object>(
    schema: S,
    act: (input: v.InferOutput<S>, caller?: Caller) => Promise<Output>,
  ) =>
    async (input: unknown, caller?: Caller): Promise<Output> =>
      await act(readInput(schema, input, code), caller)
}

/** @throws AwsError that names each member that is missing or wrong, as AWS words it */
function readInput<const S extends v.GenericSchema>(schema: S, input: unknown, code: string): v.InferOutput<S> {
  const read = v.safeParse(schema, withoutNulls(input))
  if (read.success) return read.output
  const faults = read.issues.map((issue) => {
    const member = (issue.path ?? []).map(step).join('.')
    return `Value ${shown(issue)} '${member}' failed to satisfy constraint: ${constraint(issue)}`
  })
  throw validationError(code, faults)
}

/** The error for input that breaks its schema. `faults` has one sentence for each member that is wrong. */
export function validationError(code: string, faults: readonly string[]): AwsError {
  const count = faults.length === 1 ? '1 validation error' : `${faults.length} validation errors`
  return new AwsError(code, `${count} detected: ${faults.join('; ')}`)
}

/** A list of strings in an awsQuery request, where an empty string means the empty list. */
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

/** A number. An awsQuery request carries it as a string. */
export const number = v.pipe(
  v.union([v.number(), v.pipe(v.string(), v.decimal(), v.transform(Number))], 'Member must be a number'),
  v.finite('Member must be a number'),
)

/** A whole number in a range. */
export function whole(least: number, most: number) {
  return v.pipe(
    number,
    v.integer('Member must be a whole number'),
    v.minValue(least, `Member must have value greater than or equal to ${least}`),
    v.maxValue(most, `Member must have value less than or equal to ${most}`),
  )
}

/** A string with a length in a range, in UTF-16 code units. */
export function text(least: number, most: number) {
  return v.pipe(
    v.string(),
    v.minLength(least, `Member must have length greater than or equal to ${least}`),
    v.maxLength(most, `Member must have length less than or equal to ${most}`),
  )
}

/** One of these strings. */
export function oneOf<const Options extends readonly string[]>(options: Options) {
  return v.picklist(options, `Member must satisfy enum value set: [${options.join(', ')}]`)
}

/** A boolean. An awsQuery request carries it as a string. */
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

/** A check of a value that AWS does not repeat in its message: its API model marks the member as sensitive. */
export function sensitive<T>(accepts: (value: T) => boolean, message: string) {
  return v.rawCheck<T>(({ dataset, addIssue }) => {
    if (dataset.typed && !accepts(dataset.value)) addIssue({ input: undefined, received: 'sensitive', message })
  })
}

/** A member in a path, as AWS names it: the second element of a list is `2.member`. */
function step({ key }: { key: unknown }): string {
  if (typeof key === 'number') return `${key + 1}.member`
  const name = String(key)
  return name.charAt(0).toLowerCase() + name.slice(1)
}

/** In AWS's JSON protocols, a member that is null is absent. */
function withoutNulls(input: unknown): unknown {
  if (typeof input !== 'object' || input === null) return input
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null))
}

function shown({ input, received }: v.BaseIssue<unknown>): string {
  if (received === 'undefined') return 'null at'
  return typeof input === 'string' || typeof input === 'number' ? `'${input}' at` : 'at'
}

function constraint({ received, message }: v.BaseIssue<unknown>): string {
  return received === 'undefined' ? 'Member must not be null' : message
}
