import { longestReturnTo, type OwnPages } from '@confirmation-reminder/contracts/own-pages'
import type { FieldError } from '@confirmation-reminder/handler/problem'
import { parseReturnTo } from '@confirmation-reminder/pages/own-page'

/**
 * Reads the URL that a registration chooses for after the confirmation: what there is of it, and what is wrong with it.
 * @param address that registers, if it is one: it must not stand in the URL, where browsers, proxies and logs would keep it
 */
export function readReturnTo(
  sent: unknown = '',
  pages: OwnPages,
  address: string | undefined,
): { values: { returnTo?: string }; errors: FieldError[] } {
  if (sent === '') return { values: {}, errors: [] }
  const { returnOrigins = [] } = pages
  const returnTo = typeof sent === 'string' ? parseReturnTo(sent, pages) : undefined
  const fault = () => {
    if (returnOrigins.length === 0) return 'Leave it out: the settings allow no origin in pages.returnOrigins.'
    if (returnTo !== undefined) return 'Leave the email address out of it.'
    const origins = returnOrigins.join(' or ')
    return `Send a URL of at most ${longestReturnTo} characters that begins with ${origins} and has no spaces, or leave it out.`
  }
  if (returnTo === undefined || (address && hasAddress(returnTo, address))) {
    return { values: {}, errors: [{ field: 'returnTo', detail: fault() }] }
  }
  return { values: { returnTo }, errors: [] }
}

/** Whether a URL has an address in it, however often it is escaped. What is before the domain is enough: domains have several spellings. */
function hasAddress(url: string, address: string): boolean {
  const mark = address.slice(0, address.lastIndexOf('@') + 1).toLowerCase()
  const read = url.replaceAll(/%([\da-f]{2})/gi, (_, code) => String.fromCharCode(Number.parseInt(code, 16)))
  return read.toLowerCase().includes(mark) || (read !== url && hasAddress(read, address))
}
