import type { Locale } from '@confirmation-reminder/contracts/locale'
import { html } from '@confirmation-reminder/handler/html'
import { page } from '@confirmation-reminder/handler/html-page'
import { formLink } from '@confirmation-reminder/handler/registration-form'
import { type HttpResponse, response } from '@confirmation-reminder/handler/response'
import type { WithdrawTexts } from '@confirmation-reminder/texts/shapes'
import { withdrawTexts } from '@confirmation-reminder/texts/texts'

/**
 * The page with the button that deletes. It has no script: what cannot be undone needs a person's own click. Only the
 * form contains the token.
 */
export function withdrawalPage(locale: Locale, token: string): HttpResponse {
  const { pending, button, otherwise } = withdrawTexts[locale]
  const body = html`<p>${pending.text}</p>
<form method="post" action="withdraw">
<input type="hidden" name="token" value="${token}">
<button>${button}</button>
</form>
<p class="soft">${otherwise}</p>`
  return page({ status: 200, locale, title: pending.title, body })
}

type EndName = Exclude<keyof WithdrawTexts, 'pending' | 'button' | 'otherwise' | 'register' | 'onHold'>

/** A page that says how things stand and what to do next. */
export function statusPage(status: number, locale: Locale, name: EndName, formUrl: string): HttpResponse {
  const { register, onHold, ...pages } = withdrawTexts[locale]
  const { title, text } = pages[name]
  const remark = formLink(locale, name === 'withdrawn' ? onHold : register, formUrl)
  return page({ status, locale, title, body: html`<p>${text}</p>\n${remark}` })
}

/** The same for a mail program, which does not show it. */
export function notice(status: number, locale: Locale, name: EndName): HttpResponse {
  return response(status, 'text/plain; charset=utf-8', `${withdrawTexts[locale][name].title}\n`)
}
