import { outputs } from '@confirmation-reminder/contracts/names'
import type { Plan } from './plan.ts'

/** What a reviewer should know of a stage that will be in SES's sandbox, which its settings say. */
export function sandboxNote({ planned_values }: Plan): string[] {
  if (planned_values?.outputs?.[outputs.sesSandbox]?.value !== true) return []
  return [
    "This stage is in SES's sandbox (`sesSandbox`): mail reaches only addresses and domains that were verified in SES, and the functions that send it may use all identities of the account, from the sender's domain only. Leave the setting out once SES has granted production access.",
  ]
}
