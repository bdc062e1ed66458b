import * as v from 'valibot'

/** The colour of the text on buttons, in light and in dark: the accent of a brand contrasts with it. */
export const onAccent = '#ffffff'

const text = v.pipe(v.string('is no text'), v.nonEmpty('is empty'))
const link = v.optional(v.pipe(v.string('is no text'), v.startsWith('https://', 'is no https URL')))

/** What makes mails and pages those of one company. */
export const Brand = v.object({
  /** What people know the service as: it stands in subjects, titles and sentences. */
  name: text,
  /** The colour of buttons, `#rrggbb`. */
  accent: v.pipe(v.string('is no text'), v.regex(/^#[\da-f]{6}$/i, 'is no colour #rrggbb')),
  /** The https URL of an image. Left out: mails and pages show the name in its place. */
  logo: link,
  /** Who sends, and where they are, in one line. Many countries require it in mails. */
  postalAddress: text,
  /** The https URL of the privacy policy. Left out: there is no link to one. */
  privacyUrl: link,
  /** The https URL of a page that helps. Left out: there is no link to one. */
  supportUrl: link,
})
export type Brand = v.InferOutput<typeof Brand>

/** The same as the JSON text of an environment variable. */
export const BrandText = v.pipe(v.string('is missing'), v.parseJson(undefined, 'is not JSON'), Brand)
