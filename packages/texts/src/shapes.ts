import type { AddressFault } from '@confirmation-reminder/contracts/address-fault'
import type { MailKind } from '@confirmation-reminder/contracts/payload'

/** The texts of a mail. Plain text throughout: the code that writes HTML escapes them. */
export interface MailText {
  subject: string
  /** The text that mail programs show behind the subject in a list. It adds to the subject and fits a phone. */
  preheader: string
  greeting: string
  /** What happened, in one paragraph. */
  opening: string
  /** What the link does, and until when it works, for mails that have one. */
  link?: { label: string; validity: (until: string) => string }
  /** What to do if it was somebody else; the link that withdraws follows. */
  notYou: string
}

export interface MailTexts {
  /** The BCP 47 tag that dates are written with. */
  dateLocale: string
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
  /** What is wrong with an address, and what to do about it. */
  addressFaults: Record<AddressFault, string>
}

/** The plain form, and the link to it. */
export interface FormTexts {
  label: string
  button: string
  link: string
}
