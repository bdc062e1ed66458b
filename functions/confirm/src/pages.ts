import type { Locale } from '@confirmation-reminder/contracts/functions'
import { html } from '@confirmation-reminder/contracts/html'
import type { Answer } from '@confirmation-reminder/web/answer'
import { page } from '@confirmation-reminder/web/page'
import { formLink, wayBack } from '@confirmation-reminder/web/registration-form'
import { type PageName, words } from './words.ts'

/** The page with the button that confirms. The token stands in the form and nowhere else. */
export function confirmationPage(locale: Locale, token: string): Answer {
  const { pending, button, bySelf } = words[locale]
  const body = html`<p>${pending.text}</p>
<form method="post" action="confirm">
<input type="hidden" name="token" value="${token}">
<button>${button}</button>
</form>
<p class="soft" role="status" id="status" data-text="${bySelf}"></p>`
  return page({ status: 200, locale, title: pending.title, body, script })
}

/** A page that says how it stands, and what to do next. Where nothing can be confirmed, it leads to a registration. */
export function statusPage(
  status: number,
  locale: Locale,
  name: Exclude<PageName, 'pending'>,
  formUrl: string,
): Answer {
  const { title, text } = words[locale][name]
  const body = {
    confirmed: () => html`<p>${text}</p>`,
    // Its owner wants no mail: to offer the form itself would tempt others to try.
    withdrawn: () => html`<p>${text}</p>\n${formLink(locale, words[locale].onHold, formUrl)}`,
    deadEnd: () => wayBack(locale, text, formUrl),
  }[name === 'confirmed' || name === 'withdrawn' ? name : 'deadEnd']()
  return page({ status, locale, title, body })
}

// A second click alone loses many people, a GET that confirms lets every mail scanner confirm: so the page posts itself
// once somebody has had it before their eyes for a moment. Whoever comes back to it finds the plain button.
const script = `
const status = document.getElementById('status')
let timer
function watch() {
  clearTimeout(timer)
  if (document.visibilityState === 'visible') timer = setTimeout(() => document.forms[0].submit(), 2000)
}
status.textContent = status.dataset.text
document.addEventListener('visibilitychange', watch)
watch()
`
