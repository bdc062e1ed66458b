import type { ServerResponse } from 'node:http'
import type { Sending } from '@confirmation-reminder/gallery/gallery'

/** Whether a path is the gallery's: `/_local/gallery` and all below it, and the same without `/_local`. */
export const isGallery = (pathname: string) => /^(\/_local)?\/gallery(\/|$)/.test(pathname)

/** Answers a GET or HEAD of the gallery: every mail and every page that customers get. */
export async function writeGallery(url: URL, sending: Sending, response: ServerResponse): Promise<void> {
  if (!url.pathname.startsWith('/_local/')) {
    // The addresses that people pass on.
    response.writeHead(307, { location: `/_local${url.pathname}${url.search}`, 'referrer-policy': 'no-referrer' })
    response.end()
    return
  }
  // Loaded on the first request: a start does not need it.
  const { answerGallery } = await import('@confirmation-reminder/gallery/gallery')
  const { statusCode = 200, headers, body = '' } = answerGallery(url, sending)
  response.writeHead(statusCode, { ...(headers as Record<string, string>), 'content-length': Buffer.byteLength(body) })
  response.end(body)
}
