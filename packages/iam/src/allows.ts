import { parseArn } from '@confirmation-reminder/contracts/arn'
import { holds } from './condition.ts'
import { type PatternSet, readPolicy, type Statement } from './document.ts'
import { matches, resourceMatches } from './wildcard.ts'

/** The caller: an AWS service in its own name, or a role. */
export type Principal = { service: string } | { role: string }

export interface Request {
  principal: Principal
  /** One action, such as `sns:Publish`. */
  action: string
  /** The ARN that is acted upon. */
  resource: string
  /** What AWS knows of the request, such as aws:SourceAccount and aws:SourceArn. */
  conditions?: Record<string, string>
}

export interface Policies {
  /** The policies of the resource, as JSON. */
  policies: string[]
  /** The policies of the calling role, as JSON. */
  identityPolicies?: string[]
  /** How sentences name the resource's policy, as in `the policy of key alias/…`. */
  called?: string
}

export type Verdict = { allowed: true } | { allowed: false; why: string }

/**
 * Whether AWS would let the principal act, within one account: an explicit Deny wins; a service needs a grant of the
 * resource; a role needs one of the resource or of its own policies. For a KMS key a role's own policies count only if
 * the key's policy delegates the decision to the account.
 * `why` is a sentence that names what is missing.
 * @throws Error that names the part of a policy that is not supported: no part is ignored
 */
export function allows({ policies, identityPolicies = [], called, ...request }: Request & Policies): Verdict {
  const ofResource = policies.flatMap(readSupported).filter((statement) => concerns(statement, request))
  const ofIdentity = identityPolicies.flatMap(readSupported).filter((statement) => concerns(statement, request))
  const fulfilled = ({ conditions }: Statement) => conditions.every((one) => holds(one, request.conditions ?? {}))
  const policy = called ?? `the policy of ${request.resource}`
  const what = `${nameOf(request.principal)} do ${request.action}`

  const denial = [...ofResource, ...ofIdentity].find((one) => one.effect === 'Deny' && fulfilled(one))
  if (denial) return refused(`${denial.name} of ${policy} denies what others may allow: it does not let ${what}`)

  const granting = ofResource.filter(({ effect }) => effect === 'Allow')
  if (granting.some((one) => names(one, request.principal) && fulfilled(one))) return { allowed: true }
  if ('role' in request.principal && ofIdentity.some((one) => one.effect === 'Allow' && fulfilled(one))) {
    const account = parseArn(request.principal.role).accountId
    const delegated = granting.some((one) => delegatesTo(one, account) && fulfilled(one))
    const mustDelegate = request.action.startsWith('kms:')
    if (delegated || (!mustDelegate && parseArn(request.resource).accountId === account)) return { allowed: true }
    return refused(`${policy} does not delegate the decision to account ${account}, so it does not let ${what}`)
  }

  const nearly = granting.find((one) => names(one, request.principal))
  if (nearly) return refused(`${policy} does not let ${what}: ${unfulfilled(nearly, request)}`)
  const andOwn = 'role' in request.principal ? ', nor do policies of its own' : ''
  return refused(`${policy} does not let ${what}${andOwn}`)
}

const refused = (sentence: string): Verdict => ({
  allowed: false,
  why: `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`,
})

/** What `allows` evaluates. Federated users and the other kinds of principals are neither services nor roles. */
const principalKinds = ['*', 'AWS', 'Service']

function readSupported(policy: string): Statement[] {
  const statements = readPolicy(policy)
  for (const statement of statements) {
    const { name, principals, resources, conditions } = statement
    if (principals?.allBut) throw unsupported(name, 'NotPrincipal')
    if (resources?.allBut) throw unsupported(name, 'NotResource')
    const kind = principals?.patterns.map((one) => one.split(':')[0] ?? '').find((one) => !principalKinds.includes(one))
    if (kind !== undefined) throw unsupported(name, `the Principal ${kind}`)
    const texts = [...(resources?.patterns ?? []), ...conditions.flatMap(({ values }) => values)]
    const variable = texts.find((text) => text.includes('${'))
    if (variable !== undefined) throw unsupported(name, `the policy variable ${variable}`)
  }
  return statements
}

const unsupported = (name: string, element: string) =>
  new Error(`The policy's ${name} has ${element}, which is not supported. Write it in another way.`)

/** Whether a statement covers this action on this resource, and may cover this principal. */
function concerns(statement: Statement, { principal, action, resource }: Request): boolean {
  const { actions, resources, principals } = statement
  return (
    actions.patterns.some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase())) !== actions.allBut &&
    (resources?.patterns.some((pattern) => resourceMatches(pattern, resource)) ?? false) &&
    (principals === undefined ||
      names(statement, principal) ||
      ('role' in principal && delegatesTo(statement, parseArn(principal.role).accountId)))
  )
}

const has = (principals: PatternSet | undefined, ...those: string[]) =>
  principals?.patterns.some((one) => those.includes(one)) ?? false

function names({ principals }: Statement, principal: Principal): boolean {
  if (has(principals, '*', 'AWS:*')) return true
  return has(principals, 'service' in principal ? `Service:${principal.service}` : `AWS:${principal.role}`)
}

/** A statement that names an account as a whole grants nothing by itself; it lets that account's own policies decide. */
const delegatesTo = ({ principals }: Statement, account: string): boolean =>
  has(principals, `AWS:${account}`, `AWS:arn:aws:iam::${account}:root`)

function unfulfilled({ name, conditions }: Statement, request: Request): string {
  const given = request.conditions ?? {}
  const failed = conditions
    .filter((one) => !holds(one, given))
    .map(({ operator, key, values }) => {
      const says = Object.entries(given).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1]
      return `${operator} ${key} wants ${values.join(' or ')}, and the request ${says === undefined ? 'does not include it' : `says ${says}`}`
    })
  return `${name} would, but its condition ${failed.join('; ')}`
}

const nameOf = (principal: Principal): string => ('service' in principal ? principal.service : principal.role)
