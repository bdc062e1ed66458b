import type { Locale } from '@confirmation-reminder/contracts/functions'
import { html } from '@confirmation-reminder/contracts/html'
import type { Answer } from '@confirmation-reminder/web/answer'
import { page } from '@confirmation-reminder/web/page'
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

/** A page that says how it stands, and what to do next. */
export function statusPage(status: number, locale: Locale, name: Exclude<PageName, 'pending'>): Answer {
  const { title, text } = words[locale][name]
  return page({ status, locale, title, body: html`<p>${text}</p>` })
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
