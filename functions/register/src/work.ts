import type { EnvironmentOf } from '@confirmation-reminder/contracts/functions'
import { openClient } from '@confirmation-reminder/customers/client'
import { openCustomers } from '@confirmation-reminder/customers/customers'
import { openStageKey } from '@confirmation-reminder/customers/stage-key'
import { openMailer } from '@confirmation-reminder/mail/mailer'
import { openAttempts } from './attempts.ts'
import { openProofs, type Proofs } from './proofs.ts'
import { type Outcome, registerCustomer } from './register.ts'
import type { ReadRegistration } from './request.ts'
import { openRuns } from './runs.ts'

/** What a valid registration comes to. With the outcomes that are only named here it has no effect. */
export type Result = Outcome | { outcome: 'bot' | 'sourceUsedUp' | 'proofExpired' | 'proofMissing' }

/** The part of this function that calls AWS. */
export interface Work extends Pick<Proofs, 'challenge'> {
  /**
   * Registers a customer, unless the source has reached its limit, or a bot sent the registration.
   * @throws the errors of DynamoDB, SES and the stage's key. Then the same registration may be sent again
   */
  register(read: ReadRegistration, sourceIp: string): Promise<Result>
}

/** Opens everything at AWS that a registration needs. */
export function openWork(environment: EnvironmentOf<'register'>): Work {
  const client = openClient()
  const stageKey = openStageKey(environment.CUSTOMERS_TABLE, { client, make: true })
  const limit = environment.REGISTRATIONS_PER_SOURCE_AND_HOUR
  const attempts = openAttempts({ table: environment.SOURCES_TABLE, limit, stageKey, client })
  const effort = environment.PROOF_OF_WORK
  const proofs = openProofs({ table: environment.SOURCES_TABLE, effort, stageKey, client })
  const dependencies = {
    customers: openCustomers(environment.CUSTOMERS_TABLE, client),
    runs: openRuns(environment.STATE_MACHINE_ARN),
    // A person waits for the page, and a second registration of the address waits for this mail.
    mailer: openMailer(environment, { patienceMs: 3_000 }),
    stageKey,
    lifetimeSeconds: environment.REGISTRATION_LIFETIME_SECONDS,
  }
  return {
    challenge: proofs.challenge,

    async register(read, sourceIp) {
      // Before the address is looked up, so that the limit says nothing about it.
      const areUsedUp = await attempts.areUsedUp(sourceIp)
      if (read.isBot) return { outcome: 'bot' }
      if (areUsedUp) return { outcome: 'sourceUsedUp' }
      const verdict = effort === 0 ? 'done' : await proofs.judge(read.proof, read.registration.email)
      if (verdict === 'expired') return { outcome: 'proofExpired' }
      if (verdict === 'missing') return { outcome: 'proofMissing' }
      return await registerCustomer(dependencies, read.registration)
    },
  }
}
