import { readPolicy } from '@confirmation-reminder/iam/document'
import type { EncryptionKey } from '../core/stack-model.ts'
import type { Arguments } from './arguments.ts'
import { arnOf, type Resources, type ResourceTypes } from './resource-type.ts'

export const kms: ResourceTypes = {
  aws_kms_alias: {
    computed: (alias, place) => ({
      id: alias.text('name'),
      arn: arnOf(place, 'kms', alias.text('name')),
      target_key_arn: alias.text('target_key_id'),
    }),
    takes: ['name', 'target_key_id'],
    unique: ['region', 'name'],
    add: (alias, _, stack) => alias.mustName('target_key_id', stack.ofType('aws_kms_key'), ['key_id', 'arn']),
  },
  aws_kms_key: {
    computed: ({ address }, place) => ({
      id: address,
      key_id: address,
      arn: arnOf(place, 'kms', `key/${address}`),
    }),
    takes: ['policy', 'is_enabled', 'key_usage', 'customer_master_key_spec'],
    withoutEffect: [
      ...['bypass_policy_lockout_safety_check', 'deletion_window_in_days', 'enable_key_rotation', 'multi_region'],
      'rotation_period_in_days',
    ],
    add: (key) => {
      if (key.optionalText('is_enabled') === 'false') key.refuse('is disabled, so that nothing could use it')
      const usage = key.optionalText('key_usage') ?? 'ENCRYPT_DECRYPT'
      const spec = key.optionalText('customer_master_key_spec') ?? 'SYMMETRIC_DEFAULT'
      if (usage !== 'ENCRYPT_DECRYPT' || spec !== 'SYMMETRIC_DEFAULT') {
        key.refuse(`is of ${usage} and ${spec}; services encrypt with symmetric keys only`)
      }
    },
  },
  aws_kms_key_policy: {
    takes: ['key_id', 'policy'],
    unique: ['key_id'],
    withoutEffect: ['bypass_policy_lockout_safety_check'],
    add: (policy, _, stack) => policy.mustName('key_id', stack.ofType('aws_kms_key'), ['key_id', 'arn']),
  },
}

/** The key that a resource names by its ARN, its id or an alias; AWS's own key, if it names that. */
export function keyOf(resource: Arguments, argument: string, stack: Resources): EncryptionKey | undefined {
  const named = resource.optionalText(argument)
  if (!named) return undefined
  if (/(^|:)alias\/aws\//.test(named)) return { name: named, policies: [] }

  const aliases = stack.ofType('aws_kms_alias')
  const alias = aliases.find((one) => [one.text('name'), one.text('arn')].includes(named))
  const id = alias?.text('target_key_id') ?? named
  const key = stack.ofType('aws_kms_key').find((one) => names(one, id))
  if (!key) return resource.refuse(`is encrypted with ${named}, which is no key of the stack`)
  const known = alias ?? aliases.find((one) => names(key, one.text('target_key_id')))
  return { name: known?.text('name') ?? key.address, arn: key.text('arn'), policies: policiesOf(key, stack) }
}

function policiesOf(key: Arguments, stack: Resources): string[] {
  const attached = stack.ofType('aws_kms_key_policy').find((one) => names(key, one.text('key_id')))
  return checkedPolicies(attached ?? key)
}

/** The argument `policy`, if given. Refuses policies that the local cloud does not evaluate. */
export function checkedPolicies(resource: Arguments): string[] {
  const policy = resource.optionalText('policy')
  if (!policy) return []
  try {
    readPolicy(policy)
  } catch (error) {
    resource.refuse(`has a policy that cannot be read: ${(error as Error).message.replace(/\.$/, '')}`)
  }
  return [policy]
}

const names = (key: Arguments, id: string) => [key.text('key_id'), key.text('arn')].includes(id)
