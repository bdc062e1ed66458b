import { type Locale, locales } from '@confirmation-reminder/contracts/locale'
import { type Html, html } from '@confirmation-reminder/handler/html'

/** The name of a language, in English. */
export const languageName = (locale: Locale) => new Intl.DisplayNames('en', { type: 'language' }).of(locale) ?? locale

/** Links to the same in each language. */
export function languages(current: Locale, pathOf: (locale: Locale) => string): Html {
  const links = locales.map(
    (one) =>
      html`<a href="${pathOf(one)}"${one === current ? html` aria-current="page"` : ''}>${languageName(one)}</a> `,
  )
  return html`<nav aria-label="Language">${links}</nav>`
}
