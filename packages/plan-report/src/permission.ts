import { isObject, type Shown } from './display-value.ts'

// A policy of its resource, whatever the type: who may do what with it, or what it may do.
const policyArguments = ['policy', 'assume_role_policy', 'policy_document', 'resource_policy', 'access_policy']

/** The argument of a resource that is a policy, if it has one. */
export function policyArgument({ before, after }: { before: Values; after: Values }): string | undefined {
  return policyArguments.find((argument) => argument in before || argument in after)
}
type Values = { [name: string]: Shown }

/** One thing that a policy says: who may, or must not, do one action on one resource, on which condition. */
export interface Grant {
  effect: string
  /** Nobody in a policy of a role: it is the role that may. */
  principal: Reach
  action: Reach
  resource: Reach
  /** As JSON, empty without one. */
  condition: string
}

/** What an element of a statement takes in: what fits its one pattern or, negated, everything but what fits one of several. */
interface Reach {
  allBut: boolean
  patterns: string[]
}

/**
 * The grants of a policy, one for each pair of action and resource.
 * @returns nothing where the text is no policy, and so nothing can be said of it
 */
export function grantsOf(policy: Shown | undefined): Grant[] | undefined {
  const document = typeof policy === 'string' ? parsed(policy) : policy
  const statement = isObject(document) ? document.Statement : undefined
  if (!Array.isArray(statement) && !isObject(statement)) return undefined
  const statements = (Array.isArray(statement) ? statement : [statement]).filter(isObject)
  return statements.flatMap((each) =>
    reaches(each, 'Action').flatMap((action) =>
      reaches(each, 'Resource').flatMap((resource) =>
        reaches(each, 'Principal').map((principal) => ({
          effect: String(each.Effect ?? 'Allow'),
          principal,
          action,
          resource,
          condition: each.Condition ? JSON.stringify(each.Condition) : '',
        })),
      ),
    ),
  )
}

function parsed(text: string): Shown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** An element in single patterns; its negation as a whole, because it leaves out less the fewer patterns it has. */
function reaches(statement: { [name: string]: Shown }, element: string): Reach[] {
  const negation = statement[`Not${element}`]
  if (negation !== undefined) return [{ allBut: true, patterns: patterns(negation) }]
  // A trust policy names no resource: it is about the role itself.
  return patterns(statement[element] ?? '').map((pattern) => ({ allBut: false, patterns: [pattern] }))
}

/** Principals come by kind, such as `AWS:123456789012`; all else is a text or several. */
function patterns(value: Shown): string[] {
  if (!isObject(value)) return (Array.isArray(value) ? value : [value]).map(String)
  return Object.entries(value).flatMap(([kind, who]) => patterns(who).map((each) => `${kind}:${each}`))
}

/** The grants of `after` that no grant of `before` gave, and the bans of `before` that nothing of `after` upholds. */
export function widening(before: Grant[], after: Grant[]): { gained: Grant[]; unbanned: Grant[] } {
  return { gained: beyond(allows(after), allows(before)), unbanned: beyond(bans(before), bans(after)) }
}

/** What could be done before and cannot any more. */
export function narrowing(before: Grant[], after: Grant[]): Grant[] {
  return [...beyond(allows(before), allows(after)), ...beyond(bans(after), bans(before))]
}

/** What is allowed among grants. */
export const allows = (grants: Grant[]) => grants.filter(({ effect }) => effect === 'Allow')
const bans = (grants: Grant[]) => grants.filter(({ effect }) => effect !== 'Allow')
const beyond = (grants: Grant[], others: Grant[]) =>
  grants.filter((grant) => !others.some((other) => covers(other, grant)))

/** Whether a grant allows everything, or something to everybody, on no condition. */
export function unbounded({ effect, principal, action, resource, condition }: Grant): boolean {
  if (effect !== 'Allow' || condition) return false
  const everything = (action.allBut || inReach(action) === '*') && (resource.allBut || inReach(resource) === '*')
  return everything || principal.allBut || ['*', 'AWS:*'].includes(inReach(principal))
}

/** Whether whatever the second says is said by the first already. */
function covers(wide: Grant, narrow: Grant): boolean {
  return (
    takesIn(lowerCase(wide.action), lowerCase(narrow.action)) &&
    takesIn(wide.resource, narrow.resource) &&
    (takesIn(wide.principal, narrow.principal) || inReach(wide.principal) === 'AWS:*') &&
    // Another condition may be wider or narrower; only none at all is surely wider.
    (wide.condition === '' || wide.condition === narrow.condition)
  )
}

// Actions are the same in capitals; ARNs are not.
const lowerCase = ({ allBut, patterns }: Reach): Reach => ({
  allBut,
  patterns: patterns.map((pattern) => pattern.toLowerCase()),
})

/** Whether one takes in all of the other. In doubt it does not: then somebody looks. */
function takesIn(wide: Reach, narrow: Reach): boolean {
  const [only = ''] = narrow.patterns
  if (!wide.allBut) {
    const [pattern = ''] = wide.patterns
    return narrow.allBut ? pattern === '*' : matches(pattern, only)
  }
  // What the wide one leaves out, the narrow one must leave out too.
  if (narrow.allBut) return wide.patterns.every((out) => narrow.patterns.some((pattern) => matches(pattern, out)))
  return !/[*?]/.test(only) && !wide.patterns.some((out) => matches(out, only))
}

/** Whether an IAM pattern with `*` and `?` takes in all that another stands for. */
function matches(wide: string, narrow: string): boolean {
  const pattern = wide
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${pattern}$`, 's').test(narrow)
}

/** The bans among grants, as what they forbid. */
export const forbidden = (grants: Grant[]): Grant[] => bans(grants).map((ban) => ({ ...ban, effect: 'Allow' }))
/** Grants in words, one line for each principal, resource and condition. */
export function inWords(grants: Grant[]): string[] {
  const lines = new Map<string, string[]>()
  for (const { effect, principal, action, resource, condition } of grants) {
    const who = inReach(principal) ? `${inReach(principal)} ` : ''
    const on = inReach(resource) ? ` on ${inReach(resource)}` : ''
    const key = [effect === 'Allow' ? who : `${who}not `, `${on}${condition ? ` if ${condition}` : ''}`].join('\0')
    lines.set(key, [...(lines.get(key) ?? []), inReach(action)])
  }
  return [...lines].map(([key, actions]) => {
    const [start = '', end = ''] = key.split('\0')
    return `${start}${actions.join(', ')}${end}`
  })
}

const inReach = ({ allBut, patterns }: Reach) => (allBut ? `everything but ${patterns.join(' and ')}` : patterns.join())
