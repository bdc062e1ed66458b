/**
 * The gallery: every mail and every page that customers get, in every language, light and dark, on phone and desktop, made by the
 * code that sends them. Plain HTML without a script.
 * - `/_local/gallery/all/<locale>` has all samples of a language, `/_local/gallery` those of the first.
 * - `/_local/gallery/<what>/<locale>` has one, with its headers and, of a mail, its text version and source.
 * - `/_local/gallery/<what>/<locale>/document/<light or dark>` is the document that a frame shows.
 */

import { defaultLocale, type Locale, locales } from '@confirmation-reminder/contracts/locale'
import { html } from '@confirmation-reminder/handler/html'
import type { HttpResponse } from '@confirmation-reminder/handler/response'
import type { Sending } from '@confirmation-reminder/mail/headers'
import { galleryPage } from './document.ts'
import { framed, type Scheme, schemes } from './framed.ts'
import { overview } from './overview.ts'
import { galleryPath, Paths } from './paths.ts'
import { samplePage } from './sample-page.ts'
import { samples } from './samples.ts'

export type { Sending }

/** Answers a GET. `url` is what the client asked for; `sending` is how the stage sends its mails. */
export function answerGallery({ pathname, searchParams }: URL, sending: Sending): HttpResponse {
  const paths = new Paths(searchParams.get('token'))
  const [what = 'all', locale = defaultLocale, part, scheme, ...more] = pathname
    .slice(galleryPath.length)
    .split('/')
    .filter((one) => one !== '')
  if (!isLocale(locale) || more.length > 0) return notFound(paths)
  if (what === 'all' && part === undefined) return overview(locale, paths)
  const sample = samples.find((one) => one.what === what)
  if (!sample || (part !== undefined && part !== 'document') || !isScheme(scheme)) return notFound(paths)
  const shown = sample.show(locale, sending)
  return part === 'document' ? framed(shown, scheme) : samplePage(sample, locale, shown, paths)
}

const isScheme = (text?: string): text is Scheme | undefined =>
  text === undefined || schemes.some((one) => one === text)
const isLocale = (text: string): text is Locale => locales.some((locale) => locale === text)

function notFound(paths: Paths): HttpResponse {
  const way = html`<main><h1>Not in the gallery</h1>
<p>There is no such mail, page or language. <a href="${paths.overview(defaultLocale)}">See all of them.</a></p></main>`
  return galleryPage('Not in the gallery', way, 404)
}
