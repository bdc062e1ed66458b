import * as v from 'valibot'
import { Problem } from '../gateway/problem.ts'

/** @throws Problem with status 400 that names the member and says what it takes. */
export function readBody<Schema extends v.GenericSchema>(schema: Schema, body: unknown): v.InferOutput<Schema> {
  const read = v.safeParse(schema, body)
  if (read.success) return read.output
  const [issue] = read.issues
  const member = v.getDotPath(issue)
  throw new Problem(400, 'Invalid body', `${member ? `The member ${member}` : 'The body'} ${issue.message}.`)
}

/** What a strict object says when it gets something else, or lacks a member, or has one too many. */
export function membersOf(example: string) {
  return ({ expected, path }: { expected: string | null; path?: unknown }) => {
    if (expected === 'never') return 'is unknown'
    return path ? 'is missing' : `takes an object such as ${example}`
  }
}
