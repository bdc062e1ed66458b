const address = /[^\s@<>"'`,;:()]+@[^\s@<>"'`,;:()]+/g
const token = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.[\w-]{20,}/g

/** Takes addresses and tokens out of a text that somebody else wrote, such as an error message of AWS. */
export function scrub(text: string): string {
  return text.replace(token, '[token]').replace(address, '[address]')
}
