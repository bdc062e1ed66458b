/**
 * Which address of SES's mailbox simulator this is, such as `bounce` of `bounce+label1@simulator.amazonses.com`;
 * undefined if it is another address.
 */
export function simulated(address: string): string | undefined {
  return /^([a-z]+)(?:\+[^@]*)?@simulator\.amazonses\.com$/.exec(address.toLowerCase())?.[1]
}
