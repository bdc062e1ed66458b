import type { AddressFault } from '@confirmation-reminder/contracts/address-fault'
import type { Locale } from '@confirmation-reminder/contracts/locale'
import { html } from '@confirmation-reminder/handler/html'
import type { HttpResponse } from '@confirmation-reminder/handler/response'
import { addressFaultTexts, registerTexts } from '@confirmation-reminder/texts/texts'
import { type Branded, page, type Site } from './html-page.ts'
import { formLink, registrationForm, type Typed } from './registration-form.ts'

/** The form, for people who open the address of the API. */
export function formPage(locale: Locale, site: Branded): HttpResponse {
  const words = registerTexts[locale](site.BRAND.name)
  return page({ status: 200, locale, site, title: words.asked, ...registrationForm(locale, words.whatFor, site) })
}

/** The page after every accepted registration. It reveals nothing about the address. */
export function acceptedPage(locale: Locale, site: Site): HttpResponse {
  const words = registerTexts[locale](site.BRAND.name)
  const body = html`<p>${words.opening}</p>\n${formLink(locale, words.nothingCame, site.FORM_URL)}`
  return page({ status: 202, locale, site, title: words.accepted, body })
}

interface Refused {
  status: number
  locale: Locale
  site: Branded
  /** What is wrong with the address; undefined if the form itself was not understood. */
  addressFault?: AddressFault | undefined
  typed?: Typed
}

/** The form once more, below what is wrong. */
export function refusedPage({ status, locale, site, addressFault, typed }: Refused): HttpResponse {
  const words = registerTexts[locale](site.BRAND.name)
  const reason = addressFault ? addressFaultTexts[locale][addressFault] : words.notUnderstood
  return page({ status, locale, site, title: words.refused, ...registrationForm(locale, reason, site, typed) })
}

/** The form once more, while no mail can be sent. */
export function unavailablePage(
  locale: Locale,
  site: Branded,
  typed: Typed,
  headers: Record<string, string>,
): HttpResponse {
  const words = registerTexts[locale](site.BRAND.name)
  return page({
    status: 503,
    locale,
    site,
    title: words.refused,
    ...registrationForm(locale, words.unavailable, site, typed),
    headers,
  })
}
