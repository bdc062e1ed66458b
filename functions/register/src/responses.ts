import { proofField } from '@confirmation-reminder/contracts/registration-fields'
import { problem } from '@confirmation-reminder/handler/problem'
import { form, json, type Request } from '@confirmation-reminder/handler/request'
import { type HttpResponse, response } from '@confirmation-reminder/handler/response'
import type { Site } from '@confirmation-reminder/pages/html-page'
import { afterRegistration } from '@confirmation-reminder/pages/own-page'
import { acceptedPage, formPage, refusedPage, unavailablePage } from '@confirmation-reminder/pages/register'
import type { Outcome } from './register.ts'
import type { Refusal, ValidRegistration } from './request.ts'

/** Answers a program in JSON and a browser's form with a page. */
const wantsPage = ({ mediaType }: Request) => mediaType === form

/** The form, for people who open the address of the API. */
export function asked({ locale }: Request, site: Site): HttpResponse {
  return formPage(locale, site)
}

/** The response to every accepted registration. It reveals nothing about the address. */
export function accepted(request: Request, { locale = request.locale }: ValidRegistration, site: Site): HttpResponse {
  if (!wantsPage(request)) return response(202, json, JSON.stringify({ status: 'pending' }))
  return afterRegistration(site.PAGES ?? {}, locale) ?? acceptedPage(locale, site)
}

/** The response to a request without a valid registration. */
export function refused(request: Request, { locale = request.locale, ...refusal }: Refusal, site: Site): HttpResponse {
  const { status, detail, errors, addressFault, email, others } = refusal
  if (!wantsPage(request)) return problem({ status, detail, ...(errors && { errors }) })
  return refusedPage({ status, locale, site, addressFault, typed: { email, others } })
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

/** The response to a proof of work that is too old, whatever the address: the form was left open for long. */
export function expired(request: Request, registration: ValidRegistration, site: Site): HttpResponse {
  const detail = 'The challenge has expired. Get a new one, and send its solution.'
  const { locale } = registration
  const about = { detail: `${proofField}: ${detail}`, errors: [{ field: proofField, detail }] }
  return refused(request, { status: 400, ...about, ...typedIn(registration), ...(locale && { locale }) }, site)
}

/** The response while the mail cannot be sent. Registering again later completes what is missing. */
export function unavailable(
  request: Request,
  registration: ValidRegistration,
  outcome: keyof typeof retryAfter,
  site: Site,
): HttpResponse {
  const headers = { 'retry-after': `${retryAfter[outcome]}` }
  if (!wantsPage(request)) {
    const detail = 'The confirmation mail could not be sent. Send the same request again later.'
    return problem({ status: 503, detail, headers })
  }
  return unavailablePage(registration.locale ?? request.locale, site, typedIn(registration), headers)
}

/** What a form that is shown once more has already. */
const typedIn = ({ email, attributes, returnTo }: ValidRegistration) => ({
  email,
  others: { ...attributes, ...(returnTo !== undefined && { returnTo }) },
})
