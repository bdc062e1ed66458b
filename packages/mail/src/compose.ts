import { type Brand, onAccent } from '@confirmation-reminder/contracts/brand'
import type { Locale } from '@confirmation-reminder/contracts/locale'
import type { MailKind } from '@confirmation-reminder/contracts/payload'
import { Html, html } from '@confirmation-reminder/handler/html'
import { brandLinks } from '@confirmation-reminder/texts/brand-links'
import type { MailText, MailTexts } from '@confirmation-reminder/texts/shapes'
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

/** Whose mails these are, and where their links begin, without a slash at the end. */
export interface Writer {
  PUBLIC_URL: string
  BRAND: Brand
}

interface Link {
  url: string
  label: string
  validity: string
  copy: string
}

/** What the text and the HTML of a mail are made of. */
interface Parts {
  locale: Locale
  brand: Brand
  said: MailText
  link: Link | undefined
  withdrawal: { url: string; label: string }
  /** The links at its foot. */
  more: { url: string; label: string }[]
}

/** Writes a mail. */
export function compose(mail: MailToSend, { PUBLIC_URL, BRAND: brand }: Writer): Message {
  const { locale } = mail
  const { mails, moment, withdrawal } = mailTexts[locale](brand.name)
  const said = mails[mail.kind]
  const link =
    'expiresAt' in mail && said.link
      ? {
          url: `${PUBLIC_URL}/confirm?token=${mail.token}`,
          label: said.link.label,
          validity: said.link.validity(inWords(mail.expiresAt, moment)),
          copy: said.link.copy,
        }
      : undefined
  const parts = {
    locale,
    brand,
    said,
    link,
    withdrawal: { url: withdrawalUrl(mail, PUBLIC_URL), label: withdrawal },
    more: brandLinks(brand, locale),
  }
  return { subject: said.subject, text: asText(parts), html: asHtml(parts) }
}

/** The link that withdraws. Opening it changes nothing. */
export function withdrawalUrl({ token }: MailToSend, publicUrl: string): string {
  return `${publicUrl}/withdraw?token=${token}`
}

/** Each link has its own unbroken line, so that mail programs recognise it. Programs cut what follows `-- ` off replies. */
function asText({ brand, said: { greeting, opening, notYou }, link, withdrawal, more }: Parts): string {
  const paragraphs = [greeting, opening, ...(link ? [link.url, link.validity] : []), notYou, withdrawal.url]
  const foot = [brand.postalAddress, ...more.flatMap(({ label, url }) => [`${label}:`, url])]
  return `${paragraphs.map(wrapped).join('\n\n')}\n\n-- \n${foot.map(wrapped).join('\n')}\n`
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
 * Mail programs support little CSS, and dark modes change colours: only the button has colours, and inline. Outlook
 * renders with Word, which ignores the width of a `div` and the padding of a link: a table sets both.
 */
function asHtml({ locale, brand, said, link, withdrawal, more }: Parts): string {
  return html`<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${said.subject}</title>
<style>:root { color-scheme: light dark; supported-color-schemes: light dark }</style>
</head>
<body style="margin: 0; padding: 24px 16px; font: ${font}">
<div style="display: none; max-height: 0; overflow: hidden; mso-hide: all">${said.preheader}</div>
<!--[if mso]><table role="presentation" width="520" align="center"><tr><td style="font: ${font}"><![endif]-->
<div style="max-width: 520px; margin: 0 auto; overflow-wrap: anywhere">
<p style="margin: 0 0 24px; font: 700 18px/1.4 ${family}">${brand.logo ? logo(brand.logo, brand.name) : brand.name}</p>
<p>${said.greeting}</p>
<p>${said.opening}</p>
${link ? linkAsHtml(link, brand.accent) : []}<p style="${small}">${said.notYou}<br><a href="${withdrawal.url}" style="color: inherit">${withdrawal.label}</a></p>
<p style="${small}; margin-top: 32px; padding-top: 16px; border-top: 1px solid #999999">${brand.postalAddress}${more.map(
    ({ label, url }) => html`<br><a href="${url}" style="color: inherit">${label}</a>`,
  )}</p>
</div>
<!--[if mso]></td></tr></table><![endif]-->
</body>
</html>
`.text
}

const family = new Html("'Segoe UI', -apple-system, Roboto, Helvetica, Arial, sans-serif")
const font = html`16px/1.6 ${family}`
const small = new Html('font-size: 14px; opacity: .8')

/** On white also in dark, because most logos are made for it. While a program loads no images, it shows the name. */
function logo(url: string, name: string): Html {
  return html`<img src="${url}" alt="${name}" height="40" style="height: 40px; max-width: 100%; margin: -4px; padding: 4px; border: 0; border-radius: 4px; background: #ffffff; color: #1c2430">`
}

function linkAsHtml({ url, label, validity, copy }: Link, accent: string): Html {
  return html`<table role="presentation" cellspacing="0" cellpadding="0" style="margin: 28px 0"><tr><td bgcolor="${accent}" style="border: 1px solid ${onAccent}; border-radius: 8px; mso-padding-alt: 12px 28px"><a href="${url}" style="display: inline-block; padding: 12px 28px; font: 600 ${font}; color: ${onAccent}; text-decoration: none">${label}</a></td></tr></table>
<p>${validity}</p>
<p style="${small}">${copy}<br>${url}</p>
`
}

// The reader's time zone is unknown; UTC at least says which time is meant. Loading `Intl` would cost most of a cold start.
function inWords(seconds: number, moment: MailTexts['moment']): string {
  const at = new Date(seconds * 1000)
  return moment(at.getUTCDate(), at.getUTCMonth(), at.getUTCFullYear(), at.toISOString().slice(11, 16))
}
