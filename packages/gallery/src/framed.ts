import { createHash } from 'node:crypto'
import type { HttpResponse } from '@confirmation-reminder/handler/response'
import type { ShownMail, ShownPage } from './sample.ts'

/** What a reader may prefer. */
export const schemes = ['light', 'dark'] as const
export type Scheme = (typeof schemes)[number]

/**
 * The document of a sample as a frame of the gallery shows it: nothing in it runs or posts, and it loads only its logo.
 * @param scheme what its reader prefers; left out: what the browser prefers
 */
export function framed(shown: ShownMail | ShownPage, scheme?: Scheme): HttpResponse {
  const original = 'html' in shown ? shown.html : afterItsScript(shown)
  const body = scheme ? preferring(scheme, original) : original
  return {
    // The statuses of errors too: a browser reports each as an error of the gallery.
    statusCode: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `sandbox; ${'html' in shown ? mailPolicy(shown) : pagePolicy(shown, body)}`,
      'cache-control': 'no-store',
      // The address may contain the token.
      'referrer-policy': 'no-referrer',
    },
    body,
  }
}

/** A mail has its styles in attributes, as mail programs require, and loads its logo, if it has one. */
function mailPolicy({ html }: ShownMail): string {
  const [, origin] = /<img src="(https:\/\/[^/"]+)/.exec(html) ?? []
  return `default-src 'none'; style-src 'unsafe-inline'; ${origin ? `img-src ${origin}; ` : ''}base-uri 'none'; form-action 'none'; frame-ancestors 'self'`
}

/** The page's own policy, except that the gallery may frame it, that no script runs, and for the style of the scheme. */
function pagePolicy({ response }: ShownPage, body: string): string {
  const [, style = ''] = /<style>(.*?)<\/style>/s.exec(body) ?? []
  const hash = createHash('sha256').update(style).digest('base64')
  return String(response.headers?.['content-security-policy'])
    .replace(`frame-ancestors 'none'`, `frame-ancestors 'self'`)
    .replace(/script-src [^;]*; /, '')
    .replace(/style-src [^;]*/, `style-src 'sha256-${hash}'`)
}

/** The page as people see it: the script of the page that confirms shows the text of the status line. */
function afterItsScript({ response }: ShownPage): string {
  return String(response.body)
    .replace(/<script>.*?<\/script>\n/s, '')
    .replace(/(data-text="([^"]*)">)(?=<)/, '$1$2')
}

/**
 * A frame's preference is that of its browser, and only new browsers let a page change it. So the rules for the scheme are
 * made to apply, and those for the other not.
 */
function preferring(scheme: Scheme, document: string): string {
  return document
    .replaceAll(/\(prefers-color-scheme: (light|dark)\)/g, (_, wanted) =>
      wanted === scheme ? '(min-width: 0)' : '(max-width: 0)',
    )
    .replaceAll('color-scheme: light dark', `color-scheme: only ${scheme}`)
    .replaceAll('<meta name="color-scheme" content="light dark">', `<meta name="color-scheme" content="${scheme}">`)
}
