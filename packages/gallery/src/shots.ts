import type { Locale } from '@confirmation-reminder/contracts/locale'
import { type Html, html } from '@confirmation-reminder/handler/html'
import { schemes } from './framed.ts'
import { languageName } from './languages.ts'
import type { Paths } from './paths.ts'
import type { Sample } from './sample.ts'

const devices = ['phone', 'desktop'] as const

/**
 * A sample on a phone and a desktop, light and dark. The frames are pictures: links and forms in them cannot be reached, by
 * pointer or by keyboard.
 */
export function shots({ what, title }: Sample, locale: Locale, paths: Paths): Html {
  const pictures = devices.flatMap((device) =>
    schemes.map(
      (scheme) => html`<figure class="${device}">
<div class="shot" inert><iframe class="${scheme}" src="${paths.document(what, locale, scheme)}" sandbox loading="lazy" title="${title}, ${languageName(locale)}, ${device}, ${scheme}"></iframe></div>
<figcaption>${device}, ${scheme}</figcaption>
</figure>
`,
    ),
  )
  return html`<div class="shots">
${pictures}</div>
`
}
