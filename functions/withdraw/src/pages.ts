import type { Locale } from '@confirmation-reminder/contracts/functions'
import { html } from '@confirmation-reminder/contracts/html'
import type { Answer } from '@confirmation-reminder/web/answer'
import { page } from '@confirmation-reminder/web/page'
import { type PageName, words } from './words.ts'

/**
 * The page with the button that deletes. It has no script: what cannot be undone is a person's own click. The token
 * stands in the form and nowhere else.
 */
export function withdrawalPage(locale: Locale, token: string): Answer {
  const { pending, button, otherwise } = words[locale]
  const body = html`<p>${pending.text}</p>
<form method="post" action="withdraw">
<input type="hidden" name="token" value="${token}">
<button>${button}</button>
</form>
<p class="soft">${otherwise}</p>`
  return page({ status: 200, locale, title: pending.title, body })
}

/** A page that says how it stands, and what to do next. */
export function statusPage(status: number, locale: Locale, name: Exclude<PageName, 'pending'>): Answer {
  const { title, text } = words[locale][name]
  return page({ status, locale, title, body: html`<p>${text}</p>` })
}
