import type { AddressFault } from '@confirmation-reminder/contracts/address-fault'
import { Registration } from '@confirmation-reminder/contracts/functions'
import { defaultLocale, type Locale, locales } from '@confirmation-reminder/contracts/locale'
import { parseAddress } from '@confirmation-reminder/customers/address'
import type { FieldError } from '@confirmation-reminder/handler/problem'
import { form, json, type Request, readFields } from '@confirmation-reminder/handler/request'
import { registerTexts } from '@confirmation-reminder/texts/texts'
import { safeParse } from 'valibot'

/** A valid registration. */
export interface ValidRegistration {
  email: string
  /** The language asked for. */
  locale?: Locale
  /** The language of the request, if it does not name one. */
  guessedLocale: Locale
  /** The IP address that registers. */
  from: string
}

/** Why there is no registration in a request. */
export interface Refusal {
  status: 400 | 413 | 415
  detail: string
  errors?: FieldError[]
  /** For the page that asks again: what is wrong with the address, what was typed, and in which language. */
  addressFault?: AddressFault
  email?: string
  locale?: Locale
}

/** Reads the registration that a request asks for. */
export function readRegistration(request: Request): { registration: ValidRegistration } | { refusal: Refusal } {
  const body = readFields(request, [json, form])
  if ('refusal' in body) return body
  const { locale, ...others } = body.fields
  // A form always sends its select box, even if nothing was chosen.
  const fields = locale === '' && request.mediaType === form ? others : body.fields
  const email = typeof fields.email === 'string' ? fields.email : ''
  const language = safeParse(Registration.entries.locale, fields.locale)
  const chosen = language.success && language.output && { locale: language.output }
  const parsed = parseAddress(email)
  const errors = faultsOf(fields, parsed, language.success)
  if ('fault' in parsed || errors.length > 0) {
    const detail = errors.map((error) => `${error.field}: ${error.detail}`).join(' ')
    const addressFault = 'fault' in parsed && { addressFault: parsed.fault }
    return { refusal: { status: 400, detail, errors, email, ...chosen, ...addressFault } }
  }
  return { registration: { email: parsed.address, ...chosen, guessedLocale: request.locale, from: request.sourceIp } }
}

function faultsOf(
  fields: Record<string, unknown>,
  parsed: ReturnType<typeof parseAddress>,
  isLocale: boolean,
): FieldError[] {
  const known = Object.keys(Registration.entries)
  const unknown = Object.keys(fields).filter((field) => !known.includes(field))
  return [
    ...('fault' in parsed
      ? [{ field: 'email', detail: registerTexts[defaultLocale].addressFaults[parsed.fault] }]
      : []),
    ...(isLocale ? [] : [{ field: 'locale', detail: `Choose one of ${locales.join(', ')}, or leave it out.` }]),
    ...unknown.map((field) => ({
      field,
      detail: `There is no such field. A registration has ${known.join(' and ')}.`,
    })),
  ]
}
