import { type PatternSet, readPolicy, type Statement } from './document.ts'
import { covers, resourceCovers } from './wildcard.ts'

/** One thing that a policy says: who may, or must not, do one action on one resource, on which condition. */
export interface Grant {
  effect: 'Allow' | 'Deny'
  /** Empty in a policy of a role: it is the role that may. */
  principal: PatternSet
  action: PatternSet
  resource: PatternSet
  /** As JSON, empty without one. */
  condition: string
}

// Comparing two policies takes at most the product of the lengths of their grants. AWS's longest policy, that of a KMS
// key, has 32,768 characters; only a policy that pairs hundreds of actions with hundreds of resources has more in its
// grants.
const mostCharacters = 40_000

// The longest ARN that AWS accepts has 2,048 characters.
const longestPattern = 2_048

/**
 * The grants of a policy, one for each pair of action and resource.
 * @param policy JSON
 * @returns undefined where the policy cannot be judged: it is no policy, has an element that IAM does not know, or is too
 * long to compare
 */
export function grantsOf(policy: string): Grant[] | undefined {
  const statements = readable(policy)
  if (!statements || statements.some(isTooLong) || lengthOf(statements) > mostCharacters) return undefined
  return statements.flatMap(({ effect, condition, ...statement }) =>
    single(statement.actions).flatMap((action) =>
      single(statement.resources).flatMap((resource) =>
        single(statement.principals).map((principal) => ({ effect, principal, action, resource, condition })),
      ),
    ),
  )
}

function readable(policy: string): Statement[] | undefined {
  try {
    return readPolicy(policy)
  } catch {
    return undefined
  }
}

const isTooLong = ({ actions, resources, principals }: Statement) =>
  [actions, resources, principals].some((set) => set?.patterns.some(({ length }) => length > longestPattern))

/** How many characters the grants of statements have, counted before they are made. */
function lengthOf(statements: Statement[]): number {
  const lengths = statements.map(({ actions, resources, principals }) => {
    const sets = [actions, resources, principals].map(single)
    const count = sets.reduce((product, set) => product * set.length, 1)
    return sets.reduce(
      (sum, set) => sum + set.flatMap(({ patterns }) => patterns).join('').length * (count / set.length),
      0,
    )
  })
  return lengths.reduce((sum, length) => sum + length, 0)
}

/** A set in single patterns; a negated one as a whole, because it leaves out less the fewer patterns it has. */
function single(set: PatternSet = { allBut: false, patterns: [''] }): PatternSet[] {
  return set.allBut ? [set] : set.patterns.map((pattern) => ({ allBut: false, patterns: [pattern] }))
}

/** The grants of `after` that `before` did not have, and the bans of `before` that `after` no longer has. */
export function widening(before: Grant[], after: Grant[]): { gained: Grant[]; unbanned: Grant[] } {
  return { gained: beyond(allowed(after), allowed(before)), unbanned: beyond(bans(before), bans(after)) }
}

/** What `before` allows and `after` does not. */
export function narrowing(before: Grant[], after: Grant[]): Grant[] {
  return [...beyond(allowed(before), allowed(after)), ...beyond(bans(after), bans(before))]
}

/** What is allowed among grants. */
export const allowed = (grants: Grant[]) => grants.filter(({ effect }) => effect === 'Allow')
const bans = (grants: Grant[]) => grants.filter(({ effect }) => effect !== 'Allow')

/** The grants that none of others covers. */
function beyond(grants: Grant[], others: Grant[]): Grant[] {
  // Each is compared with many: so its action is put into lower case once.
  const wide = others.map((other) => ({ ...other, action: lowerCase(other.action) }))
  return grants.filter((grant) => {
    const narrow = { ...grant, action: lowerCase(grant.action) }
    return !wide.some((other) => grantCovers(other, narrow))
  })
}

/** The bans among grants, as what they forbid. */
export const forbidden = (grants: Grant[]): Grant[] => bans(grants).map((ban) => ({ ...ban, effect: 'Allow' }))

/** Whether a grant allows everything, or something to everybody, on no condition. */
export function unbounded({ effect, principal, action, resource, condition }: Grant): boolean {
  if (effect !== 'Allow' || condition) return false
  const everything = (action.allBut || isAll(action)) && (resource.allBut || isAll(resource))
  return everything || principal.allBut || isAnyone(principal)
}

// Of several stars each may stand for nothing.
const isAll = ({ allBut, patterns }: PatternSet) => !allBut && patterns.some((pattern) => /^\*+$/.test(pattern))
const isAnyone = ({ allBut, patterns }: PatternSet) =>
  !allBut && patterns.some((pattern) => pattern === '*' || pattern === 'AWS:*')

/** Whether the first grant says all that the second says. Both have their actions in lower case. */
function grantCovers(wide: Grant, narrow: Grant): boolean {
  return (
    // Another condition may be wider or narrower; only no condition at all is surely wider.
    (wide.condition === '' || wide.condition === narrow.condition) &&
    setCovers(wide.action, narrow.action, covers) &&
    setCovers(wide.resource, narrow.resource, resourceCovers) &&
    (isAnyone(wide.principal) || setCovers(wide.principal, narrow.principal, equals))
  )
}

// IAM reads actions without regard to case, and ARNs with it.
const lowerCase = ({ allBut, patterns }: PatternSet): PatternSet => ({
  allBut,
  patterns: patterns.map((pattern) => pattern.toLowerCase()),
})

/** A principal has no wildcards but for the `*` that stands for everybody. */
const equals = (wide: string, narrow: string) => wide === narrow

/** Whether one set covers all of the other. When in doubt it does not: then a reviewer looks. */
function setCovers(wide: PatternSet, narrow: PatternSet, covers: (wide: string, narrow: string) => boolean): boolean {
  const [only = ''] = narrow.patterns
  if (!wide.allBut) {
    const [pattern = ''] = wide.patterns
    return narrow.allBut ? isAll(wide) : covers(pattern, only)
  }
  // What the wide set leaves out, the narrow one must leave out too.
  if (narrow.allBut) return wide.patterns.every((out) => narrow.patterns.some((pattern) => covers(pattern, out)))
  return !/[*?]/.test(only) && !wide.patterns.some((out) => covers(out, only))
}

/** Grants in words, one line for each principal, resource and condition. */
export function inWords(grants: Grant[]): string[] {
  const lines = new Map<string, string[]>()
  for (const { effect, principal, action, resource, condition } of grants) {
    const who = setInWords(principal) ? `${setInWords(principal)} ` : ''
    const on = setInWords(resource) ? ` on ${setInWords(resource)}` : ''
    const key = [effect === 'Allow' ? who : `${who}not `, `${on}${condition ? ` if ${condition}` : ''}`].join('\0')
    const actions = lines.get(key)
    if (actions) actions.push(setInWords(action))
    else lines.set(key, [setInWords(action)])
  }
  return [...lines].map(([key, actions]) => {
    const [start = '', end = ''] = key.split('\0')
    return `${start}${actions.join(', ')}${end}`
  })
}

const setInWords = ({ allBut, patterns }: PatternSet) =>
  allBut ? `everything but ${patterns.join(' and ')}` : patterns.join()
