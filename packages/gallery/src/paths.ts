import type { Locale } from '@confirmation-reminder/contracts/locale'
import type { Scheme } from './framed.ts'

/** Where the local cloud serves the gallery. */
export const galleryPath = '/_local/gallery'

/** The addresses of the gallery. Each carries the token, if the local cloud was started with one. */
export class Paths {
  readonly #query: string

  constructor(token: string | null) {
    this.#query = token === null ? '' : `?token=${encodeURIComponent(token)}`
  }

  get console(): string {
    return `/${this.#query}`
  }

  /** All samples in one language. */
  overview(locale: Locale): string {
    return this.sample('all', locale)
  }

  sample(what: string, locale: Locale): string {
    return `${galleryPath}/${what}/${locale}${this.#query}`
  }

  /** Its document alone: as frames show it for a scheme, or for the scheme of the browser. */
  document(what: string, locale: Locale, scheme?: Scheme): string {
    return `${galleryPath}/${what}/${locale}/document${scheme ? `/${scheme}` : ''}${this.#query}`
  }
}
