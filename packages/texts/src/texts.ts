import type { Locale } from '@confirmation-reminder/contracts/locale'
import * as de from './de/texts.ts'
import * as en from './en/texts.ts'
import type {
  AddressFaultTexts,
  ConfirmTexts,
  FooterTexts,
  FormTexts,
  MailTexts,
  Naming,
  RegisterTexts,
  WithdrawTexts,
} from './shapes.ts'

/*
 * The texts in every locale. A locale that is missing here is a compile error. There is one constant per use, so that a
 * bundle holds only the texts that its function uses.
 */

export const addressFaultTexts: Record<Locale, AddressFaultTexts> = { en: en.addressFaults, de: de.addressFaults }
export const confirmTexts: Record<Locale, Naming<ConfirmTexts>> = { en: en.confirm, de: de.confirm }
export const footerTexts: Record<Locale, FooterTexts> = { en: en.footer, de: de.footer }
export const formTexts: Record<Locale, FormTexts> = { en: en.form, de: de.form }
export const mailTexts: Record<Locale, Naming<MailTexts>> = { en: en.mail, de: de.mail }
export const registerTexts: Record<Locale, Naming<RegisterTexts>> = { en: en.register, de: de.register }
export const withdrawTexts: Record<Locale, Naming<WithdrawTexts>> = { en: en.withdraw, de: de.withdraw }
