import { addressParser } from 'postal-mime'
import type { StackModel } from '../core/stack-model.ts'
import { arnIn, type Need, type Row, textIn } from './need.ts'

/**
 * SES asks for a permission on the identity of each sender and on the configuration set that the mail names. Source: SES
 * Developer Guide, "Identity and access management in Amazon SES". The account is out of SES's sandbox, in which SES asks for
 * the recipients' identities too.
 */
export const sendingMail: Record<string, Row> = {
  SendEmail: (input, stack) =>
    needsOf('ses:SendEmail', stack, {
      senders: [textIn(input, 'Source')],
      returnPath: textIn(input, 'ReturnPath'),
      configurationSet: textIn(input, 'ConfigurationSetName'),
    }),
  SendRawEmail: (input, stack) => {
    const header = headersIn(headOf(textIn(Object(input.RawMessage), 'Data')))
    return needsOf('ses:SendRawEmail', stack, {
      senders: [textIn(input, 'Source'), header('from')].filter(Boolean),
      returnPath: header('return-path'),
      configurationSet: textIn(input, 'ConfigurationSetName') || header('x-ses-configuration-set'),
    })
  },
}

function needsOf(
  action: string,
  stack: StackModel,
  { senders, returnPath, configurationSet }: { senders: string[]; returnPath: string; configurationSet: string },
): Need[] {
  const [{ address: feedback = '' } = {}] = addressParser(returnPath, { flatten: true })
  return senders.flatMap((sender) => {
    const [{ address = '', name = '' } = {}] = addressParser(sender, { flatten: true })
    const conditions = {
      'ses:FromAddress': address,
      ...(name && { 'ses:FromDisplayName': name }),
      ...(feedback && { 'ses:FeedbackAddress': feedback }),
    }
    const resources = [
      arnIn(stack, 'ses', `identity/${identityOf(address, stack)}`),
      ...(configurationSet ? [arnIn(stack, 'ses', `configuration-set/${configurationSet}`)] : []),
    ]
    return resources.map((resource) => ({ action, resource, conditions }))
  })
}

/** The identity that SES judges a sender by: the address or, as it is usual, its domain. An address that none covers is its own. */
function identityOf(address: string, { mailIdentities }: Pick<StackModel, 'mailIdentities'>): string {
  const lower = address.toLowerCase()
  const domain = lower.slice(lower.lastIndexOf('@') + 1)
  const covering = mailIdentities.filter((identity) => {
    const one = identity.toLowerCase()
    return one === lower || one === domain || domain.endsWith(`.${one}`)
  })
  // The longest is the most specific.
  return covering.sort((a, b) => b.length - a.length)[0] ?? address
}

// The headers of most messages are shorter.
const firstCharacters = 16_384

/** The headers of a message in Base64: all before the first empty line. A message may be large, so no more than needed is decoded. */
function headOf(data: string): string {
  for (let length = firstCharacters; ; length *= 4) {
    const message = Buffer.from(data.slice(0, length), 'base64').toString('latin1')
    const end = message.search(/\r?\n\r?\n/)
    if (end >= 0 || length >= data.length) return end < 0 ? message : message.slice(0, end)
  }
}

/** Reads a header by its name in lower case: the first one of that name, its lines joined; empty if there is none. */
function headersIn(head: string): (name: string) => string {
  const lines = head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)
  return (name) => {
    const line = lines.find((one) => one.slice(0, one.indexOf(':')).trim().toLowerCase() === name)
    return line === undefined ? '' : line.slice(line.indexOf(':') + 1).trim()
  }
}
