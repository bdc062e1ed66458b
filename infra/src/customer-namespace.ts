import type { Stage } from '@confirmation-reminder/contracts/stages'
import { v5 } from 'uuid'

/**
 * The UUID namespace in which an address names its customer. It comes from the stage's name alone, so nobody keeps it
 * and it never changes: under another namespace every customer would be a stranger.
 */
export function customerNamespace(stage: Stage): string {
  return v5(`${stage}.confirmation-reminder`, v5.DNS)
}
