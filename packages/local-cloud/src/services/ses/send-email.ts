import * as v from 'valibot'
import { AwsError } from '../../core/aws-error.ts'
import { queryAction, texts } from '../../gateway/input.ts'
import type { Mailbox } from './mailbox.ts'
import { Tags, tagsByName } from './message-tags.ts'
import { addressesIn, checkSending, checkSize, type MailSettings, messageIdHeader } from './sending-rules.ts'

const Content = v.object({ Data: v.string(), Charset: v.optional(v.string()) })

const SendEmailInput = v.object({
  Source: v.string(),
  Destination: v.object({ ToAddresses: texts, CcAddresses: texts, BccAddresses: texts }),
  Message: v.object({
    Subject: Content,
    Body: v.object({ Text: v.optional(Content), Html: v.optional(Content) }),
  }),
  ReplyToAddresses: texts,
  ReturnPath: v.optional(v.string()),
  ConfigurationSetName: v.optional(v.string()),
  Tags,
})

/** SendEmail: SES writes the headers and joins the bodies. */
export const sendEmail = (settings: MailSettings, mailbox: Mailbox) =>
  queryAction(SendEmailInput, async (input): Promise<{ MessageId: string }> => {
    const { Source, Destination, Message, ReplyToAddresses, ReturnPath, ConfigurationSetName } = input
    const { ToAddresses, CcAddresses, BccAddresses } = Destination
    const { Text, Html } = Message.Body
    checkSize([Message.Subject, Text, Html].reduce((bytes, part) => bytes + Buffer.byteLength(part?.Data ?? ''), 0))
    if (!Text && !Html)
      throw new AwsError('InvalidParameterValue', 'At least one of Text and Html must be in the body.')

    const tags = tagsByName(input.Tags)
    const [from = ''] = addressesIn(Source)
    const to = [...ToAddresses, ...CcAddresses, ...BccAddresses].flatMap(addressesIn)
    checkSending(settings, {
      senders: [from, ...(ReturnPath === undefined ? [] : addressesIn(ReturnPath))],
      recipients: to,
      replyTo: ReplyToAddresses.flatMap(addressesIn),
      configurationSet: ConfigurationSetName,
    })

    const { id } = await mailbox.accept((messageId, at) => ({
      from,
      to,
      subject: Message.Subject.Data,
      text: Text?.Data ?? '',
      html: Html?.Data ?? '',
      headers: {
        From: Source,
        ...(ToAddresses.length > 0 && { To: ToAddresses.join(', ') }),
        ...(CcAddresses.length > 0 && { Cc: CcAddresses.join(', ') }),
        ...(ReplyToAddresses.length > 0 && { 'Reply-To': ReplyToAddresses.join(', ') }),
        ...(ReturnPath !== undefined && { 'Return-Path': ReturnPath }),
        Subject: Message.Subject.Data,
        'Message-ID': messageIdHeader(messageId, settings.region),
        Date: at.toUTCString(),
        'MIME-Version': '1.0',
      },
      operation: 'SendEmail',
      tags,
      ...(ConfigurationSetName !== undefined && { configurationSet: ConfigurationSetName }),
    }))
    return { MessageId: id }
  })

/** GetSendQuota: the quota of an account with production access. */
export const getSendQuota = (mailbox: Mailbox) =>
  queryAction(v.object({}), async () => ({
    Max24HourSend: 50_000,
    MaxSendRate: 14,
    SentLast24Hours: await mailbox.recipientsOfLastDay(),
  }))
