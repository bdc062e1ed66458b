import * as v from 'valibot'
import { AwsError } from '../core/aws-error.ts'
import type { Caller } from '../core/service.ts'

/** The services that take forms refuse input with this code. */
const formCode = 'ValidationError'

/** An action of CloudWatch, SES or SNS: it reads its input by the schema, and refuses other input with `ValidationError`. */
export const queryAction = actionsThatRefuseWith(formCode)

/** An action of Lambda or Step Functions: the same, with the error `ValidationException`. */
export const jsonAction = actionsThatRefuseWith('ValidationException')

/** An action of SQS: the same, with the error `InvalidParameterValue`. */
export const queueAction = actionsThatRefuseWith('InvalidParameterValue')

/** An action of CloudWatch Logs: the same, with the error `InvalidParameterException`. */
export const logsAction = actionsThatRefuseWith('InvalidParameterException')

function actionsThatRefuseWith(code: string) {
  return <const S extends v.GenericSchema, Output extends object>(
    schema: S,
    act: (input: v.InferOutput<S>, caller?: Caller) => Promise<Output>,
  ) =>
    async (input: unknown, caller?: Caller): Promise<Output> =>
      await act(readInput(schema, input, code), caller)
}

/** @throws AwsError for a member of the wrong JSON type; else one that names each member that is missing or wrong, as AWS words it */
function readInput<const S extends v.GenericSchema>(schema: S, input: unknown, code: string): v.InferOutput<S> {
  const read = parse(schema, input)
  if (read.success) return read.output
  // AWS reads the whole request before it looks at any value.
  refuseMismatch(read.issues, { mayBeForm: code === formCode })
  const faults = read.issues.map((issue) => {
    const member = (issue.path ?? []).map(step).join('.')
    return `Value ${shown(issue)} '${member}' failed to satisfy constraint: ${constraint(issue)}`
  })
  throw validationError(code, faults)
}

/** @throws AwsError SerializationException, if a member of input in JSON has the wrong type */
export function checkJsonTypes(schema: v.GenericSchema, input: unknown): void {
  const read = parse(schema, input)
  if (!read.success) refuseMismatch(read.issues, { mayBeForm: false })
}

const parse = <const S extends v.GenericSchema>(schema: S, input: unknown) =>
  v.safeParse(schema, hasNulls(input) ? withoutNulls(input) : input)

function refuseMismatch(issues: readonly v.BaseIssue<unknown>[], how: { mayBeForm: boolean }): void {
  const mismatch = issues.map((issue) => typeMismatch(issue, how)).find((message) => message !== undefined)
  if (mismatch !== undefined) throw new AwsError('SerializationException', mismatch)
}

// AWS was recorded to detect ten faults and no more, in a request with 501: kinesalite, test/putRecords.js.
const mostFaults = 10

/** The error for input that breaks its schema. `faults` has one sentence for each member that is wrong. */
export function validationError(code: string, faults: readonly string[]): AwsError {
  const detected = faults.slice(0, mostFaults)
  const count = detected.length === 1 ? '1 validation error' : `${detected.length} validation errors`
  return new AwsError(code, `${count} detected: ${detected.join('; ')}`)
}

/** A list in an awsQuery request, where an empty string means the empty list. */
export function list<const S extends v.GenericSchema>(schema: S) {
  const items = v.array(schema)
  const empty = v.pipe(
    v.literal(''),
    v.transform((): v.InferOutput<S>[] => []),
  )
  // Not a union: its faults would not name the member of the list.
  return v.optional(
    v.lazy((input): v.GenericSchema<unknown, v.InferOutput<S>[]> => (input === '' ? empty : items)),
    [],
  )
}

/** A list of strings in an awsQuery request. */
export const texts = list(v.string())

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
  if (Array.isArray(input)) return input.map(withoutNulls)
  if (!isStructure(input)) return input
  const present = Object.entries(input).filter(([, value]) => value !== null)
  return Object.fromEntries(present.map(([name, value]) => [name, withoutNulls(value)]))
}

/** Whether any value in a request is null. */
export function hasNulls(input: unknown): boolean {
  if (Array.isArray(input)) return input.some(hasNulls)
  return input === null || (isStructure(input) && Object.values(input).some(hasNulls))
}

/** An object of JSON or of a form; bytes are none. */
const isStructure = (input: unknown): input is object =>
  typeof input === 'object' && input !== null && !ArrayBuffer.isView(input)

const isMissing = ({ received, input }: v.BaseIssue<unknown>) => received === 'undefined' || input === null

function shown(issue: v.BaseIssue<unknown>): string {
  if (isMissing(issue)) return 'null at'
  const { input } = issue
  return typeof input === 'string' || typeof input === 'number' ? `'${input}' at` : 'at'
}

function constraint(issue: v.BaseIssue<unknown>): string {
  return isMissing(issue) ? 'Member must not be null' : issue.message
}

/** The Java type of a scalar in AWS's messages. A union is a number or a boolean that a form carries as text. */
function javaType({ type, expected }: v.BaseIssue<unknown>): string | undefined {
  if (type === 'string' || type === 'picklist') return 'a String'
  if (type === 'boolean' || (type === 'union' && expected?.includes('boolean'))) return 'a Boolean'
  return type === 'number' || type === 'union' ? 'an Integer' : undefined
}

const structures = ['object', 'loose_object', 'strict_object', 'record']

/**
 * What AWS's deserializer says of a value whose JSON type is not its member's, such as "NUMBER_VALUE can not be converted to
 * a String"; undefined if the type is right.
 */
function typeMismatch(issue: v.BaseIssue<unknown>, { mayBeForm }: { mayBeForm: boolean }): string | undefined {
  const { kind, type, input, expected } = issue
  if (kind !== 'schema' || isMissing(issue) || issue.received === 'sensitive') return undefined
  const java = javaType(issue)
  if (java !== undefined) {
    // A form has only text: there, text that is no number is a wrong value.
    if (typeof input === 'string' && (type === 'picklist' || (type === 'union' && mayBeForm))) return undefined
    if (Array.isArray(input)) return `Unrecognized collection type class java.lang.${java.split(' ')[1]}`
    return typeof input === 'object' ? unexpectedStructure : `${tokenOf(input)} can not be converted to ${java}`
  }
  if (type === 'array') return isStructure(input) ? unexpectedStructure : 'Expected list or null'
  // A strict object has an issue of its own for members that it does not know.
  if (structures.includes(type) && expected !== 'never') return 'Unexpected value type in payload'
  return undefined
}

const unexpectedStructure = 'Start of structure or map found where not expected.'

function tokenOf(scalar: unknown): string {
  if (typeof scalar === 'boolean') return scalar ? 'TRUE_VALUE' : 'FALSE_VALUE'
  if (typeof scalar === 'string') return 'STRING_VALUE'
  return Number.isInteger(scalar) ? 'NUMBER_VALUE' : 'DECIMAL_VALUE'
}
