import type { Locale } from '@confirmation-reminder/contracts/locale'
import { type Html, html } from '@confirmation-reminder/handler/html'
import type { HttpResponse } from '@confirmation-reminder/handler/response'
import { textVersion } from '@confirmation-reminder/mail/text-version'
import { galleryPage } from './document.ts'
import { languageName, languages } from './languages.ts'
import type { Paths } from './paths.ts'
import type { Sample, ShownMail, ShownPage } from './sample.ts'
import { samples } from './samples.ts'
import { shots } from './shots.ts'

/** One sample in one language, with all that belongs to it. */
export function samplePage(sample: Sample, locale: Locale, shown: ShownMail | ShownPage, paths: Paths): HttpResponse {
  const { what, title, when } = sample
  const place = samples.indexOf(sample)
  return galleryPage(
    `${title}, ${languageName(locale)} – Gallery`,
    html`<header>
<p><a href="${paths.console}">Console</a> / <a href="${paths.overview(locale)}">Gallery</a></p>
<h1>${title}</h1>
<p>${when}</p>
${languages(locale, (one) => paths.sample(what, one))}
<nav aria-label="Samples">${step('Previous', samples[place - 1])} ${step('Next', samples[place + 1])}</nav>
</header>
<main>
${'html' in shown ? aboutMail(shown, locale) : aboutPage(shown)}
${shots(sample, locale, paths)}<p><a href="${paths.document(what, locale)}">Open the document by itself</a></p>
${'html' in shown ? restOfMail(shown, locale) : []}</main>`,
  )

  function step(way: string, to: Sample | undefined): Html {
    return to ? html`<a href="${paths.sample(to.what, locale)}">${way}: ${to.title}</a>` : html``
  }
}

function aboutMail({ subject, preheader }: ShownMail, locale: Locale): Html {
  return facts([
    ['Subject', html`<span lang="${locale}">${subject}</span>`],
    ['Preheader', html`<span lang="${locale}">${preheader}</span>`],
    ['Version of the texts', textVersion],
  ])
}

function aboutPage({ response: { statusCode, headers = {} } }: ShownPage): Html {
  return facts([
    ['Status', `${statusCode}`],
    ...Object.entries(headers).map(([name, value]) => [name, `${value}`] as [string, string]),
  ])
}

function restOfMail({ headers, text, source }: ShownMail, locale: Locale): Html {
  return html`<h2>Text version</h2>
<pre lang="${locale}">${text}</pre>
<h2>Headers</h2>
${facts(Object.entries(headers))}
<details>
<summary>Source, as SES gets it</summary>
<pre>${source}</pre>
</details>
`
}

function facts(entries: [string, string | Html][]): Html {
  return html`<dl>
${entries.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>\n`)}</dl>`
}
