import { type Brand, onAccent } from '@confirmation-reminder/contracts/brand'
import type { Locale } from '@confirmation-reminder/contracts/locale'
import type { OwnPages } from '@confirmation-reminder/contracts/own-pages'
import { Html, html } from '@confirmation-reminder/handler/html'
import { type HttpResponse, response } from '@confirmation-reminder/handler/response'
import { brandLinks } from '@confirmation-reminder/texts/brand-links'
import { formTargets } from './own-page.ts'

/** The part of a function's environment that is about pages. */
export interface Site {
  BRAND: Brand
  /** The stage's own registration form; empty if it has none. */
  FORM_URL: string
  /** The stage's own pages, to which forms may lead. Left out: it has none. */
  PAGES?: OwnPages
  /** How many keys a browser derives at most before it registers somebody. Left out: it proves no work. */
  PROOF_OF_WORK?: number
}

/** What every page needs. */
export type Branded = Pick<Site, 'BRAND' | 'PAGES' | 'PROOF_OF_WORK'>

/** A page: one heading and the content below it. */
export interface Page {
  status: number
  locale: Locale
  site: Branded
  title: string
  body: Html
  /** JavaScript that improves the page; the page has to work without it. */
  script?: string
  /** Whether the script calls the API. */
  calls?: boolean
  headers?: Record<string, string>
}

/** Writes a page that loads nothing but the logo, and allows only the style and the script that it contains. */
export function page({
  status,
  locale,
  site: { BRAND: brand, PAGES = {} },
  title,
  body,
  script,
  calls,
  headers,
}: Page): HttpResponse {
  const style = styleWith(brand.accent)
  const policy = [
    `default-src 'none'`,
    `style-src '${sha256(style)}'`,
    ...(script ? [`script-src '${sha256(script)}'`] : []),
    ...(calls ? [`connect-src 'self'`] : []),
    ...(brand.logo ? [`img-src ${new URL(brand.logo).origin}`] : []),
    ['form-action', `'self'`, ...formTargets(PAGES)].join(' '),
    `base-uri 'none'`,
    `frame-ancestors 'none'`,
  ]
  const text = html`<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title} – ${brand.name}</title>
<style>${new Html(style)}</style>
</head>
<body>
<header>${brand.logo ? html`<img src="${brand.logo}" alt="${brand.name}" height="40">` : brand.name}</header>
<main>
<h1>${title}</h1>
${body}
</main>
<footer><p>${brand.postalAddress}</p>${brandLinks(brand, locale).map(({ url, label }) => html`<a href="${url}">${label}</a> `)}</footer>
${script ? [new Html(`<script>${script}</script>\n`)] : []}</body>
</html>
`.text
  return response(status, 'text/html; charset=utf-8', text, {
    'content-security-policy': policy.join('; '),
    ...headers,
  })
}

// Loaded with the first page: responses in JSON need none of it, and it costs a quarter of Node's own start.
const sha256 = (text: string) =>
  `sha256-${process.getBuiltinModule('node:crypto').createHash('sha256').update(text).digest('base64')}`

/** Buttons have the same colours in light and in dark, and links those of the text around them. */
const styleWith = (accent: string) => `
:root { color-scheme: light dark; --paper: #f4f5f7; --card: #fff; --ink: #1c2430; --soft: #5a6472; --line: #c3cad3;
  --accent: ${accent}; --rim: transparent }
@media (prefers-color-scheme: dark) { :root { --paper: #12161c; --card: #1b212a; --ink: #e8ecf1; --soft: #a3adba;
  --line: #465162; --rim: #fff6 } }
* { box-sizing: border-box }
body { margin: 0; padding: 8vh 1rem 3rem; border-top: .25rem solid var(--accent); background: var(--paper);
  color: var(--ink); overflow-wrap: anywhere; font: 1.0625rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif }
header, main, footer { max-width: 32rem; margin: 0 auto; padding: 0 1.75rem }
header { margin-bottom: 1rem; font-weight: 700; font-size: 1.125rem }
img { height: 3rem; max-width: 100%; margin: -.25rem; padding: .25rem; border-radius: .25rem; background: #fff; color: #1c2430;
  object-fit: contain; vertical-align: top }
main { padding: 2rem 1.75rem; background: var(--card); border-radius: 1rem;
  box-shadow: 0 1px 3px rgb(0 0 0 / .15) }
footer { margin-top: 1.5rem; color: var(--soft); font-size: .875rem }
footer p { margin: 0 }
footer a { display: inline-block; margin-right: 1rem; padding: .25rem 0 }
h1 { margin: 0 0 1rem; font-size: 1.5rem; line-height: 1.3; text-wrap: balance }
p { margin: 0 0 1rem }
form { margin: 1.5rem 0 0 }
main > :last-child, form > :last-child { margin-bottom: 0 }
label { display: block; margin-bottom: .375rem; font-weight: 600 }
input { display: block; width: 100%; margin-bottom: 1rem; padding: .75rem; border: 1px solid var(--line);
  border-radius: .5rem; background: var(--card); color: inherit; font: inherit }
button, .button { display: block; width: 100%; padding: .875rem 1.25rem; border: 1px solid var(--rim); border-radius: .5rem;
  background: var(--accent); color: ${onAccent}; font: inherit; font-weight: 600; text-align: center;
  text-decoration: none; cursor: pointer }
button:disabled { opacity: .6; cursor: default }
a { color: inherit }
.apart { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
:focus-visible { outline: 3px solid var(--ink); outline-offset: 2px }
.soft { margin: 1rem 0 0; color: var(--soft); font-size: .9375rem }
`
