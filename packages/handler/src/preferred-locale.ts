import { defaultLocale, type Locale, localeOf, locales } from '@confirmation-reminder/contracts/locale'

// Browsers send some dozens of characters, people with many languages a few hundred.
const longestHeader = 1_000

/** A client's preference for a language: its quality, and its place in the list. */
interface Range {
  tag: string
  quality: number
}

/**
 * The locale that an Accept-Language header (RFC 9110) prefers. If the header names none of our locales, the first one of
 * the list that it does not refuse.
 */
export function preferredLocale(acceptLanguage: string): Locale {
  const ranges = acceptLanguage.slice(0, longestHeader).split(',').flatMap(readRange)
  const liked = locales.map((locale) => ({ locale, ...likingOf(locale, ranges) }))
  // Sorting is stable: of two with the same quality, the first stays first.
  const [best] = liked.sort((a, b) => b.quality - a.quality || a.place - b.place)
  return best?.locale ?? defaultLocale
}

/** Some clients write spaces and parameters that RFC 9110 does not allow. */
function readRange(text: string): Range[] {
  const [tag = '', ...parameters] = text.split(';').map((part) => part.trim())
  const [, weight] =
    parameters.map((part) => part.split('=', 2)).find(([name]) => name?.trim().toLowerCase() === 'q') ?? []
  const quality = weight === undefined ? 1 : Number(weight || Number.NaN)
  return quality >= 0 && quality <= 1 ? [{ tag, quality }] : []
}

/** Quality 0 means that the client does not name it, below 0 that the client refuses it. */
function likingOf(locale: Locale, ranges: Range[]): { quality: number; place: number } {
  const named = ranges.filter(({ tag }) => localeOf(tag) === locale)
  const applying = named.length > 0 ? named : ranges.filter(({ tag }) => tag === '*')
  const [best] = applying.toSorted((a, b) => b.quality - a.quality)
  return best ? { quality: best.quality || -1, place: ranges.indexOf(best) } : { quality: 0, place: ranges.length }
}
