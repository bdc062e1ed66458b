import { addressParser } from 'postal-mime'
import { AwsError } from '../../core/aws-error.ts'
import type { StackModel } from '../../core/stack-model.ts'

/** The settings of the account that decide whether SES accepts a mail. */
export type MailSettings = Pick<StackModel, 'region' | 'mailIdentities' | 'mailConfigurationSets'>

const mostRecipients = 50
// The default quota of the API's version 1, after decoding.
const longestMessageBytes = 10 * 1024 * 1024

/** @throws AwsError InvalidParameterValue */
export function checkSize(bytes: number): void {
  if (bytes <= longestMessageBytes) return
  throw new AwsError('InvalidParameterValue', `Message length is more than ${longestMessageBytes} bytes long.`)
}

/**
 * Checks a mail by SES's rules before anything of it is stored.
 * @throws AwsError ConfigurationSetDoesNotExist, InvalidParameterValue, MessageRejected
 */
export function checkSending(
  { region, mailIdentities, mailConfigurationSets }: MailSettings,
  mail: { senders: string[]; recipients: string[]; replyTo?: string[]; configurationSet: string | undefined },
): void {
  const { senders, recipients, replyTo = [], configurationSet } = mail
  if (configurationSet !== undefined && !mailConfigurationSets.includes(configurationSet)) {
    throw new AwsError('ConfigurationSetDoesNotExist', `Configuration set <${configurationSet}> does not exist.`)
  }
  if (recipients.length === 0) throw new AwsError('InvalidParameterValue', "Missing required header 'To'.")
  if (recipients.length > mostRecipients) {
    throw new AwsError('InvalidParameterValue', `Recipient count exceeds ${mostRecipients}.`)
  }
  for (const address of [...senders, ...recipients, ...replyTo]) checkAddress(address)
  const unverified = senders.filter((sender) => !mailIdentities.some((identity) => covers(identity, sender)))
  if (unverified.length > 0) {
    throw new AwsError(
      'MessageRejected',
      `Email address is not verified. The following identities failed the check in region ${region.toUpperCase()}: ${unverified.join(', ')}`,
    )
  }
}

/**
 * The bare addresses in the text of a header such as `Ada <ada@example.com>, bob@example.com`.
 * @throws AwsError InvalidParameterValue if the text contains line breaks, which could inject headers
 */
export function addressesIn(text: string): string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
  if (/[\r\n\u0000]/.test(text)) throw new AwsError('InvalidParameterValue', 'Address contains control characters')
  return addressParser(text, { flatten: true }).map(({ address }) => address ?? '')
}

/** An identity is an address, or a domain with all its subdomains. */
function covers(identity: string, sender: string): boolean {
  if (identity.includes('@')) return lowerDomain(identity) === lowerDomain(sender)
  const domain = sender.slice(sender.lastIndexOf('@') + 1).toLowerCase()
  return domain === identity.toLowerCase() || domain.endsWith(`.${identity.toLowerCase()}`)
}

function lowerDomain(address: string): string {
  const at = address.lastIndexOf('@')
  return address.slice(0, at) + address.slice(at).toLowerCase()
}

function checkAddress(address: string): void {
  const [, local, domain] = /^(.*)@([^@]*)$/s.exec(address) ?? []
  if (!domain) throw new AwsError('InvalidParameterValue', "Missing final '@domain'")
  if (!local) throw new AwsError('InvalidParameterValue', 'Missing local part')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
  if (/[\u0000-\u0020\u007f]/.test(local)) {
    throw new AwsError('InvalidParameterValue', 'Local address contains control or whitespace')
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
  if (/[\u0000-\u0020\u007f]/.test(domain)) {
    throw new AwsError('InvalidParameterValue', 'Domain contains control or whitespace')
  }
}

/** The Message-ID header that SES gives a mail in place of its own. */
export function messageIdHeader(id: string, region: string): string {
  return `<${id}@${region === 'us-east-1' ? 'email' : region}.amazonses.com>`
}
