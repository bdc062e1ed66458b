import { type Grant, grantsOf } from '@confirmation-reminder/iam/compare'
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
