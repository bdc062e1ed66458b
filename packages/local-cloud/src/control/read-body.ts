import * as v from 'valibot'
import { Problem } from '../gateway/problem.ts'

/** @throws Problem with status 400 that names the member and the values that it accepts. */
export function readBody<Schema extends v.GenericSchema>(schema: Schema, body: unknown): v.InferOutput<Schema> {
  const read = v.safeParse(schema, body)
  if (read.success) return read.output
  const [issue] = read.issues
  const member = v.getDotPath(issue)
  throw new Problem(400, 'Invalid body', `${member ? `The member ${member}` : 'The body'} ${issue.message}.`)
}

/** The message of a strict object for another type, a missing member, or an unknown one. */
export function membersOf(example: string) {
  return ({ expected, path }: { expected: string | null; path?: unknown }) => {
    if (expected === 'never') return 'is unknown'
    return path ? 'is missing' : `takes an object such as ${example}`
  }
}
