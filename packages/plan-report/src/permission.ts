import { isObject, type Shown } from './shown.ts'

/** Which argument of a type of resource is a policy. */
export const policyArguments: Record<string, string> = {
  aws_iam_policy: 'policy',
  aws_iam_role: 'assume_role_policy',
  aws_iam_role_policy: 'policy',
  aws_kms_key: 'policy',
  aws_sns_topic_policy: 'policy',
  aws_sqs_queue: 'policy',
  aws_sqs_queue_policy: 'policy',
}

/** One thing that a policy says: who may, or must not, do one action on one resource, on which condition. */
export interface Grant {
  effect: string
  /** Empty in a policy of a role: it is the role that may. */
  principal: string
  action: string
  resource: string
  /** As JSON, empty without one. */
  condition: string
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
    words(each, 'Action').flatMap((action) =>
      words(each, 'Resource').flatMap((resource) =>
        principals(each).map((principal) => ({
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

/** The values of an element, or of its negation, which keeps its name so that nothing else covers it by accident. */
function words(statement: { [name: string]: Shown }, element: string): string[] {
  const negated = list(statement[`Not${element}`]).map((word) => `not ${word}`)
  // A trust policy names no resource: it is about the role itself.
  return negated.length ? negated : list(statement[element] ?? '')
}

function principals(statement: { [name: string]: Shown }): string[] {
  const principal = statement.Principal ?? statement.NotPrincipal
  if (principal === undefined) return ['']
  const negation = statement.NotPrincipal ? 'not ' : ''
  if (!isObject(principal)) return list(principal).map((who) => `${negation}${who}`)
  return Object.entries(principal).flatMap(([kind, who]) => list(who).map((each) => `${negation}${kind}:${each}`))
}

const list = (value: Shown | undefined): string[] =>
  (Array.isArray(value) ? value : value === undefined ? [] : [value]).map(String)

/** The grants of `after` that no grant of `before` gave, and the bans of `before` that nothing of `after` upholds. */
export function widening(before: Grant[], after: Grant[]): { gained: Grant[]; unbanned: Grant[] } {
  return { gained: beyond(allows(after), allows(before)), unbanned: beyond(bans(before), bans(after)) }
}

/** What could be done before and cannot any more. */
export function narrowing(before: Grant[], after: Grant[]): Grant[] {
  return [...beyond(allows(before), allows(after)), ...beyond(bans(after), bans(before))]
}

const allows = (grants: Grant[]) => grants.filter(({ effect }) => effect === 'Allow')
const bans = (grants: Grant[]) => grants.filter(({ effect }) => effect !== 'Allow')
const beyond = (grants: Grant[], others: Grant[]) =>
  grants.filter((grant) => !others.some((other) => covers(other, grant)))

/** Whether whatever the second says is said by the first already. */
function covers(wide: Grant, narrow: Grant): boolean {
  return (
    matches(wide.action.toLowerCase(), narrow.action.toLowerCase()) &&
    matches(wide.resource, narrow.resource) &&
    (wide.principal === narrow.principal || wide.principal === '*' || wide.principal === 'AWS:*') &&
    // Another condition may be wider or narrower; only none at all is surely wider.
    (wide.condition === '' || wide.condition === narrow.condition)
  )
}

/** Whether an IAM pattern with `*` and `?` takes in all that another stands for. */
function matches(wide: string, narrow: string): boolean {
  const pattern = wide
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${pattern}$`, 's').test(narrow)
}

/** Grants in words, one line for each principal, resource and condition. */
export function inWords(grants: Grant[]): string[] {
  const lines = new Map<string, string[]>()
  for (const { effect, principal, action, resource, condition } of grants) {
    const who = principal ? `${principal} ` : ''
    const on = resource ? ` on ${resource}` : ''
    const key = [effect === 'Allow' ? who : `${who}not `, `${on}${condition ? ` if ${condition}` : ''}`].join('\0')
    lines.set(key, [...(lines.get(key) ?? []), action])
  }
  return [...lines].map(([key, actions]) => {
    const [start = '', end = ''] = key.split('\0')
    return `${start}${actions.join(', ')}${end}`
  })
}
