import { trusts } from '@confirmation-reminder/iam/allows'
import type { Arguments } from './arguments.ts'
import type { Place, Resources, ResourceTypes } from './resource-type.ts'

const iamArn = ({ accountId }: Place, resource: string) => `arn:aws:iam::${accountId}:${resource}`

/** The ARN of a role or a policy. Its path, `/` if none is given, begins and ends with a slash. */
const arnWithPath = (given: Arguments, place: Place, kind: string) =>
  iamArn(place, `${kind}${given.optionalText('path') ?? '/'}${given.text('name')}`)

/** Roles and their policies. AWS-managed policies are not known here, so they are refused. */
export const iam: ResourceTypes = {
  aws_iam_policy: {
    computed: (policy, place) => {
      const arn = arnWithPath(policy, place, 'policy')
      return { id: arn, arn }
    },
    takes: ['name', 'path', 'policy'],
    add: (policy, _, stack) => {
      const name = policy.text('name')
      if (!isNamedOnce(policy, stack, 'aws_iam_policy')) {
        policy.refuse(
          `would be refused by IAM: EntityAlreadyExists: A policy called ${name} already exists. Duplicate names are not allowed`,
        )
      }
    },
  },
  aws_iam_role: {
    computed: (role, place) => ({ id: role.text('name'), arn: arnWithPath(role, place, 'role') }),
    takes: ['name', 'path', 'assume_role_policy', 'inline_policy'],
    withoutEffect: ['force_detach_policies', 'max_session_duration'],
    add: (role, model, stack) => {
      if (!isNamedOnce(role, stack, 'aws_iam_role')) {
        role.refuse(`would be refused by IAM: EntityAlreadyExists: Role with name ${role.text('name')} already exists`)
      }
      const policies = policiesOf(role, stack)
      model.rolePolicies[role.text('arn')] = policies.map((one) => one.text('policy'))
      model.policyArns[role.text('arn')] = policies.map((one) => one.optionalText('arn'))
    },
  },
  aws_iam_role_policy: {
    takes: ['name', 'role', 'policy'],
    unique: ['role', 'name'],
    add: (policy, _, stack) => {
      checkRole(policy, stack)
    },
  },
  aws_iam_role_policy_attachment: {
    takes: ['role', 'policy_arn'],
    add: (attachment, _, stack) => {
      checkRole(attachment, stack)
      const arn = attachment.text('policy_arn')
      if (stack.ofType('aws_iam_policy').some((one) => one.text('arn') === arn)) return
      attachment.refuse(`attaches ${arn}, which is no policy of the stack, so that it cannot be enforced`)
    },
  },
}

/** Names of IAM differ by more than case. */
function isNamedOnce(resource: Arguments, stack: Resources, type: string): boolean {
  const nameOf = (one: Arguments) => one.text('name').toLowerCase()
  return stack.ofType(type).filter((one) => nameOf(one) === nameOf(resource)).length === 1
}

/** Refuses a policy of a role that the stack does not have. */
function checkRole(policy: Arguments, stack: Resources): void {
  const name = policy.text('role')
  if (stack.ofType('aws_iam_role').some((one) => one.text('name') === name)) return
  policy.refuse(`would be refused by IAM: NoSuchEntity: The role with name ${name} cannot be found`)
}

/**
 * Whether the trust policy of the role in which a resource acts lets one of these services assume it. Refuses a role that the
 * stack does not have: what it may do is not known.
 * - `argument`: the one that holds the ARN of the role.
 * - `sourceArn`: what acts in the role; the resource itself, if it is left out.
 */
export function canBeAssumed(
  resource: Arguments,
  argument: string,
  services: readonly string[],
  stack: Resources,
  sourceArn: string = resource.text('arn'),
): boolean {
  const arn = resource.text(argument)
  const role = stack.ofType('aws_iam_role').find((one) => one.text('arn') === arn)
  if (!role) return resource.refuse(`acts in ${arn}, which is no role of the stack`)
  const policy = role.text('assume_role_policy')
  const conditions = { 'aws:SourceAccount': stack.place.accountId, 'aws:SourceArn': sourceArn }
  try {
    return services.some((service) => trusts(policy, { role: arn, service, conditions }))
  } catch (error) {
    return role.refuse(`has a trust policy that cannot be evaluated: ${(error as Error).message.replace(/\.$/, '')}`)
  }
}

function policiesOf(role: Arguments, stack: Resources): Arguments[] {
  const ofRole = (type: string) => stack.ofType(type).filter((one) => one.text('role') === role.text('name'))
  const attached = new Set(ofRole('aws_iam_role_policy_attachment').map((one) => one.text('policy_arn')))
  return [
    ...role.blocks('inline_policy'),
    ...ofRole('aws_iam_role_policy'),
    ...stack.ofType('aws_iam_policy').filter((one) => attached.has(one.text('arn'))),
  ]
}
