import { v5 } from 'uuid'

/**
 * The id of the customer with this normalised address in a stage's namespace (a UUID).
 * One address is one id, so that one item holds the customer, with neither a second index nor a transaction.
 */
export function customerIdOf(address: string, namespace: string): string {
  return v5(address, namespace)
}
