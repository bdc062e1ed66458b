import { readFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'

const html = readFileSync(new URL('./page.html', import.meta.url))
// What a mail holds is shown inside the page, and must reach nothing from there.
const policy =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; connect-src 'self'; frame-src 'self'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'"

/** The console: one page that speaks to the control surface. */
export function writePage(response: ServerResponse): void {
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'content-length': html.length,
    'content-security-policy': policy,
    // The address may hold the token.
    'referrer-policy': 'same-origin',
    'cache-control': 'no-store',
  })
  response.end(html)
}
