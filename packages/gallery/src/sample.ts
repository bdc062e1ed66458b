import type { Locale } from '@confirmation-reminder/contracts/locale'
import type { HttpResponse } from '@confirmation-reminder/handler/response'
import type { Sending } from '@confirmation-reminder/mail/headers'

/** A mail or a page in one of its states. */
export interface Sample {
  /** Its name in addresses, such as `mail-reminder`. */
  what: string
  /** Its name for people. */
  title: string
  /** When people get it, in a sentence. */
  when: string
  show(locale: Locale, sending: Sending): ShownMail | ShownPage
}

export interface ShownMail {
  subject: string
  preheader: string
  /** By name, as SES gets them. */
  headers: Record<string, string>
  text: string
  html: string
  /** All of it, as SES gets it. */
  source: string
}

export interface ShownPage {
  response: HttpResponse
}

/** A name in addresses: `lastReminder` becomes `last-reminder`. */
export function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}
