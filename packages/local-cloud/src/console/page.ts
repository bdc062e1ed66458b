import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Asset, bundleConsole, type ConsoleBundle } from '@confirmation-reminder/console/bundle'
import type { Sending } from '@confirmation-reminder/gallery/gallery'
import { Problem } from '../gateway/problem.ts'
import { writeProblem } from '../gateway/write-problem.ts'
import { isGallery, writeGallery } from './gallery.ts'
import type { LiveChannel } from './live.ts'
import { framedMail } from './mail-frame.ts'

/** What the pages of the console show beside JSON. */
export interface Shown {
  live: LiveChannel
  /** How functions send mails, for the gallery. */
  sending: Sending
  /** @throws Problem if there is no such mail */
  mail(number: string | undefined): Promise<{ html: string; text: string }>
}

/** A page of the console, such as `/runs` and all below it, or what a page loads: `/console/<hash>.js`, `/console/mail/12`. */
const consolePath =
  /^\/(?:console\/(?:(?<asset>[0-9a-f]{16}\.(?:js|css))|mail\/(?<mail>\d{1,12}))|(?<page>[a-z]+(?:\/.*)?))$/

/**
 * Answers a request for a page of the console, for what its pages load, or for its events. Returns false if it is for something
 * else. Only browsers ask for HTML: for programs, there is no page but `/`.
 */
export function answerPage(
  shown: Shown,
  { url = '/', method, headers }: IncomingMessage,
  response: ServerResponse,
): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false
  const parsed = new URL(`http://local${url}`)
  const { pathname, searchParams } = parsed
  const token = searchParams.get('token')
  if (pathname === '/_local/events') {
    shown.live.connect(response)
    return true
  }
  if (isGallery(pathname)) {
    writeGallery(parsed, shown.sending, response).catch((error: unknown) => writeProblem(response, error))
    return true
  }
  const { asset, mail, page } = consolePath.exec(pathname)?.groups ?? {}
  // Any other query at the root means an AWS action, whose caller must not mistake the page for its success.
  const isRoot = pathname === '/' && [...searchParams.keys()].every((key) => key === 'token' || key === 'run')
  if (!isRoot && !asset && !mail && !(page && headers.accept?.includes('text/html'))) return false
  const answer = asset
    ? writeAsset(response, asset)
    : mail
      ? shown.mail(mail).then((found) => writeMail(response, found, searchParams))
      : writeShell(response, token)
  answer.catch((error: unknown) => writeProblem(response, error))
  return true
}

let bundled: Promise<ConsoleBundle> | undefined

function bundle(): Promise<ConsoleBundle> {
  bundled ??= bundleConsole().catch((error: unknown) => {
    bundled = undefined
    throw error
  })
  return bundled
}

async function writeAsset(response: ServerResponse, name: string): Promise<void> {
  const { script, style } = await bundle()
  const found = [script, style].find((asset) => asset.name === name)
  if (!found) throw new Problem(404, 'Not found', 'The console has changed: load its page again.')
  response.writeHead(200, {
    'content-type': `${found === script ? 'text/javascript' : 'text/css'}; charset=utf-8`,
    'content-length': found.body.length,
    'cache-control': 'private, max-age=31536000, immutable',
  })
  response.end(found.body)
}

const shellPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "frame-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
].join('; ')

async function writeShell(response: ServerResponse, token: string | null): Promise<void> {
  const { script, style } = await bundle()
  const address = ({ name }: Asset) => `/console/${name}${token === null ? '' : `?token=${encodeURIComponent(token)}`}`
  writeHtml(
    response,
    shellPolicy,
    `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>confirmation-reminder</title>
<link rel="icon" href="${icon}">
<link rel="stylesheet" href="${address(style)}">
<script type="module" src="${address(script)}"></script>
<body>
<div id="app"></div>
<noscript>The console needs JavaScript.</noscript>
`,
  )
}

/** A check mark in an envelope's green. */
const icon = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="4" fill="#17664a"/><path d="M4 8.5l2.7 2.7L12 5.6" fill="none" stroke="#fff" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/></svg>',
)}`

/** A mail may run nothing and load nothing, wherever its document is opened. Its links open in tabs of their own. */
const mailPolicy = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  'img-src data:',
  "frame-ancestors 'self'",
  "base-uri 'none'",
  "form-action 'none'",
]
const readable = 'sandbox allow-popups allow-popups-to-escape-sandbox'
/** The console measures a mail in a hidden frame. There it opens nothing, so that it may have the console's origin. */
const measurable = 'sandbox allow-same-origin'

function writeMail(response: ServerResponse, mail: { html: string; text: string }, query: URLSearchParams): void {
  const policy = [...mailPolicy, query.has('measured') ? measurable : readable].join('; ')
  writeHtml(response, policy, framedMail(mail, query.get('theme') === 'dark' ? 'dark' : 'light'))
}

function writeHtml(response: ServerResponse, policy: string, body: string): void {
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'content-security-policy': policy,
    // The URL may contain the token.
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  })
  response.end(body)
}
