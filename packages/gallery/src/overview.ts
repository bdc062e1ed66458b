import type { Locale } from '@confirmation-reminder/contracts/locale'
import { html } from '@confirmation-reminder/handler/html'
import type { HttpResponse } from '@confirmation-reminder/handler/response'
import { galleryPage } from './document.ts'
import { languageName, languages } from './languages.ts'
import type { Paths } from './paths.ts'
import { groups, samples } from './samples.ts'
import { shots } from './shots.ts'

/** Every sample in one language, as thumbnails. */
export function overview(locale: Locale, paths: Paths): HttpResponse {
  const sections = groups.map(
    (group) => html`<section id="${group.id}" aria-labelledby="${group.id}-title">
<h2 id="${group.id}-title">${group.title}</h2>
${group.samples.map(
  (sample) => html`<article>
<h3><a href="${paths.sample(sample.what, locale)}">${sample.title}</a></h3>
<p>${sample.when}</p>
${shots(sample, locale, paths)}</article>
`,
)}</section>
`,
  )
  return galleryPage(
    `Gallery, ${languageName(locale)}`,
    html`<header>
<p><a href="${paths.console}">Console</a></p>
<h1>Gallery</h1>
<p>The ${samples.length} mails and pages that customers get, from the code that sends them: on a phone and a desktop, light and dark.</p>
${languages(locale, (one) => paths.overview(one))}
<nav aria-label="Groups">${groups.map(({ id, title }) => html`<a href="#${id}">${title}</a> `)}</nav>
</header>
<main class="overview">
${sections}</main>`,
  )
}
