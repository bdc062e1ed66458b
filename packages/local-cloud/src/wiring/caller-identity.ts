import type { Publisher } from '../core/publisher.ts'
import type { StackModel } from '../core/stack-model.ts'

type Owners = Pick<StackModel, 'functions' | 'rolePolicies' | 'accountId'>

/**
 * The role whose credentials these are, with its policies: that of the function whose name the access key id holds.
 * Undefined for those of the developer, who may do everything.
 */
export function roleOf({ functions, rolePolicies }: Omit<Owners, 'accountId'>, accessKeyId: string) {
  const caller = functions.find(({ name }) => accessKeyId.replace(/-[0-9a-f]{16}$/, '') === `local-${name}`)
  return caller && { role: caller.roleArn, identityPolicies: rolePolicies[caller.roleArn] ?? [] }
}

/** The same role, as the policies of topics and keys see it. */
export function publisherOf(stack: Owners, accessKeyId: string): Publisher | undefined {
  const caller = roleOf(stack, accessKeyId)
  if (!caller) return undefined
  const { role, identityPolicies } = caller
  return { publisher: { role }, identityPolicies, sourceAccount: stack.accountId }
}
