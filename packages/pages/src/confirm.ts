import type { ConfirmBy } from '@confirmation-reminder/contracts/functions'
import type { Locale } from '@confirmation-reminder/contracts/locale'
import { type Html, html } from '@confirmation-reminder/handler/html'
import type { HttpResponse } from '@confirmation-reminder/handler/response'
import type { ConfirmTexts } from '@confirmation-reminder/texts/shapes'
import { confirmTexts } from '@confirmation-reminder/texts/texts'
import { type Branded, page, type Site } from './html-page.ts'
import { formLink, wayBack } from './registration-form.ts'
import { script } from './sign.ts'

/** A page that does not ask. */
export type PageName = Exclude<keyof ConfirmTexts, 'pending' | 'button' | 'signs' | 'onHold'>

interface Question {
  status: number
  locale: Locale
  token: string
  confirmBy: ConfirmBy
  site: Branded
}

/** The page that asks for the confirmation, by what the stage accepts as an answer. Only the form contains the token. */
export function confirmationPage({ status, locale, token, confirmBy, site }: Question): HttpResponse {
  const { pending, button, signs } = confirmTexts[locale](site.BRAND.name)
  const body = html`<p>${pending.text}</p>
<form method="post" action="confirm">
<input type="hidden" name="token" value="${token}">
<button>${button}</button>
</form>
${confirmBy === 'sign' ? [html`<p class="soft" role="status" id="status" data-text="${signs}"></p>`] : []}`
  return page({ status, locale, site, title: pending.title, body, script })
}

/** The status of the page about a link that cannot, or need not, be answered. */
export const statusOf = { confirmed: 200, malformed: 400, unknown: 404, expired: 410, withdrawn: 410 }

/** A page that says how things stand and what to do next. If nothing can be confirmed, it leads to a registration. */
export function statusPage(status: number, locale: Locale, name: PageName, site: Site): HttpResponse {
  const { onHold, [name]: said } = confirmTexts[locale](site.BRAND.name)
  return page({ status, locale, site, title: said.title, body: bodyOf() })

  function bodyOf(): Html {
    if (name === 'confirmed') return html`<p>${said.text}</p>`
    // The owner of the address wants no mail: showing the form here would tempt others to try.
    if (name === 'withdrawn') return html`<p>${said.text}</p>\n${formLink(locale, onHold, site.FORM_URL)}`
    return wayBack(locale, said.text, site)
  }
}
