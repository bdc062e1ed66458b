import { html } from '@confirmation-reminder/handler/html'
import { page } from '@confirmation-reminder/handler/html-page'
import { problem } from '@confirmation-reminder/handler/problem'
import { formLink, registrationForm } from '@confirmation-reminder/handler/registration-form'
import { form, json, type Request } from '@confirmation-reminder/handler/request'
import { type HttpResponse, response } from '@confirmation-reminder/handler/response'
import { registerTexts } from '@confirmation-reminder/texts/texts'
import type { Outcome } from './register.ts'
import type { Refusal, ValidRegistration } from './request.ts'

/** Answers a program in JSON and a browser's form with a page. */
const wantsPage = ({ mediaType }: Request) => mediaType === form

/** The form, for people who open the address of the API. */
export function asked({ locale }: Request): HttpResponse {
  const words = registerTexts[locale]
  return page({ status: 200, locale, title: words.asked, body: registrationForm(locale, words.whatFor) })
}

/** The response to every accepted registration. It reveals nothing about the address. */
export function accepted(
  request: Request,
  { locale = request.locale }: ValidRegistration,
  formUrl: string,
): HttpResponse {
  if (!wantsPage(request)) return response(202, json, JSON.stringify({ status: 'pending' }))
  const words = registerTexts[locale]
  const body = html`<p>${words.opening}</p>\n${formLink(locale, words.nothingCame, formUrl)}`
  return page({ status: 202, locale, title: words.accepted, body })
}

/** The response to a request without a valid registration. */
export function refused(request: Request, { locale = request.locale, ...refusal }: Refusal): HttpResponse {
  const { status, detail, errors, addressFault, email } = refusal
  if (!wantsPage(request)) return problem({ status, detail, ...(errors && { errors }) })
  const words = registerTexts[locale]
  const reason = addressFault ? words.addressFaults[addressFault] : words.notUnderstood
  return page({ status, locale, title: words.refused, body: registrationForm(locale, reason, email) })
}

// How long until trying again may help, in seconds.
const retryAfter: Record<Exclude<Outcome['outcome'], 'pending'>, number> = {
  MailThrottled: 2,
  runNotStarted: 5,
  // After a minute the claim of a request that died lapses.
  unresolved: 60,
  MailUnavailable: 60,
  // A person has to act first, or a day has to pass: a quick retry does not help.
  MailPaused: 600,
  MailMisconfigured: 600,
  MailRefused: 600,
  MailQuotaExceeded: 3_600,
}

/** The response while the mail cannot be sent. Registering again later completes what is missing. */
export function unavailable(
  request: Request,
  { email, locale = request.locale }: ValidRegistration,
  outcome: keyof typeof retryAfter,
): HttpResponse {
  const headers = { 'retry-after': `${retryAfter[outcome]}` }
  if (!wantsPage(request)) {
    const detail = 'The confirmation mail could not be sent. Send the same request again later.'
    return problem({ status: 503, detail, headers })
  }
  const words = registerTexts[locale]
  const body = registrationForm(locale, words.unavailable, email)
  return page({ status: 503, locale, title: words.refused, body, headers })
}
