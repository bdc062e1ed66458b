import type { Locale } from '@confirmation-reminder/contracts/locale'
import * as de from './de/texts.ts'
import * as en from './en/texts.ts'
import type { ConfirmTexts, FormTexts, MailTexts, RegisterTexts, WithdrawTexts } from './shapes.ts'

/*
 * The texts in every locale. A locale that is missing here is a compile error. There is one constant per use, so that a
 * bundle holds only the texts that its function uses.
 */

export const confirmTexts: Record<Locale, ConfirmTexts> = { en: en.confirm, de: de.confirm }
export const formTexts: Record<Locale, FormTexts> = { en: en.form, de: de.form }
export const mailTexts: Record<Locale, MailTexts> = { en: en.mail, de: de.mail }
export const registerTexts: Record<Locale, RegisterTexts> = { en: en.register, de: de.register }
export const withdrawTexts: Record<Locale, WithdrawTexts> = { en: en.withdraw, de: de.withdraw }
