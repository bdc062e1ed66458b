import type { Publisher } from '../core/publisher.ts'
import type { StackModel } from '../core/stack-model.ts'

/**
 * Whose credentials these are: the role of the function whose name the access key id holds, with its policies.
 * Undefined for those of the developer, who may do everything.
 */
export function publisherOf(
  { functions, rolePolicies, accountId }: Pick<StackModel, 'functions' | 'rolePolicies' | 'accountId'>,
  accessKeyId: string,
): Publisher | undefined {
  const caller = functions.find(({ name }) => accessKeyId.replace(/-[0-9a-f]{16}$/, '') === `local-${name}`)
  if (!caller) return undefined
  const { roleArn } = caller
  return { publisher: { role: roleArn }, identityPolicies: rolePolicies[roleArn] ?? [], sourceAccount: accountId }
}
