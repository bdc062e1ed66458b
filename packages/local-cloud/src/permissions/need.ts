import type { StackModel } from '../core/stack-model.ts'

/** One thing that a role needs to be allowed for a call. */
export interface Need {
  /** As policies write it, such as `dynamodb:PutItem`. */
  action: string
  /** The ARN that is acted upon; `*` for actions that know no resource. */
  resource: string
  /** The condition keys of the service that the request sets. */
  conditions?: Record<string, string>
}

/** The members of a request. They are not checked yet: each may be missing, or of any type. */
export type Input = Readonly<Record<string, unknown>>

/** What an action needs, given its request. */
export type Row = (input: Input, stack: StackModel) => readonly Need[]

/** A member of a request as text; empty if it is none. */
export const textIn = (input: Input, member: string): string => {
  const value = input[member]
  return typeof value === 'string' ? value : ''
}

/** A member of a request as a list of texts; without those that are none. */
export const textsIn = (input: Input, member: string): string[] =>
  [input[member]].flat().filter((one) => typeof one === 'string')

/** The ARN of a resource of the stack's account in its Region. */
export const arnIn = ({ region, accountId }: StackModel, service: string, resource: string) =>
  `arn:aws:${service}:${region}:${accountId}:${resource}`
