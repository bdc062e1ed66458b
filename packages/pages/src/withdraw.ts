import type { Locale } from '@confirmation-reminder/contracts/locale'
import { html } from '@confirmation-reminder/handler/html'
import { type HttpResponse, response } from '@confirmation-reminder/handler/response'
import type { WithdrawTexts } from '@confirmation-reminder/texts/shapes'
import { withdrawTexts } from '@confirmation-reminder/texts/texts'
import { type Branded, page, type Site } from './html-page.ts'
import { formLink } from './registration-form.ts'

/**
 * The page with the button that deletes. It has no script: what cannot be undone needs a person's own click. Only the
 * form contains the token.
 */
export function withdrawalPage(locale: Locale, token: string, site: Branded): HttpResponse {
  const { pending, button, otherwise } = withdrawTexts[locale](site.BRAND.name)
  const body = html`<p>${pending.text}</p>
<form method="post" action="withdraw">
<input type="hidden" name="token" value="${token}">
<button>${button}</button>
</form>
<p class="soft">${otherwise}</p>`
  return page({ status: 200, locale, site, title: pending.title, body })
}

/** A page that does not ask. */
export type EndName = Exclude<keyof WithdrawTexts, 'pending' | 'button' | 'otherwise' | 'register' | 'onHold'>

/** The status of the page about a link that cannot, or need not, be answered. */
export const statusOf = { withdrawn: 200, malformed: 400, unknown: 404, expired: 410 }

/** A page that says how things stand and what to do next. */
export function statusPage(status: number, locale: Locale, name: EndName, site: Site): HttpResponse {
  const { register, onHold, ...pages } = withdrawTexts[locale](site.BRAND.name)
  const { title, text } = pages[name]
  const remark = formLink(locale, name === 'withdrawn' ? onHold : register, site.FORM_URL)
  return page({ status, locale, site, title, body: html`<p>${text}</p>\n${remark}` })
}

/** The same for a mail program, which does not show it. */
export function notice(status: number, locale: Locale, name: EndName, { BRAND }: Pick<Site, 'BRAND'>): HttpResponse {
  return response(status, 'text/plain; charset=utf-8', `${withdrawTexts[locale](BRAND.name)[name].title}\n`)
}
