import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** One action that a statement of a role's policy allows or denies. */
export interface Granted {
  /** The name of the role. */
  role: string
  /** The index of the policy among those of the role, in the order in which the local cloud has them. */
  policy: number
  /** The index of the statement in the policy. */
  statement: number
  effect: 'Allow' | 'Deny'
  /** As the policy writes it. */
  action: string
  /** True where the statement is about all actions but this, as `NotAction` says. */
  allBut: boolean
  /** As the Terraform writes them, references unresolved. */
  resources: string[]
}

type Named<Block> = Record<string, Block>
interface Policy {
  name: string
  policy: string
}

/** The resources of a stack that grant something to roles. */
export interface Resources {
  aws_iam_role?: Named<{ name: string; inline_policy?: Policy | Policy[] }>
  aws_iam_role_policy?: Named<{ role: string; policy: string }>
  aws_iam_policy?: Named<Policy>
  aws_iam_role_policy_attachment?: Named<{ role: string; policy_arn: string }>
}

type Texts = string | string[]
interface Statement {
  Effect: Granted['effect']
  Action?: Texts
  NotAction?: Texts
  Resource?: Texts
  NotResource?: Texts
}

/**
 * Every action that the policies of roles name in a synthesised stack.
 * @param stack the folder of the stack
 */
export function grantedIn(stack: string): Granted[] {
  const { resource } = JSON.parse(readFileSync(join(stack, 'cdk.tf.json'), 'utf8')) as { resource: Resources }
  return grantsOf(resource)
}

/**
 * Every action that the policies of roles name: policies in the role, of the role, and attached to it.
 * @throws Error that names what cannot be read: no policy is left out
 */
export function grantsOf({
  aws_iam_role: roles = {},
  aws_iam_role_policy: own = {},
  aws_iam_policy: managed = {},
  aws_iam_role_policy_attachment: attachments = {},
}: Resources): Granted[] {
  const names = Object.entries(roles).map(([id, { name }]) => ({ id, name }))
  const roleOf = (written: string) => {
    const [, id] = /^\$\{aws_iam_role\.([\w-]+)\.(?:name|id)\}$/.exec(written) ?? []
    const role = names.find((one) => one.id === id || one.name === written)
    if (!role) throw new Error(`A policy is of the role ${written}, which the stack does not have.`)
    return role.name
  }
  const policyOf = (written: string) => {
    const [, id = ''] = /^\$\{aws_iam_policy\.([\w-]+)\.(?:arn|id)\}$/.exec(written) ?? []
    if (!managed[id]) throw new Error(`A role has the policy ${written}, which the stack does not have.`)
    return id
  }
  const ofRoles = Object.values(own).map(({ role, policy }) => ({ role: roleOf(role), policy }))
  const attached = Object.values(attachments).map((one) => ({ role: roleOf(one.role), id: policyOf(one.policy_arn) }))
  return Object.values(roles).flatMap(({ name: role, inline_policy: inline = [] }) => {
    const ids = attached.filter((one) => one.role === role).map(({ id }) => id)
    const policies = [
      ...[inline].flat(),
      ...ofRoles.filter((one) => one.role === role),
      ...Object.entries(managed).flatMap(([id, policy]) => (ids.includes(id) ? [policy] : [])),
    ]
    return policies.flatMap(({ policy: text }, policy) =>
      statementsIn(text, role).flatMap((written, statement) => {
        const { Effect: effect, Action, NotAction, Resource, NotResource } = written
        const allBut = Action === undefined
        return listOf(allBut ? NotAction : Action).map((action) => ({
          ...{ role, policy, statement, effect, action, allBut },
          resources: [...listOf(Resource), ...listOf(NotResource).map((one) => `all but ${one}`)],
        }))
      }),
    )
  })
}

function statementsIn(policy: string, role: string): Statement[] {
  try {
    const { Statement } = JSON.parse(policy) as { Statement: Statement | Statement[] }
    return [Statement].flat()
  } catch (error) {
    throw new Error(`A policy of the role ${role} is not JSON: ${(error as Error).message}.`)
  }
}

const listOf = (texts: Texts = []): string[] => [texts].flat()
