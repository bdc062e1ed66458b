import { lastPart, parseArn } from '@confirmation-reminder/contracts/arn'
import type { Verdict } from '@confirmation-reminder/iam/allows'
import type { EncryptionKey } from '../core/stack-model.ts'
import type { VerdictOf } from './judgements.ts'

/** What decides whether an AWS service may use the key of a topic or a queue. */
export interface Encryption {
  /** As in `topic`. */
  kind: 'queue' | 'topic'
  /** The ARN of the topic or queue. */
  arn: string
  key: EncryptionKey
  service: string
  /** The condition keys that reach KMS. */
  conditions: Record<string, string>
  /** The impact of a missing grant, as the end of a sentence. */
  consequence: string
}

/**
 * Whether an AWS service may send to an encrypted topic or queue, as far as the key decides: its policy must allow
 * kms:GenerateDataKey* and kms:Decrypt. The key that AWS manages allows them to no service, and its policy cannot be changed.
 */
export function canEncrypt(
  { kind, arn, key, service, conditions, consequence }: Encryption,
  verdictOf: VerdictOf,
): Verdict {
  const alias = lastPart(key.name)
  if (alias.startsWith('alias/aws/')) {
    return {
      allowed: false,
      why:
        `The ${kind} ${arn} is encrypted with ${alias}, a key that AWS manages and that lets no service use it: ` +
        `${consequence}. Encrypt the ${kind} with a key of your own whose policy lets ${service} use it.`,
    }
  }
  for (const action of ['kms:GenerateDataKey*', 'kms:Decrypt']) {
    const used = verdictOf({
      principal: { service },
      policies: policiesOf(key, arn),
      // KMS is asked for the plain GenerateDataKey; the documented grant, which the sentence names, ends in a star.
      action: action.replace('*', ''),
      resource: key.arn ?? '*',
      conditions,
      called: `the policy of key ${key.name}`,
    })
    if (used.allowed) continue
    return { allowed: false, why: `${used.why.replace(action.replace('*', ''), action)} Without it ${consequence}.` }
  }
  return { allowed: true }
}

/**
 * The policies of a key, as JSON. Without one of its own it has KMS's: the account that owns it decides.
 * - `arn`: of anything in the account.
 */
export function policiesOf({ policies }: EncryptionKey, arn: string): string[] {
  if (policies.length > 0) return policies
  const Statement = {
    Sid: 'Enable IAM User Permissions',
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${parseArn(arn).accountId}:root` },
    Action: 'kms:*',
    Resource: '*',
  }
  return [JSON.stringify({ Statement })]
}
