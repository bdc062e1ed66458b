import { Locale, localeOf } from '@confirmation-reminder/contracts/functions'

// Browsers send some dozens of characters, people with many languages a few hundred.
const longestHeader = 1_000

/** What a client says of a language: how much it likes it, and where in its list. */
interface Range {
  tag: string
  quality: number
}

/**
 * The language of ours that an Accept-Language header (RFC 9110) likes best. Where it likes none, one that it does not
 * refuse, and English before the others.
 */
export function preferredLocale(acceptLanguage: string): Locale {
  const ranges = acceptLanguage.slice(0, longestHeader).split(',').flatMap(readRange)
  const liked = Locale.options.map((locale) => ({ locale, ...likingOf(locale, ranges) }))
  // Sorting is stable: of two that are liked the same, the first stays first.
  const [best] = liked.sort((a, b) => b.quality - a.quality || a.place - b.place)
  return best?.locale ?? 'en'
}

/** Some clients write spaces where RFC 9110 has none, and parameters that it does not know. */
function readRange(text: string): Range[] {
  const [tag = '', ...parameters] = text.split(';').map((part) => part.trim())
  const [, weight] =
    parameters.map((part) => part.split('=', 2)).find(([name]) => name?.trim().toLowerCase() === 'q') ?? []
  const quality = weight === undefined ? 1 : Number(weight || Number.NaN)
  return quality >= 0 && quality <= 1 ? [{ tag, quality }] : []
}

/** Quality 0 is for what the client does not name, below 0 for what it refuses. */
function likingOf(locale: Locale, ranges: Range[]): { quality: number; place: number } {
  const named = ranges.filter(({ tag }) => localeOf(tag) === locale)
  const applying = named.length > 0 ? named : ranges.filter(({ tag }) => tag === '*')
  const [best] = applying.toSorted((a, b) => b.quality - a.quality)
  return best ? { quality: best.quality || -1, place: ranges.indexOf(best) } : { quality: 0, place: ranges.length }
}
