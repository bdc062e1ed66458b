import { parseArn } from '@confirmation-reminder/contracts/arn'
import { holds } from './condition.ts'
import { globalKeys, globalsOf, timeKeys } from './condition-keys.ts'
import type { PatternSet, Statement } from './document.ts'
import { checkTrustPolicy, readSupported } from './supported.ts'
import { matches, resourceMatches } from './wildcard.ts'

/** The caller: an AWS service in its own name, or a role; `session` is the name of the session in which it acts, if it is known. */
export type Principal = { service: string } | { role: string; session?: string }

export interface Request {
  principal: Principal
  /** One action, such as `sns:Publish`. */
  action: string
  /** The ARN that is acted upon. */
  resource: string
  /** What AWS knows of the request beside `globalsOf`, such as aws:SourceAccount and aws:SourceArn. */
  conditions?: Record<string, string>
  /** When, in milliseconds since 1970; left out, the condition keys of the time are missing. */
  atMs?: number
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

/** A statement that decided about a request. */
export interface Decisive {
  /** Whether it belongs to a policy of the caller, or of what is called. */
  of: 'identity' | 'resource'
  /** The index of its policy among those that were given. */
  policy: number
  /** The index of the statement in its policy. */
  statement: number
  /** How sentences name it: by its Sid, or by its number. */
  name: string
}

/** A verdict, and what it follows from. */
export interface Judgement {
  verdict: Verdict
  /** The statements that allow the request or, where it is denied, those that deny it. Empty if no statement is about it. */
  by: Decisive[]
  /** The kind of policy that denies the request or that lacks the grant; undefined if it is allowed. */
  refusedBy?: 'identity' | 'resource'
}

/**
 * Whether AWS would let the principal act, within one account: an explicit Deny wins; a service needs a grant of the
 * resource; a role needs one of the resource or of its own policies. For a KMS key a role's own policies count only if
 * the key's policy delegates the decision to the account.
 * `why` is a sentence that names what is missing.
 * @throws Error that names the part of a policy that is not supported: no part is ignored
 */
export const allows = (request: Request & Policies): Verdict => judge(request).verdict

/** The same, with the statements that decided. */
export function judge({ policies, identityPolicies = [], called, ...asked }: Request & Policies): Judgement {
  const request = { ...asked, conditions: { ...globalsOf(asked), ...asked.conditions } }
  const ofResource = concerning('resource', policies, request)
  const ofIdentity = concerning('identity', identityPolicies, request)
  const fulfilled = ({ statement }: Concerning) => statement.conditions.every((one) => holds(one, request.conditions))
  const policy = called ?? `the policy of ${request.resource}`
  const what = `${nameOf(request.principal)} do ${request.action}`

  const denials = [...ofResource, ...ofIdentity].filter((one) => one.statement.effect === 'Deny' && fulfilled(one))
  const [denial] = denials
  if (denial) {
    const why = `${denial.by.name} of ${policy} denies what others may allow: it does not let ${what}`
    return { verdict: refused(why), by: denials.map(({ by }) => by), refusedBy: denial.by.of }
  }

  const granting = ofResource.filter(({ statement }) => statement.effect === 'Allow')
  const direct = granting.filter((one) => names(one.statement, request.principal) && fulfilled(one))
  const own =
    'role' in request.principal ? ofIdentity.filter((one) => one.statement.effect === 'Allow' && fulfilled(one)) : []
  if ('role' in request.principal && own.length > 0) {
    const account = parseArn(request.principal.role).accountId
    const delegating = granting.filter((one) => delegatesTo(one.statement, account) && fulfilled(one))
    const mustDelegate = request.action.startsWith('kms:')
    // `*`, for actions that know no resource, has no account.
    const owner = parseArn(request.resource).accountId || account
    if (delegating.length > 0 || (!mustDelegate && owner === account)) {
      return allowedBy([...direct, ...delegating, ...own])
    }
    if (direct.length > 0) return allowedBy(direct)
    const why = `${policy} does not delegate the decision to account ${account}, so it does not let ${what}`
    return { verdict: refused(why), by: [], refusedBy: 'resource' }
  }
  if (direct.length > 0) return allowedBy(direct)

  const refusedBy = 'role' in request.principal ? 'identity' : 'resource'
  const nearly = granting.find(({ statement }) => names(statement, request.principal))
  if (nearly) {
    const why = `${policy} does not let ${what}: ${unfulfilled(nearly.statement, request)}`
    return { verdict: refused(why), by: [], refusedBy }
  }
  const andOwn = 'role' in request.principal ? ', nor do policies of its own' : ''
  return { verdict: refused(`${policy} does not let ${what}${andOwn}`), by: [], refusedBy }
}

/**
 * Whether the trust policy of a role lets an AWS service assume it.
 * - `policy`: JSON. Its statements have no Resource: they are about the role.
 * - `conditions`: what the service says of itself, such as aws:SourceAccount.
 * @throws Error that names the part of the policy that is not supported
 */
export function trusts(policy: string, { role, service, conditions }: Trust): boolean {
  // Which time would count is not known: a service assumes a role again and again.
  const keys = globalKeys.filter((key) => !timeKeys.includes(key))
  checkTrustPolicy(readSupported(policy), keys)
  const { Statement } = JSON.parse(policy) as { Statement: object | object[] }
  const policies = [JSON.stringify({ Statement: [Statement].flat().map((one) => ({ ...one, Resource: role })) })]
  return allows({ principal: { service }, policies, action: 'sts:AssumeRole', resource: role, conditions }).allowed
}

export interface Trust {
  /** The ARN of the role. */
  role: string
  service: string
  conditions: Record<string, string>
}

/** A statement that covers a request. */
interface Concerning {
  by: Decisive
  statement: Statement
}

function concerning(of: Decisive['of'], policies: readonly string[], request: Request): Concerning[] {
  return policies.flatMap((json, policy) =>
    readSupported(json).flatMap((statement, index) =>
      concerns(statement, request) ? [{ by: { of, policy, statement: index, name: statement.name }, statement }] : [],
    ),
  )
}

const allowedBy = (those: readonly Concerning[]): Judgement => ({
  verdict: { allowed: true },
  by: those.map(({ by }) => by),
})

const refused = (sentence: string): Verdict => ({
  allowed: false,
  why: `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`,
})

/** Whether a statement covers this action on this resource, and may cover this principal. */
function concerns(statement: Statement, { principal, action, resource }: Request): boolean {
  const { actions, resources, principals } = statement
  return (
    actions.patterns.some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase())) !== actions.allBut &&
    resources !== undefined &&
    resources.patterns.some((pattern) => resourceMatches(pattern, resource)) !== resources.allBut &&
    (principals === undefined ||
      names(statement, principal) ||
      ('role' in principal && delegatesTo(statement, parseArn(principal.role).accountId)))
  )
}

const has = (principals: PatternSet | undefined, ...those: string[]) =>
  principals?.patterns.some((one) => those.includes(one)) ?? false

function names({ principals }: Statement, principal: Principal): boolean {
  if (has(principals, '*', 'AWS:*')) return true
  if ('service' in principal) return has(principals, `Service:${principal.service}`)
  const { role, session } = principal
  return has(principals, `AWS:${role}`, ...(session === undefined ? [] : [`AWS:${sessionArn(role, session)}`]))
}

/** The ARN of the session in which a role acts. The path of the role is not part of it. */
export function sessionArn(role: string, session: string): string {
  const { accountId, resource } = parseArn(role)
  return `arn:aws:sts::${accountId}:assumed-role/${resource.slice(resource.lastIndexOf('/') + 1)}/${session}`
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
