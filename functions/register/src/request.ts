import type { AddressFault } from '@confirmation-reminder/contracts/address-fault'
import { type EnvironmentOf, Registration } from '@confirmation-reminder/contracts/functions'
import { defaultLocale, type Locale, locales } from '@confirmation-reminder/contracts/locale'
import { type AttributeRules, proofField, trapField } from '@confirmation-reminder/contracts/registration-fields'
import { parseAddress } from '@confirmation-reminder/customers/address'
import type { FieldError } from '@confirmation-reminder/handler/problem'
import { form, json, type Request, readFields } from '@confirmation-reminder/handler/request'
import { addressFaultTexts } from '@confirmation-reminder/texts/texts'
import { safeParse } from 'valibot'
import { readReturnTo } from './return-to.ts'

/** A valid registration. */
export interface ValidRegistration {
  email: string
  /** The language asked for. */
  locale?: Locale
  /** The language of the request, if it does not name one. */
  guessedLocale: Locale
  /** The IP address that registers. */
  from: string
  /** The fields that the stage declares, as far as they were filled. */
  attributes?: Record<string, string>
  /** Where the confirmation leads. */
  returnTo?: string
}

/** Why there is no registration in a request. */
export interface Refusal {
  status: 400 | 413 | 415
  detail: string
  errors?: FieldError[]
  /** For the page that asks again: what is wrong with the address, what was typed, in which language, and what else is right. */
  addressFault?: AddressFault
  email?: string
  locale?: Locale
  others?: Record<string, string>
}

/** `isBot` says that it filled the field that people do not see, and `proof` is what it says about its work. */
export interface ReadRegistration {
  registration: ValidRegistration
  isBot: boolean
  proof: string
}

/**
 * Reads the registration that a request asks for, with the attributes that the stage declares, and a URL for afterwards that it
 * allows.
 */
export function readRegistration(
  request: Request,
  { ATTRIBUTES: rules, PAGES: pages }: Pick<EnvironmentOf<'register'>, 'ATTRIBUTES' | 'PAGES'>,
): ReadRegistration | { refusal: Refusal } {
  const body = readFields(request, [json, form])
  if ('refusal' in body) return body
  const known = [...Object.keys(Registration.entries), ...Object.keys(rules)]
  const fields = request.mediaType === form ? fieldsOfForm(body.fields, known) : body.fields
  const email = typeof fields.email === 'string' ? fields.email : ''
  const language = safeParse(Registration.entries.locale, fields.locale)
  const chosen = language.success && language.output && { locale: language.output }
  const parsed = parseAddress(email)
  const attributes = readAttributes(fields, rules)
  const returnTo = readReturnTo(fields.returnTo, pages, 'address' in parsed ? parsed.address : undefined)
  const errors = [...faultsOf(fields, parsed, language.success, known), ...attributes.errors, ...returnTo.errors]
  if ('fault' in parsed || errors.length > 0) {
    const detail = errors.map((error) => `${error.field}: ${error.detail}`).join(' ')
    const addressFault = 'fault' in parsed && { addressFault: parsed.fault }
    const right = { ...attributes.values, ...returnTo.values }
    const others = Object.keys(right).length > 0 && { others: right }
    return { refusal: { status: 400, detail, errors, email, ...chosen, ...addressFault, ...others } }
  }
  const attributesKept = Object.keys(attributes.values).length > 0 && { attributes: attributes.values }
  const kept = { ...attributesKept, ...returnTo.values }
  const others = { guessedLocale: request.locale, from: request.sourceIp }
  const isBot = (fields[trapField] ?? '') !== ''
  const proof = String(fields[proofField] ?? '')
  return { registration: { email: parsed.address, ...chosen, ...others, ...kept }, isBot, proof }
}

/**
 * A form also sends fields that are not declared: its button, and what a page adds to count its campaigns. It always sends its select
 * box, even if nothing was chosen.
 */
function fieldsOfForm(sent: Record<string, unknown>, known: string[]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(sent).filter(
      ([name, value]) => (known.includes(name) || name === trapField) && (name !== 'locale' || value !== ''),
    ),
  )
}

// Control characters, halves of characters, and what ends a line or turns text around.
const unkept = /[\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u2069]/u

/** The attributes that are not empty, and what is wrong with others. */
function readAttributes(fields: Record<string, unknown>, rules: AttributeRules) {
  const values = new Map<string, string>()
  const errors: FieldError[] = []
  for (const [field, { maxLength }] of Object.entries(rules)) {
    const sent = Object.hasOwn(fields, field) ? fields[field] : ''
    const value = typeof sent === 'string' ? sent.trim() : undefined
    if (value === undefined) errors.push({ field, detail: 'Send a text, or leave it out.' })
    else if (unkept.test(value)) errors.push({ field, detail: 'Send one line of text, without control characters.' })
    else if ([...value].length > maxLength) errors.push({ field, detail: `Send at most ${maxLength} characters.` })
    else if (value !== '') values.set(field, value)
  }
  return { values: Object.fromEntries(values), errors }
}

function faultsOf(
  fields: Record<string, unknown>,
  parsed: ReturnType<typeof parseAddress>,
  isLocale: boolean,
  known: string[],
): FieldError[] {
  const unknown = Object.keys(fields).filter((field) => !known.includes(field) && field !== trapField)
  return [
    ...('fault' in parsed ? [{ field: 'email', detail: addressFaultTexts[defaultLocale][parsed.fault] }] : []),
    ...(isLocale ? [] : [{ field: 'locale', detail: `Choose one of ${locales.join(', ')}, or leave it out.` }]),
    ...unknown.map((field) => ({
      field,
      detail: `There is no such field. A registration has ${known.slice(0, -1).join(', ')} and ${known.at(-1)}.`,
    })),
  ]
}
