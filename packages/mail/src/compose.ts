import type { Locale } from '@confirmation-reminder/contracts/locale'
import type { MailKind } from '@confirmation-reminder/contracts/payload'
import { Html, html } from '@confirmation-reminder/handler/html'
import type { MailText } from '@confirmation-reminder/texts/shapes'
import { mailTexts } from '@confirmation-reminder/texts/texts'

/** A mail to a customer. */
export type MailToSend = {
  customerId: string
  to: string
  locale: Locale
  /** The token that the links carry. */
  token: string
  /** The claim under which it is sent: it names the mail. */
  claim: string
} & (
  | {
      kind: Exclude<MailKind, 'alreadyConfirmed'>
      /** When the link that confirms stops working, in seconds since 1970. */
      expiresAt: number
    }
  | { kind: 'alreadyConfirmed' }
)

/** A mail as it is sent: the same words as text and as HTML. */
export interface Message {
  subject: string
  text: string
  html: string
}

interface Link {
  url: string
  label: string
  validity: string
}

/** Writes a mail. `publicUrl` is where its links begin, without a slash at the end. */
export function compose(mail: MailToSend, publicUrl: string): Message {
  const said = mailTexts[mail.locale].mails[mail.kind]
  const link =
    'expiresAt' in mail && said.link
      ? {
          url: `${publicUrl}/confirm?token=${mail.token}`,
          label: said.link.label,
          validity: said.link.validity(readable(mail.expiresAt, mail.locale)),
        }
      : undefined
  const notMe = withdrawalUrl(mail, publicUrl)
  return { subject: said.subject, text: asText(said, link, notMe), html: asHtml(said, mail.locale, link, notMe) }
}

/** The link of "this was not me". Opening it changes nothing. */
export function withdrawalUrl({ token }: MailToSend, publicUrl: string): string {
  return `${publicUrl}/withdraw?token=${token}`
}

/** Each link has its own unbroken line, so that mail programs recognise it. */
function asText({ greeting, opening, notYou }: MailText, link: Link | undefined, notMe: string): string {
  const paragraphs = [greeting, opening, ...(link ? [link.url, link.validity] : []), notYou, notMe]
  return `${paragraphs.map(wrapped).join('\n\n')}\n`
}

// RFC 5322 recommends lines of at most 78 characters. With 72, a reply that quotes them still meets that.
const longestLine = 72

/** Breaks a paragraph at its spaces into lines of at most 72 characters. Longer words stay whole. */
function wrapped(paragraph: string): string {
  const lines: string[] = []
  for (const word of paragraph.split(' ')) {
    const longer = `${lines.at(-1)} ${word}`
    if (lines.length > 0 && longer.length <= longestLine) lines.splice(-1, 1, longer)
    else lines.push(word)
  }
  return lines.join('\n')
}

/**
 * Mail programs support little CSS, and dark modes change colours: only the button has a colour, and inline. Outlook
 * renders with Word, which ignores the width of a `div` and the padding of a link: a table sets both.
 */
function asHtml(
  { subject, preheader, greeting, opening, notYou }: MailText,
  locale: Locale,
  link: Link | undefined,
  notMe: string,
): string {
  return html`<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${subject}</title>
<style>:root { color-scheme: light dark; supported-color-schemes: light dark }</style>
</head>
<body style="margin: 0; padding: 24px 16px; font: ${font}">
<div style="display: none; max-height: 0; overflow: hidden; mso-hide: all">${preheader}</div>
<!--[if mso]><table role="presentation" width="520" align="center"><tr><td style="font: ${font}"><![endif]-->
<div style="max-width: 520px; margin: 0 auto">
<p>${greeting}</p>
<p>${opening}</p>
${link ? linkAsHtml(link) : new Html('')}<p style="font-size: 14px; opacity: .8">${notYou}<br><a href="${notMe}" style="color: inherit">${mailTexts[locale].withdrawal}</a></p>
</div>
<!--[if mso]></td></tr></table><![endif]-->
</body>
</html>
`.text
}

const font = new Html("16px/1.6 'Segoe UI', -apple-system, Roboto, Helvetica, Arial, sans-serif")

function linkAsHtml({ url, label, validity }: Link): Html {
  return html`<table role="presentation" cellspacing="0" cellpadding="0" style="margin: 28px 0"><tr><td bgcolor="#1f5fbf" style="border-radius: 8px; mso-padding-alt: 12px 28px"><a href="${url}" style="display: inline-block; padding: 12px 28px; font: 600 ${font}; color: #ffffff; text-decoration: none">${label}</a></td></tr></table>
<p>${validity}</p>
<p style="font-size: 14px; opacity: .8; overflow-wrap: anywhere">${url}</p>
`
}

// The reader's time zone is unknown; UTC at least says which time is meant.
function readable(seconds: number, locale: Locale): string {
  const format = new Intl.DateTimeFormat(mailTexts[locale].dateLocale, {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone: 'UTC',
  })
  return `${format.format(seconds * 1000)} UTC`
}
