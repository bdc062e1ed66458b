import { type Grant, grantsOf, narrowing, widening } from '@confirmation-reminder/iam/compare'
import type { Change } from './change.ts'
import type { DisplayValue } from './display-value.ts'

// The argument that is a policy, for all types of resources: who may do what with the resource, or what a role may do.
const policyArguments = ['policy', 'assume_role_policy', 'policy_document', 'resource_policy', 'access_policy']

/** The argument of a resource that is a policy, if it has one. */
export const policyArgument = ({ before, after }: Change): string | undefined =>
  policyArguments.find((argument) => argument in before || argument in after)

/** No policy at all grants nothing. What a policy grants that is sensitive, not known yet or not readable is undefined. */
export const policyOf = (policy: DisplayValue | undefined): Grant[] | undefined =>
  typeof policy === 'string' && policy ? grantsOf(policy) : policy ? undefined : []

/** What a policy granted and grants, and how the two differ. */
export interface Comparison {
  was: Grant[]
  is: Grant[]
  gained: Grant[]
  unbanned: Grant[]
  lost: Grant[]
}

export const comparison = (was: Grant[], is: Grant[]): Comparison => ({
  was,
  is,
  ...widening(was, is),
  lost: narrowing(was, is),
})

const compared = new WeakMap<Change, Comparison | 'unseen'>()

/**
 * How a change's policy differs from the one before; `unseen` where the plan does not show one of them. The dangers and the
 * list of changes both say it, and comparing takes long: it is done once for each change.
 */
export function policyComparison(change: Change, argument: string): Comparison | 'unseen' {
  const known = compared.get(change)
  if (known) return known
  const [was, is] = [policyOf(change.before[argument]), policyOf(change.after[argument])]
  const found = was && is ? comparison(was, is) : 'unseen'
  compared.set(change, found)
  return found
}
