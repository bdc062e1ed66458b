import { stringify } from 'uuid'
import type { StageKey } from './stage-key.ts'

/**
 * The id of the customer with this address, as `parseAddress` normalised it, in a stage: the first half of a MAC under
 * the stage's key, as a UUID of version 8 (RFC 9562). One address is one id, so that one item holds the customer, with
 * neither a second index nor a transaction; and without the key the id does not reveal its customer.
 *
 * Case does not count: in practice `Vera@` and `vera@` are one mailbox, and a choice made with one spelling counts for the other.
 * @throws the errors of the key.
 */
export async function customerIdOf(key: StageKey, address: string): Promise<string> {
  const bytes = (await key.mac('customer', address.toLowerCase())).subarray(0, 16)
  bytes[6] = 0x80 | ((bytes[6] ?? 0) & 0x0f)
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f)
  return stringify(bytes)
}
