import type { IncomingMessage } from 'node:http'
import { everyHeader } from './headers.ts'

/**
 * Rejects requests of web pages: those of another origin, and Host headers that are not loopback (DNS rebinding).
 * Browsers send the origin and the host of every request, and no page can change them; programs send no origin. Returns
 * the reason in a sentence or two for the sender; undefined if the request is allowed.
 * @param allowed names that the Host header may have besides loopback's, in lower case
 */
export function refusalOf(
  { url = '', rawHeaders }: Pick<IncomingMessage, 'url' | 'rawHeaders'>,
  allowed: readonly string[],
): string | undefined {
  const headers = everyHeader(rawHeaders)
  const host = only(headers.get('host'))?.toLowerCase()
  const name = /^(\[[0-9a-f:]+\]|[^\s:@/?#\\[\]]+)(:\d{1,5})?$/.exec(host ?? '')?.[1]
  if (name === undefined) return 'The request must have one Host header, such as 127.0.0.1.'
  if (!isLoopback(name) && !allowed.includes(name)) {
    return `The local cloud does not answer to the host ${name}: use 127.0.0.1, or start it with --host ${name}.`
  }
  // Only requests to proxies have whole URLs, which contain another host.
  if (!url.startsWith('/')) return 'The request must ask for a path, and the local cloud is no proxy.'
  const origins = headers.get('origin')
  if (origins && ![`http://${host}`, `https://${host}`].includes(only(origins) ?? '')) {
    return 'The local cloud takes nothing from pages of another origin: use its own console, or a program.'
  }
  const sites = headers.get('sec-fetch-site')
  if (sites && !['none', 'same-origin'].includes(only(sites) ?? '')) {
    return 'A page of another site led here: type or paste the address into the browser to open it.'
  }
  return undefined
}

function isLoopback(name: string): boolean {
  return name === 'localhost' || name === '[::1]' || /^127(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}$/.test(name)
}

/** The value of a header that occurs exactly once. */
function only(values: string[] | undefined): string | undefined {
  return values?.length === 1 ? values[0] : undefined
}
