import type { Arguments } from './arguments.ts'
import type { Place, Resources, ResourceTypes } from './resource-type.ts'

const iamArn = ({ accountId }: Place, resource: string) => `arn:aws:iam::${accountId}:${resource}`

/** Roles and their policies, as far as the stack contains them: AWS-managed policies are not known here. */
export const iam: ResourceTypes = {
  aws_iam_policy: {
    computed: (policy, place) => {
      const arn = iamArn(place, `policy/${policy.text('name')}`)
      return { id: arn, arn }
    },
  },
  aws_iam_role: {
    computed: (role, place) => ({ id: role.text('name'), arn: iamArn(place, `role/${role.text('name')}`) }),
    add: (role, model, stack) => {
      model.rolePolicies[role.text('arn')] = policiesOf(role, stack)
    },
  },
  aws_iam_role_policy: {},
  aws_iam_role_policy_attachment: {},
}

function policiesOf(role: Arguments, stack: Resources): string[] {
  const ofRole = (type: string) => stack.ofType(type).filter((one) => one.text('role') === role.text('name'))
  const attached = new Set(ofRole('aws_iam_role_policy_attachment').map((one) => one.text('policy_arn')))
  return [
    ...role.blocks('inline_policy'),
    ...ofRole('aws_iam_role_policy'),
    ...stack.ofType('aws_iam_policy').filter((one) => attached.has(one.text('arn'))),
  ].map((one) => one.text('policy'))
}
