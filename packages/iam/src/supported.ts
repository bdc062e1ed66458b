import { checkCondition } from './condition.ts'
import { globalKeys } from './condition-keys.ts'
import { readPolicy, type Statement } from './document.ts'

// More policies than a stack usually has: a cloud judges by the same few thousands of times.
const mostKept = 500

const kept = new Map<string, Statement[]>()

/**
 * The statements of a policy that `allows` can evaluate.
 * @throws Error that names the part of it that is not supported
 */
export function readSupported(policy: string): Statement[] {
  const known = kept.get(policy)
  if (known) return known
  const statements = readPolicy(policy)
  for (const statement of statements) checkSupported(statement)
  if (kept.size === mostKept) kept.clear()
  kept.set(policy, statements)
  return statements
}

/** What `allows` evaluates. Federated users and the other kinds of principals are neither services nor roles. */
const principalKinds = ['*', 'AWS', 'Service']

function checkSupported({ name, principals, resources, conditions }: Statement): void {
  if (principals?.allBut) throw unsupported(name, 'NotPrincipal')
  const kind = principals?.patterns.map((one) => one.split(':')[0] ?? '').find((one) => !principalKinds.includes(one))
  if (kind !== undefined) throw unsupported(name, `the Principal ${kind}`)
  const texts = [...(resources?.patterns ?? []), ...conditions.flatMap(({ values }) => values)]
  for (const condition of conditions) checkCondition(condition)
  const variable = texts.find((text) => text.includes('${'))
  if (variable !== undefined) throw unsupported(name, `the policy variable ${variable}`)
}

/**
 * Checks a policy before anything is judged by it.
 * - `of`: whether it belongs to a role, or to a resource.
 * - `keys`: the condition keys that services set, such as `ses:FromAddress`, beside the global ones.
 * @throws Error with one sentence: in AWS's words where AWS would refuse the policy, or that names the part of it that is
 * not supported. A condition key that nothing sets is: its condition would never hold, or always.
 */
export function checkPolicy(
  policy: string,
  { of, keys }: { of: 'identity' | 'resource'; keys: readonly string[] },
): void {
  const statements = readSupported(policy)
  checkVersion(policy, of)
  if (of === 'identity') checkIdentityPolicy(statements)
  else checkResourcePolicy(statements)
  checkKeys(statements, [...globalKeys, ...keys])
}

/** Refuses a condition key that is none of these. A key that ends with a slash stands for all that begin so. */
function checkKeys(statements: readonly Statement[], keys: readonly string[]): void {
  const known = keys.map((key) => key.toLowerCase())
  const isKnown = (key: string) =>
    known.some((one) => (one.endsWith('/') ? key.startsWith(one) && key !== one : key === one))
  for (const { name, conditions } of statements) {
    const unknown = conditions.find(({ key }) => !isKnown(key.toLowerCase()))
    if (unknown) throw unsupported(name, `the condition key ${unknown.key}`)
  }
}

function checkVersion(policy: string, of: 'identity' | 'resource'): void {
  const { Version = '2012-10-17' } = JSON.parse(policy) as { Version?: unknown }
  if (Version === '2012-10-17') return
  if (of === 'identity') throw malformed('Policy document must be version 2012-10-17 or greater.')
  if (Version !== '2008-10-17') throw new Error(`The policy has the Version ${Version}: write 2012-10-17.`)
}

/**
 * Checks a trust policy.
 * - `keys`: the condition keys that may be set.
 * @throws Error with one sentence, as `checkPolicy` does
 */
export function checkTrustPolicy(statements: readonly Statement[], keys: readonly string[]): void {
  checkKeys(statements, keys)
  for (const { actions, resources } of statements) {
    if (resources) throw malformed('Has prohibited field Resource.')
    if (actions.patterns.some((one) => !/^sts:/i.test(one))) {
      throw malformed('AssumeRole policy may only specify STS AssumeRole actions.')
    }
  }
}

// No wildcard but a lone star. Users and sessions of federation are named in the same way, and match no role.
const principal =
  /^(\*|\d{12}|arn:aws:iam::\d{12}:(root|(role|user)\/[^*?]+)|arn:aws:sts::\d{12}:(assumed-role|federated-user)\/[^*?]+)$/

function checkResourcePolicy(statements: readonly Statement[]): void {
  for (const { name, principals, resources } of statements) {
    if (!principals)
      throw new Error(`The policy's ${name} has no Principal. AWS would refuse it: say to whom it applies.`)
    const invalid = principals.patterns.find(
      (one) => one.startsWith('AWS:') && !principal.test(one.slice('AWS:'.length)),
    )
    if (invalid !== undefined) {
      throw new Error(
        `The policy's ${name} has the Principal ${invalid}, which AWS would refuse: name an account, a role or *.`,
      )
    }
    if (!resources)
      throw new Error(`The policy's ${name} has no Resource. AWS would refuse it: say on what it applies.`)
  }
}

function checkIdentityPolicy(statements: readonly Statement[]): void {
  for (const { sid, principals, actions, resources } of statements) {
    if (principals) throw malformed('Policy document should not specify a principal.')
    if (!resources?.patterns.length) throw malformed('Policy statement must contain resources.')
    if (!actions.patterns.length) throw malformed('Policy statement must contain actions.')
    const bare = resources.patterns.find((one) => one !== '*' && !/^arn:/.test(one))
    if (bare !== undefined) throw malformed(`Resource ${bare} must be in ARN format or "*".`)
    if (sid !== undefined && !/^[\dA-Za-z]*$/.test(sid)) {
      throw malformed(
        'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
      )
    }
    if (!actions.patterns.every((one) => one === '*' || /^[\w-]+:./.test(one))) {
      throw malformed('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.')
    }
    if (sid !== undefined && statements.filter((one) => one.sid === sid).length > 1) {
      throw malformed('Statement IDs (SID) in a single policy must be unique.')
    }
  }
}

/** Words of IAM, as moto's tests hold them: https://github.com/getmoto/moto/blob/master/tests/test_iam/test_iam_policies.py */
const malformed = (words: string) => new Error(`IAM would refuse it: MalformedPolicyDocument: ${words}`)

const unsupported = (name: string, element: string) =>
  new Error(`The policy's ${name} has ${element}, which is not supported. Write it in another way.`)
