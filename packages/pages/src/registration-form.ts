import type { Locale } from '@confirmation-reminder/contracts/locale'
import { trapField } from '@confirmation-reminder/contracts/registration-fields'
import { type Html, html } from '@confirmation-reminder/handler/html'
import { formTexts } from '@confirmation-reminder/texts/texts'

/**
 * The plain form, below the sentence that says why it is there. It posts to the API that shows it. It has a trap for bots: a
 * field that neither eyes, the Tab key nor screen readers come to, and that browsers do not fill by themselves.
 */
export function registrationForm(locale: Locale, why: string, email = ''): Html {
  const { label, button, trap } = formTexts[locale]
  return html`<p id="why">${why}</p>
<form method="post" action="registrations">
<label for="email">${label}</label>
<input id="email" name="email" type="email" value="${email}" required autocomplete="email" aria-describedby="why">
<div class="apart" aria-hidden="true"><label for="${trapField}">${trap}</label>
<input id="${trapField}" name="${trapField}" tabindex="-1" autocomplete="off"></div>
<input name="locale" type="hidden" value="${locale}">
<button>${button}</button>
</form>`
}

/** The way back from a dead end: a link to the stage's own form, or the plain form if `formUrl` is empty. */
export function wayBack(locale: Locale, why: string, formUrl: string): Html {
  if (!formUrl) return registrationForm(locale, why)
  return html`<p>${why}</p>\n<p><a class="button" href="${formUrl}">${formTexts[locale].link}</a></p>`
}

/** A remark with a link to the form, for pages whose reader probably does not need it. */
export function formLink(locale: Locale, why: string, formUrl: string): Html {
  return html`<p class="soft">${why} <a href="${formUrl || 'registrations'}">${formTexts[locale].link}</a></p>`
}
