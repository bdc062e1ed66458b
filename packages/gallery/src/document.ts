import { createHash } from 'node:crypto'
import { Html, html } from '@confirmation-reminder/handler/html'
import type { HttpResponse } from '@confirmation-reminder/handler/response'
import { style } from './style.ts'

const hash = createHash('sha256').update(style).digest('base64')
const policy = [
  `default-src 'none'`,
  `style-src 'sha256-${hash}'`,
  // The icon of the page: none, in its own address.
  `img-src data:`,
  `frame-src 'self'`,
  `base-uri 'none'`,
  `form-action 'none'`,
  // The console may show the gallery inside its own page.
  `frame-ancestors 'self'`,
].join('; ')

/** A page of the gallery: it has no script, and loads only its frames. */
export function galleryPage(title: string, body: Html, statusCode = 200): HttpResponse {
  const { text } = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${new Html(style)}</style>
</head>
<body>
${body}
</body>
</html>
`
  return {
    statusCode,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy,
      'cache-control': 'no-store',
      // The address may contain the token.
      'referrer-policy': 'no-referrer',
    },
    body: text,
  }
}
