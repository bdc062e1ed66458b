import type { Condition } from './condition.ts'

/** One statement of a policy, every element a list. `principals` is missing in a policy that belongs to an identity. */
export interface Statement {
  /** How sentences name it: `statement "Sid"`, or by its number where it has no Sid. */
  name: string
  effect: 'Allow' | 'Deny'
  principals?: Principals
  actions: { match: 'Action' | 'NotAction'; patterns: string[] }
  resources: string[]
  conditions: Condition[]
}

/** Whom a statement speaks of. `anyone` is `*`. */
export interface Principals {
  anyone: boolean
  services: string[]
  /** ARNs of principals, or accounts, by number or as `arn:aws:iam::<account>:root`. */
  aws: string[]
}

const statementElements = ['Sid', 'Effect', 'Principal', 'Action', 'NotAction', 'Resource', 'Condition']

/**
 * Reads a policy document.
 * @throws Error that names the element that the local cloud does not evaluate. Nothing is ignored: a rule that is
 * passed over would allow what AWS forbids, or the other way round.
 */
export function readPolicy(json: string): Statement[] {
  const document = JSON.parse(json) as {
    Version?: string
    Id?: string
    Statement?: unknown
    [element: string]: unknown
  }
  refuseUnknown('A policy', document, ['Version', 'Id', 'Statement'])
  return list(document.Statement).map((statement, index) => readStatement(statement as Json, index))
}

type Json = Record<string, unknown>

function readStatement(statement: Json, index: number): Statement {
  const name = statement.Sid ? `statement "${statement.Sid}"` : `statement ${index + 1}`
  refuseUnknown(`The policy's ${name}`, statement, statementElements)
  if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny') {
    throw new Error(`The policy's ${name} has the Effect ${statement.Effect}: write Allow or Deny.`)
  }
  const match = statement.NotAction === undefined ? 'Action' : 'NotAction'
  return {
    name,
    effect: statement.Effect,
    ...(statement.Principal !== undefined && { principals: readPrincipals(name, statement.Principal) }),
    actions: { match, patterns: strings(statement[match]) },
    resources: strings(statement.Resource).map((resource) => withoutVariables(name, resource)),
    conditions: Object.entries((statement.Condition ?? {}) as Record<string, Json>).flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, values]) => ({
        operator,
        key,
        values: strings(values).map((value) => withoutVariables(name, value)),
      })),
    ),
  }
}

function readPrincipals(name: string, principal: unknown): Principals {
  if (principal === '*') return { anyone: true, services: [], aws: [] }
  const { AWS, Service } = principal as Json
  refuseUnknown(`The Principal of the policy's ${name}`, principal as Json, ['AWS', 'Service'])
  const aws = strings(AWS)
  return { anyone: aws.includes('*'), services: strings(Service), aws }
}

function refuseUnknown(what: string, object: Json, known: string[]): void {
  const unknown = Object.keys(object).filter((element) => !known.includes(element))
  if (unknown.length > 0) {
    throw new Error(`${what} has ${unknown.join(', ')}, which the local cloud does not evaluate. Write it without.`)
  }
}

function withoutVariables(name: string, value: string): string {
  if (!value.includes('${')) return value
  throw new Error(
    `The policy's ${name} uses the policy variable ${value}, which the local cloud does not evaluate. Write it out.`,
  )
}

const list = (value: unknown): unknown[] => (value === undefined ? [] : Array.isArray(value) ? value : [value])
const strings = (value: unknown): string[] => list(value).map(String)
