import { ConditionalCheckFailedException, type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { sourcesTable } from '@confirmation-reminder/contracts/sources-table'
import { customerIdOf } from '@confirmation-reminder/customers/customer-id'
import type { StageKey } from '@confirmation-reminder/customers/stage-key'
import type { Challenge, Payload } from 'altcha-lib/types'

/** What a proof of work is worth: `expired` was in time once, and `missing` is everything else that is no proof. */
export type Verdict = 'done' | 'expired' | 'missing'

export interface Proofs {
  /**
   * A new challenge, as the widget of altcha and the script of our form solve it.
   * @throws the SDK's error, if the stage's key cannot be read
   */
  challenge(): Promise<Challenge>
  /**
   * What the proof that came with a registration is worth. A challenge counts for the address that uses it first, so that the
   * same request may be sent again, and no other may.
   * @param proof the field of the form: the challenge and its solution, as JSON in base64
   * @throws the SDK's error, if its use cannot be recorded. Then the same request may be sent again
   */
  judge(proof: string, email: string): Promise<Verdict>
}

interface ProofsProps {
  table: string
  /** How many keys a browser derives for a proof, at most. */
  effort: number
  stageKey: StageKey
  client: DynamoDBClient
}

// Long enough for a form that was left open while somebody looked for their address, and short enough that few are hoarded.
const lifetimeSeconds = 1200
/** Iterations of PBKDF2 for each key: so many that calling a browser's cryptography for each does not matter. */
const iterations = 1_000

/**
 * Proofs of work in the sources' table: one item for each challenge that was used. Challenges are signed with the stage's key, and
 * nothing is stored for those that nobody uses. The library is loaded when it is first needed, so that a cold start without it
 * costs nothing.
 */
export function openProofs({ table, effort, stageKey, client }: ProofsProps): Proofs {
  async function library() {
    const [altcha, ...macs] = await Promise.all([
      import('./altcha.ts'),
      stageKey.mac('proof', 'challenge'),
      stageKey.mac('proof', 'solution'),
    ])
    const [hmacSignatureSecret = '', hmacKeySignatureSecret = ''] = macs.map((mac) => mac.toString('hex'))
    return { ...altcha, common: { deriveKey: altcha.deriveKey, hmacSignatureSecret, hmacKeySignatureSecret } }
  }

  /** Records that an address uses a challenge. False: another address has used it. */
  async function isUsedBy(customerId: string, signature: string, expiresAt: number): Promise<boolean> {
    const [challenge, user] = await Promise.all([
      stageKey.mac('proof', `use ${signature}`),
      // It shows no one whose it is, nor which items are of the same address.
      stageKey.mac('proof', `user ${signature} ${customerId}`),
    ])
    const used = client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: { [sourcesTable.hashKey]: { S: challenge.toString('base64url') } },
        UpdateExpression: 'SET #user = :user, #expiresAt = :end',
        ConditionExpression: 'attribute_not_exists(#user) OR #user = :user',
        ExpressionAttributeNames: { '#user': 'user', '#expiresAt': sourcesTable.ttlAttribute },
        ExpressionAttributeValues: { ':user': { S: user.toString('base64url') }, ':end': { N: String(expiresAt) } },
      }),
    )
    return await used.then(
      () => true,
      (error: unknown) => {
        if (error instanceof ConditionalCheckFailedException) return false
        throw error
      },
    )
  }

  return {
    async challenge() {
      const { createChallenge, randomInt, common } = await library()
      const expiresAt = Math.floor(Date.now() / 1000) + lifetimeSeconds
      const counter = randomInt(effort, Math.ceil(effort / 2))
      return await createChallenge({ ...common, algorithm: 'PBKDF2/SHA-256', cost: iterations, counter, expiresAt })
    },

    async judge(proof, email) {
      const payload = parsed(proof)
      if (!payload) return 'missing'
      const { verifySolution, common } = await library()
      const { verified, expired } = await verifySolution({ ...payload, ...common }).catch(() => unreadable)
      if (expired) return 'expired'
      const { signature = '', parameters } = payload.challenge
      if (!verified || parameters.expiresAt === undefined) return 'missing'
      const customerId = await customerIdOf(stageKey, email)
      return (await isUsedBy(customerId, signature, parameters.expiresAt)) ? 'done' : 'missing'
    },
  }
}

/** The library throws on some payloads that it did not write. */
const unreadable = { verified: false, expired: false }

function parsed(proof: string): Payload | undefined {
  try {
    const payload = JSON.parse(Buffer.from(proof, 'base64').toString())
    return typeof payload?.challenge?.parameters === 'object' && payload.challenge.parameters !== null
      ? payload
      : undefined
  } catch {
    return undefined
  }
}
