import type { Locale } from '@confirmation-reminder/contracts/locale'
import { trapField } from '@confirmation-reminder/contracts/registration-fields'
import { type Html, html } from '@confirmation-reminder/handler/html'
import { formTexts } from '@confirmation-reminder/texts/texts'
import type { Branded, Page, Site } from './html-page.ts'
import { proofScript } from './proof.ts'

/** What a form has already, if it is shown once more: the address, and other fields that the plain form does not ask for. */
export interface Typed {
  email?: string | undefined
  others?: Record<string, string> | undefined
}

/**
 * The plain form, below the sentence that says why it is there. It posts to the API that shows it. It has a trap for bots: a
 * field that neither eyes, the Tab key nor screen readers come to, and that browsers do not fill by themselves.
 */
export function registrationForm(
  locale: Locale,
  why: string,
  { PROOF_OF_WORK: effort = 0 }: Branded,
  { email = '', others = {} }: Typed = {},
): Pick<Page, 'body' | 'script' | 'calls'> {
  const { label, button, trap, proving, notProven, withoutScript } = formTexts[locale]
  const proof = html`<button disabled>${button}</button>
<p class="soft" role="status" id="status" data-proving="${proving}" data-failed="${notProven}">${withoutScript}</p>`
  const body = html`<p id="why">${why}</p>
<form method="post" action="registrations">
<label for="email">${label}</label>
<input id="email" name="email" type="email" value="${email}" required autocomplete="email" aria-describedby="why">
<div class="apart" aria-hidden="true"><label for="${trapField}">${trap}</label>
<input id="${trapField}" name="${trapField}" tabindex="-1" autocomplete="off"></div>
<input name="locale" type="hidden" value="${locale}">
${Object.entries(others).map(([name, value]) => html`<input name="${name}" type="hidden" value="${value}">\n`)}${effort > 0 ? proof : html`<button>${button}</button>`}
</form>`
  return { body, ...(effort > 0 && { script: proofScript, calls: true }) }
}

/** The way back from a dead end: a link to the stage's own form or, if it has none, the plain form, or a link to it if it has a script. */
export function wayBack(locale: Locale, why: string, site: Site): Html {
  const { FORM_URL: own, PROOF_OF_WORK: effort = 0 } = site
  if (!own && effort === 0) return registrationForm(locale, why, site).body
  return html`<p>${why}</p>\n<p><a class="button" href="${own || 'registrations'}">${formTexts[locale].link}</a></p>`
}

/** A remark with a link to the form, for pages whose reader probably does not need it. */
export function formLink(locale: Locale, why: string, formUrl: string): Html {
  return html`<p class="soft">${why} <a href="${formUrl || 'registrations'}">${formTexts[locale].link}</a></p>`
}
