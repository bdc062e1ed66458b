import { readFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'

const html = readFileSync(new URL('./page.html', import.meta.url))
// The page shows the content of mails, which must not load or reach anything.
const policy =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; connect-src 'self'; frame-src 'self'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'"

/** The console: one page that speaks to the control surface. */
export function writePage(response: ServerResponse): void {
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'content-length': html.length,
    'content-security-policy': policy,
    // The URL may contain the token.
    'referrer-policy': 'same-origin',
    'cache-control': 'no-store',
  })
  response.end(html)
}
