import type { Condition } from './condition.ts'

/** One statement of a policy. */
export interface Statement {
  /** How sentences name it: `statement "Sid"`, or by its number where it has no Sid. */
  name: string
  sid?: string
  effect: 'Allow' | 'Deny'
  /** As `AWS:123456789012`, `Service:sns.amazonaws.com` or `*`. Missing in a policy that belongs to an identity. */
  principals?: PatternSet
  actions: PatternSet
  /** Missing in a trust policy, which is about its own role. */
  resources?: PatternSet
  conditions: Condition[]
  /** The Condition as it is written, in JSON; empty without one. */
  condition: string
}

/** What an element of a statement covers: what fits one of its patterns or, for `NotAction` and the other negations, everything else. */
export interface PatternSet {
  allBut: boolean
  patterns: string[]
}

const negatable = ['Principal', 'Action', 'Resource']
const statementElements = ['Sid', 'Effect', 'Condition', ...negatable, ...negatable.map((element) => `Not${element}`)]

/**
 * Reads a policy document.
 * @throws Error where the text is no policy, or has an element that IAM does not know. No element is ignored: an ignored
 * one would allow what AWS forbids, or forbid what AWS allows.
 */
export function readPolicy(json: string): Statement[] {
  const document: unknown = JSON.parse(json)
  if (!isObject(document)) throw new Error('A policy must be a JSON object.')
  refuseUnknown('A policy', document, ['Version', 'Id', 'Statement'])
  if (document.Statement === undefined) throw new Error('A policy must have a Statement.')
  return list(document.Statement).map(readStatement)
}

type Json = Record<string, unknown>

const isObject = (value: unknown): value is Json => value !== null && typeof value === 'object' && !Array.isArray(value)

function readStatement(statement: unknown, index: number): Statement {
  const name = isObject(statement) && statement.Sid ? `statement "${statement.Sid}"` : `statement ${index + 1}`
  if (!isObject(statement)) throw new Error(`The policy's ${name} must be a JSON object.`)
  refuseUnknown(`The policy's ${name}`, statement, statementElements)
  if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny') {
    throw new Error(`The policy's ${name} has the Effect ${statement.Effect}: write Allow or Deny.`)
  }
  const element = (element: string) => patternSet(name, statement, element)
  const actions = element('Action')
  if (!actions) throw new Error(`The policy's ${name} has no Action.`)
  const [principals, resources] = [element('Principal'), element('Resource')]
  return {
    name,
    ...(statement.Sid !== undefined && { sid: String(statement.Sid) }),
    effect: statement.Effect,
    ...(principals && { principals }),
    actions,
    ...(resources && { resources }),
    conditions: statement.Condition === undefined ? [] : conditionsOf(name, statement.Condition),
    condition: statement.Condition === undefined ? '' : JSON.stringify(statement.Condition),
  }
}

function patternSet(name: string, statement: Json, element: string): PatternSet | undefined {
  const [value, negation] = [statement[element], statement[`Not${element}`]]
  if (value !== undefined && negation !== undefined) {
    throw new Error(`The policy's ${name} has both ${element} and Not${element}: write one of them.`)
  }
  if (value === undefined && negation === undefined) return undefined
  const patterns = value ?? negation
  return {
    allBut: negation !== undefined,
    // Principals have a kind, such as AWS or Service.
    patterns: isObject(patterns)
      ? Object.entries(patterns).flatMap(([kind, names]) => strings(name, names).map((each) => `${kind}:${each}`))
      : strings(name, patterns),
  }
}

function conditionsOf(name: string, condition: unknown): Condition[] {
  if (!isObject(condition)) throw new Error(`The Condition of the policy's ${name} must be a JSON object.`)
  return Object.entries(condition).flatMap(([operator, keys]) => {
    if (!isObject(keys)) throw new Error(`${operator} in the policy's ${name} must be a JSON object.`)
    return Object.entries(keys).map(([key, given]) => {
      const values = strings(name, given)
      if (values.length === 0) throw new Error(`${operator} of ${key} in the policy's ${name} has no value.`)
      return { operator, key, values }
    })
  })
}

function refuseUnknown(what: string, object: Json, known: string[]): void {
  const unknown = Object.keys(object).filter((element) => !known.includes(element))
  if (unknown.length > 0) throw new Error(`${what} has ${unknown.join(', ')}, which is not supported. Remove it.`)
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value])

function strings(name: string, value: unknown): string[] {
  return list(value).map((each) => {
    if (each === null || typeof each === 'object')
      throw new Error(`The policy's ${name} has an object in place of a text.`)
    return String(each)
  })
}
