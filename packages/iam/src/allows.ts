import { holds } from './condition.ts'
import { readPolicy, type Statement } from './document.ts'
import { arnMatches, matches } from './wildcard.ts'

/** Who asks: an AWS service in its own name, or a role. */
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
  /** The policies of the role that asks, as JSON. */
  identityPolicies?: string[]
  /** How a sentence speaks of the resource's policy, as in `the policy of key alias/…`. */
  called?: string
}

export type Verdict = { allowed: true } | { allowed: false; why: string }

/**
 * Whether AWS would let the principal act, within one account: an explicit Deny wins; a service needs a grant of the
 * resource; a role needs one of the resource or of its own policies. A KMS key hears a role's own policies only if the
 * key's policy hands the decision to the account.
 * `why` is a sentence that names what is missing.
 * @throws Error that names a part of a policy that the local cloud does not evaluate.
 */
export function allows({ policies, identityPolicies = [], called, ...request }: Request & Policies): Verdict {
  const ofResource = policies.flatMap(readPolicy).filter((statement) => concerns(statement, request))
  const ofIdentity = identityPolicies.flatMap(readPolicy).filter((statement) => concerns(statement, request))
  const fulfilled = ({ conditions }: Statement) => conditions.every((one) => holds(one, request.conditions ?? {}))
  const policy = called ?? `the policy of ${request.resource}`
  const what = `${nameOf(request.principal)} do ${request.action}`

  const denial = [...ofResource, ...ofIdentity].find((one) => one.effect === 'Deny' && fulfilled(one))
  if (denial) return refused(`${denial.name} of ${policy} denies what others may allow: it does not let ${what}`)

  const granting = ofResource.filter(({ effect }) => effect === 'Allow')
  if (granting.some((one) => names(one, request.principal) && fulfilled(one))) return { allowed: true }
  if ('role' in request.principal && ofIdentity.some((one) => one.effect === 'Allow' && fulfilled(one))) {
    const account = accountOf(request.principal.role)
    const delegated = granting.some((one) => delegatesTo(one, account) && fulfilled(one))
    const mustDelegate = request.action.startsWith('kms:')
    if (delegated || (!mustDelegate && accountOf(request.resource) === account)) return { allowed: true }
    return refused(`${policy} does not hand the decision to account ${account}, so it does not let ${what}`)
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

/** Whether a statement speaks of this action on this resource, and could speak of this principal. */
function concerns(statement: Statement, { principal, action, resource }: Request): boolean {
  const { match, patterns } = statement.actions
  const named = patterns.some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase()))
  return (
    named === (match === 'Action') &&
    statement.resources.some((pattern) => pattern === '*' || arnMatches(pattern, resource)) &&
    (statement.principals === undefined ||
      names(statement, principal) ||
      ('role' in principal && delegatesTo(statement, accountOf(principal.role))))
  )
}

function names({ principals }: Statement, principal: Principal): boolean {
  if (!principals) return false
  if (principals.anyone) return true
  return 'service' in principal
    ? principals.services.includes(principal.service)
    : principals.aws.includes(principal.role)
}

/** A statement that names an account as a whole grants nothing by itself; it lets that account's own policies decide. */
function delegatesTo({ principals }: Statement, account: string): boolean {
  return principals?.aws.some((one) => one === account || one === `arn:aws:iam::${account}:root`) ?? false
}

function unfulfilled({ name, conditions }: Statement, request: Request): string {
  const given = request.conditions ?? {}
  const failed = conditions
    .filter((one) => !holds(one, given))
    .map(({ operator, key, values }) => {
      const says = Object.entries(given).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1]
      return `${operator} ${key} wants ${values.join(' or ')}, and the request says ${says ?? 'nothing of it'}`
    })
  return `${name} would, but its condition ${failed.join('; ')}`
}

const nameOf = (principal: Principal): string => ('service' in principal ? principal.service : principal.role)
const accountOf = (arn: string): string => arn.split(':')[4] ?? ''
