import * as v from 'valibot'

/**
 * The languages of mails and pages, by their ISO 639-1 codes. Each has a folder in packages/texts/src. The first is
 * for clients that accept none of them, and the language of messages to programs.
 */
export const locales = ['en', 'de'] as const
export const defaultLocale = locales[0]

export const Locale = v.picklist(locales)
export type Locale = v.InferOutput<typeof Locale>

const languageTag = /^([a-z]{2})(?:[-_.@][\w.@-]*)?$/i

/** The locale that a language tag names, as browsers and systems write it: `de-AT`, `de_DE`, `DE`. */
export function localeOf(tag: string): Locale | undefined {
  const [, language = ''] = languageTag.exec(tag.trim()) ?? []
  return locales.find((locale) => locale === language.toLowerCase())
}
