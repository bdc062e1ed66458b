import { createHash } from 'node:crypto'
import type { Locale } from '@confirmation-reminder/contracts/locale'
import { Html, html } from './html.ts'
import { type HttpResponse, response } from './response.ts'

/** A page: one heading and the content below it. */
export interface Page {
  status: number
  locale: Locale
  title: string
  body: Html
  /** JavaScript that improves the page; the page has to work without it. */
  script?: string
  headers?: Record<string, string>
}

/** Writes a page that loads nothing, and allows only the style and the script that it contains. */
export function page({ status, locale, title, body, script, headers }: Page): HttpResponse {
  const policy = [
    `default-src 'none'`,
    `style-src '${sha256(style)}'`,
    ...(script ? [`script-src '${sha256(script)}'`] : []),
    `form-action 'self'`,
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
<title>${title}</title>
<style>${new Html(style)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${body}
</main>
${script ? [new Html(`<script>${script}</script>\n`)] : []}</body>
</html>
`.text
  return response(status, 'text/html; charset=utf-8', text, {
    'content-security-policy': policy.join('; '),
    ...headers,
  })
}

const sha256 = (text: string) => `sha256-${createHash('sha256').update(text).digest('base64')}`

const style = `
:root { color-scheme: light dark; --paper: #f4f5f7; --card: #fff; --ink: #1c2430; --soft: #5a6472; --line: #c3cad3;
  --accent: #1f5fbf; --on-accent: #fff }
@media (prefers-color-scheme: dark) { :root { --paper: #12161c; --card: #1b212a; --ink: #e8ecf1; --soft: #a3adba;
  --line: #465162; --accent: #8ab4f8; --on-accent: #10151c } }
* { box-sizing: border-box }
body { margin: 0; padding: 12vh 1rem 3rem; background: var(--paper); color: var(--ink);
  font: 1.0625rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif }
main { max-width: 32rem; margin: 0 auto; padding: 2rem 1.75rem; background: var(--card); border-radius: 1rem;
  box-shadow: 0 1px 3px rgb(0 0 0 / .15) }
h1 { margin: 0 0 1rem; font-size: 1.5rem; line-height: 1.3; text-wrap: balance }
p { margin: 0 0 1rem }
form { margin: 1.5rem 0 0 }
main > :last-child, form > :last-child { margin-bottom: 0 }
label { display: block; margin-bottom: .375rem; font-weight: 600 }
input { display: block; width: 100%; margin-bottom: 1rem; padding: .75rem; border: 1px solid var(--line);
  border-radius: .5rem; background: var(--card); color: inherit; font: inherit }
button, .button { display: block; width: 100%; padding: .875rem 1.25rem; border: 0; border-radius: .5rem;
  background: var(--accent); color: var(--on-accent); font: inherit; font-weight: 600; text-align: center;
  text-decoration: none; cursor: pointer }
a { color: var(--accent) }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
.soft { margin: 1rem 0 0; color: var(--soft); font-size: .9375rem }
`
