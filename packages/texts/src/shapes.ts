import type { AddressFault } from '@confirmation-reminder/contracts/address-fault'
import type { MailKind } from '@confirmation-reminder/contracts/payload'

/** Texts that name the service: `name` is what people know it as. Plain text throughout: the code that writes HTML escapes it. */
export type Naming<Texts> = (name: string) => Texts

/** The texts of a mail. */
export interface MailText {
  /** It names the service. */
  subject: string
  /** The text that mail programs show behind the subject in a list. It adds to the subject and fits a phone. */
  preheader: string
  greeting: string
  /** Why the mail came, and what it asks, in one paragraph. Its first sentence names the service. */
  opening: string
  /** What the link does, until when it works, and what to do if its button does not, for mails that have one. */
  link?: { label: string; validity: (until: string) => string; copy: string }
  /** What to do if it was somebody else; the link that withdraws follows. */
  notYou: string
}

export interface MailTexts {
  /** Writes a moment in UTC; `month` counts from 0, and `time` is such as `14:05`. */
  moment: (day: number, month: number, year: number, time: string) => string
  /** The label of the link that withdraws. */
  withdrawal: string
  mails: Record<MailKind, MailText>
}

interface PageText {
  title: string
  text: string
}

/** The pages of the function confirm. Each says how things stand and what to do next. */
export type ConfirmTexts = Record<
  'pending' | 'confirmed' | 'malformed' | 'unknown' | 'expired' | 'withdrawn' | 'notUnderstood',
  PageText
> & { button: string; signs: string; onHold: string }

/** The pages of the function withdraw. Each says how things stand and what to do next. */
export type WithdrawTexts = Record<
  'pending' | 'withdrawn' | 'malformed' | 'unknown' | 'expired' | 'notUnderstood',
  PageText
> & { button: string; otherwise: string; register: string; onHold: string }

/** The pages that show and answer the plain form. */
export interface RegisterTexts {
  asked: string
  whatFor: string
  accepted: string
  opening: string
  nothingCame: string
  refused: string
  notUnderstood: string
  unavailable: string
}

/** What is wrong with an address, and what to do about it. */
export type AddressFaultTexts = Record<AddressFault, string>

/** The plain form, and the link to it. */
export interface FormTexts {
  label: string
  button: string
  link: string
  /** For the field that bots fill and people do not see, unless their browser shows no styles. */
  trap: string
  /** While the browser works on its proof; if it cannot; and if it has no JavaScript. */
  proving: string
  notProven: string
  withoutScript: string
}

/** The labels of the links at the foot of mails and pages. */
export interface FooterTexts {
  privacy: string
  support: string
}
