import { domainToASCII } from 'node:url'
import type { AddressFault } from '@confirmation-reminder/contracts/address-fault'

export type ParsedAddress = { address: string } | { fault: AddressFault }

// RFC 5321, section 4.5.3.1. The whole address is 256 octets with its angle brackets.
const longestLocal = 64
const longestAddress = 254

/** What RFC 5322 allows in a local part without quotes: atoms with single dots between them. */
const dotAtom = /^[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*$/
/** A label of a host name: letters, digits and inner hyphens, at most 63 octets. */
const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/
/** Characters that a URL parser would drop or decode, so that one domain could be written as another. */
const foreignToDomains = /[%/\\?#@:[\]<>^|]/

/**
 * Reads an email address, as people type or paste it, and normalises it: the domain becomes lower-case ASCII (IDNA), the
 * local part stays as written, because mail must go to the spelling that its own server knows. The customer's
 * id does not depend on it: see `customerIdOf`.
 */
export function parseAddress(typed: string): ParsedAddress {
  const text = bare(typed)
  if (text === '') return { fault: 'empty' }
  // A line break would begin a new header of the mail; an address never contains control characters.
  if (/\p{Cc}/u.test(text)) return { fault: 'controlCharacter' }
  if (/\s/u.test(text)) return { fault: 'space' }
  if (text.startsWith('"')) return { fault: 'localQuoted' }
  const [local, domain, ...rest] = text.split('@')
  if (!local || !domain || rest.length > 0) return { fault: 'notOneAt' }
  // SES refuses addresses whose local part is not ASCII.
  if (/[^ -~]/.test(local)) return { fault: 'localNotAscii' }
  if (!dotAtom.test(local)) return { fault: 'localMalformed' }
  if (local.length > longestLocal) return { fault: 'localTooLong' }
  const normalised = normaliseDomain(domain)
  if ('fault' in normalised) return normalised
  const address = `${local}@${normalised.domain}`
  return address.length > longestAddress ? { fault: 'tooLong' } : { address }
}

/** Characters that people paste together with an address: white space, invisible characters, `<` and `>`, and `mailto:`. */
function bare(typed: string): string {
  const inner = trimmed(typed)
  const unbracketed = inner.startsWith('<') && inner.endsWith('>') ? trimmed(inner.slice(1, -1)) : inner
  return unbracketed.slice(0, mailto.length).toLowerCase() === mailto ? unbracketed.slice(mailto.length) : unbracketed
}

const mailto = 'mailto:'
const unseen = /[\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069]/

function trimmed(text: string): string {
  let [from, to] = [0, text.length]
  while (unseen.test(text.charAt(from))) from++
  while (unseen.test(text.charAt(to - 1))) to--
  return text.slice(from, to)
}

function normaliseDomain(text: string): { domain: string } | { fault: AddressFault } {
  if (text.startsWith('[')) return { fault: 'domainIsIpLiteral' }
  if (foreignToDomains.test(text)) return { fault: 'domainMalformed' }
  // A name that is too long for the DNS is refused before IDNA processes it.
  if (text.length > longestAddress) return { fault: 'tooLong' }
  const domain = domainToASCII(text)
  const labels = domain.split('.')
  if (!labels.every((part) => label.test(part))) return { fault: 'domainMalformed' }
  // A last label of digits means an IP address: domainToASCII turns even 127.1 into one.
  if (/\.\d+$/.test(domain)) return { fault: 'domainIsIpLiteral' }
  return labels.length > 1 ? { domain } : { fault: 'domainWithoutDot' }
}
