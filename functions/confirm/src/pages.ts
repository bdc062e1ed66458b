import type { ConfirmBy } from '@confirmation-reminder/contracts/functions'
import type { Locale } from '@confirmation-reminder/contracts/locale'
import { type Html, html } from '@confirmation-reminder/handler/html'
import { page } from '@confirmation-reminder/handler/html-page'
import { formLink, wayBack } from '@confirmation-reminder/handler/registration-form'
import type { HttpResponse } from '@confirmation-reminder/handler/response'
import type { ConfirmTexts } from '@confirmation-reminder/texts/shapes'
import { confirmTexts } from '@confirmation-reminder/texts/texts'
import { script } from './sign.ts'

type PageName = Exclude<keyof ConfirmTexts, 'pending' | 'button' | 'signs' | 'onHold'>

interface Question {
  status: number
  locale: Locale
  token: string
  confirmBy: ConfirmBy
}

/** The page that asks for the confirmation, by what the stage accepts as an answer. Only the form contains the token. */
export function confirmationPage({ status, locale, token, confirmBy }: Question): HttpResponse {
  const { pending, button, signs } = confirmTexts[locale]
  const body = html`<p>${pending.text}</p>
<form method="post" action="confirm">
<input type="hidden" name="token" value="${token}">
<button>${button}</button>
</form>
${confirmBy === 'sign' ? [html`<p class="soft" role="status" id="status" data-text="${signs}"></p>`] : []}`
  return page({ status, locale, title: pending.title, body, script })
}

/** A page that says how things stand and what to do next. If nothing can be confirmed, it leads to a registration. */
export function statusPage(status: number, locale: Locale, name: PageName, formUrl: string): HttpResponse {
  const { title, text } = confirmTexts[locale][name]
  return page({ status, locale, title, body: bodyOf(locale, name, text, formUrl) })
}

function bodyOf(locale: Locale, name: PageName, text: string, formUrl: string): Html {
  if (name === 'confirmed') return html`<p>${text}</p>`
  // The owner of the address wants no mail: showing the form here would tempt others to try.
  if (name === 'withdrawn') return html`<p>${text}</p>\n${formLink(locale, confirmTexts[locale].onHold, formUrl)}`
  return wayBack(locale, text, formUrl)
}
