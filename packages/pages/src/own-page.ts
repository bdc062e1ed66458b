import type { Locale } from '@confirmation-reminder/contracts/locale'
import { longestReturnTo, type OwnPages } from '@confirmation-reminder/contracts/own-pages'
import { type HttpResponse, response } from '@confirmation-reminder/handler/response'

type OwnPage = Exclude<keyof OwnPages, 'returnOrigins'>

/** What a link in a mail has led to, once there is nothing to ask. */
type End = 'confirmed' | 'withdrawn' | 'malformed' | 'unknown' | 'expired'
const pageOf = (end: End): OwnPage => (end === 'confirmed' || end === 'withdrawn' ? end : 'brokenLink')

/** Leads to the stage's own page after a registration; undefined if the stage has none, and ours is shown. */
export function afterRegistration(pages: OwnPages, locale: Locale): HttpResponse | undefined {
  return leadTo(urlOf(pages, 'registered', locale))
}

/**
 * Leads to the stage's own page behind a link of a mail; undefined if the stage has none, and ours is shown.
 * @param returnTo what the registration chose for after the confirmation: it counts while the settings allow its origin
 */
export function behindLink(pages: OwnPages, end: End, locale: Locale, returnTo = ''): HttpResponse | undefined {
  const chosen = end === 'confirmed' ? parseReturnTo(returnTo, pages) : undefined
  return leadTo(chosen ?? urlOf(pages, pageOf(end), locale))
}

const urlOf = (pages: OwnPages, name: OwnPage, locale: Locale) => pages[name]?.replaceAll('{locale}', locale)

/** 303: whatever the request was, the browser gets the page with a GET that has nothing of the request. */
const leadTo = (url: string | undefined) =>
  url === undefined ? undefined : response(303, 'text/plain; charset=utf-8', '', { location: url })

// URL parsers remove white space and controls, and take \ for /.
const unkept = /[\s\\\p{C}]/u

/**
 * A URL that a registration may choose, as browsers write it; undefined if it is none of those that the settings allow. Its
 * text begins with an allowed origin, letter by letter, and the origin ends there. So nothing that parsers read differently,
 * such as `\`, `@` or other spellings of a host, is before the path.
 */
export function parseReturnTo(text: string, { returnOrigins = [] }: OwnPages): string | undefined {
  const isBelow = returnOrigins.some(
    (origin) => text.startsWith(origin) && ['', '/', '?', '#'].includes(text.charAt(origin.length)),
  )
  if (!isBelow || unkept.test(text) || !URL.canParse(text)) return undefined
  const { href, origin } = new URL(text)
  return returnOrigins.includes(origin) && href.length <= longestReturnTo ? href : undefined
}

/**
 * What forms may lead to, as sources of the Content Security Policy: browsers check the targets of redirects against it. Own pages
 * may lead on, such as from `https://example.com` to `https://www.example.com`, so that all of https is allowed if there are any.
 */
export function formTargets({ returnOrigins = [], ...pages }: OwnPages): string[] {
  const sources = [...Object.values(pages), ...returnOrigins].flatMap((url) => {
    if (url === undefined) return []
    return url.startsWith('https://') ? 'https:' : new URL(url).origin
  })
  return [...new Set(sources)]
}
