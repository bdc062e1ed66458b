import PostalMime, { decodeWords, type Email } from 'postal-mime'
import * as v from 'valibot'
import { AwsError } from '../../core/aws-error.ts'
import { queryAction, texts } from '../../gateway/input.ts'
import type { Mailbox } from './mailbox.ts'
import { Tags, tagsByName, tagsIn } from './message-tags.ts'
import { addressesIn, checkSending, checkSize, type MailSettings, messageIdHeader } from './sending-rules.ts'

const SendRawEmailInput = v.object({
  RawMessage: v.object({ Data: v.pipe(v.string(), v.base64('Member must be base64')) }),
  Source: v.optional(v.string()),
  Destinations: texts,
  ConfigurationSetName: v.optional(v.string()),
  Tags,
})

// RFC 5321, 4.5.3.1.6: 1,000 with its CRLF.
const longestLine = 998

/** Headers that SES accepts at most once: those of its list "Amazon SES header fields" that an application's mail may have. */
const onlyOnce = [
  'auto-submitted',
  'content-language',
  'content-transfer-encoding',
  'content-type',
  'date',
  'from',
  'in-reply-to',
  'list-id',
  'list-unsubscribe',
  'list-unsubscribe-post',
  'message-id',
  'mime-version',
  'precedence',
  'references',
  'reply-to',
  'return-path',
  'sender',
  'subject',
]

/** Headers that SES reads or replaces and does not pass on. */
const consumed = ['bcc', 'x-ses-configuration-set', 'x-ses-message-tags', 'message-id', 'date']

/** SendRawEmail: the caller writes the whole message. The members of the request take precedence over the headers. */
export const sendRawEmail = (settings: MailSettings, mailbox: Mailbox) =>
  queryAction(SendRawEmailInput, async (input): Promise<{ MessageId: string }> => {
    const { RawMessage, Source, Destinations, ConfigurationSetName } = input
    const raw = Buffer.from(RawMessage.Data, 'base64')
    checkSize(raw.length)
    if (
      raw
        .toString('latin1')
        .split(/\r?\n/)
        .some((line) => line.length > longestLine)
    ) {
      throw new AwsError('InvalidParameterValue', `A line is longer than ${longestLine} characters.`)
    }
    const message = await PostalMime.parse(raw)
    const headers = headersOf(message)
    const names = headers.map(([name]) => name.toLowerCase())
    const twice = headers.find(
      ([name], index) => onlyOnce.includes(name.toLowerCase()) && names.indexOf(name.toLowerCase()) < index,
    )
    if (twice) throw new AwsError('InvalidParameterValue', `Duplicate header '${twice[0]}'.`)

    const header = (name: string) => headers.find(([one]) => one.toLowerCase() === name)?.[1]
    const author = header('from')
    if (author === undefined) throw new AwsError('InvalidParameterValue', "Missing required header 'From'.")
    if (!message.text && !message.html) throw new AwsError('InvalidParameterValue', 'The message has no body.')
    const to = Destinations.length > 0 ? Destinations : ['to', 'cc', 'bcc'].map((name) => header(name) ?? '')
    const recipients = to.flatMap(addressesIn)
    const tags = tagsByName([...tagsIn(header('x-ses-message-tags') ?? ''), ...input.Tags])
    const configurationSet = ConfigurationSetName ?? header('x-ses-configuration-set')
    const senders = [Source, author, header('sender'), header('return-path')].flatMap((one) => addressesIn(one ?? ''))
    checkSending(settings, { senders: [...new Set(senders)], recipients, configurationSet })

    const sentOn = headers.filter(([name]) => !consumed.includes(name.toLowerCase()))
    const { id } = await mailbox.accept((messageId, at) => ({
      from: addressesIn(Source ?? author)[0] ?? '',
      to: recipients,
      subject: message.subject ?? '',
      // As its reader sees it: in transport, lines end in CRLF.
      text: (message.text ?? '').replaceAll('\r\n', '\n'),
      html: (message.html ?? '').replaceAll('\r\n', '\n'),
      headers: {
        ...Object.fromEntries(sentOn.map(([name, value]) => [name, decodeWords(value)])),
        'Message-ID': messageIdHeader(messageId, settings.region),
        Date: at.toUTCString(),
      },
      operation: 'SendRawEmail',
      tags,
      ...(configurationSet !== undefined && { configurationSet }),
    }))
    return { MessageId: id }
  })

/** The headers with their names as written and their values unfolded, but not decoded: an encoded comma separates nothing. */
function headersOf({ headers, headerLines }: Email): [string, string][] {
  return headers.map(({ key, value }, index) => {
    const written = headerLines[index]?.line.split(':', 1)[0]?.trim()
    return [written?.toLowerCase() === key ? written : key, value]
  })
}
