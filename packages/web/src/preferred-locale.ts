import type { Locale } from '@confirmation-reminder/contracts/functions'

const spoken = ['en', 'de'] as const satisfies Locale[]

/** The language of ours that an Accept-Language header (RFC 9110) likes best; English, where it likes none. */
export function preferredLocale(acceptLanguage: string): Locale {
  const liked = acceptLanguage.split(',').map((range) => {
    const [tag = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
    const quality = parameters.find((parameter) => parameter.startsWith('q='))
    return { language: tag.split('-')[0], quality: quality ? Number(quality.slice(2)) : 1 }
  })
  // Sorting is stable: of two that are liked the same, the first stays first.
  const byLiking = liked.filter(({ quality }) => quality > 0).sort((a, b) => b.quality - a.quality)
  for (const { language } of byLiking) {
    const locale = spoken.find((one) => one === language)
    if (locale) return locale
  }
  return 'en'
}
