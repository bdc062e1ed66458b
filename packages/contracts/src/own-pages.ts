import * as v from 'valibot'

/** How long a URL of `returnTo` may be, in characters as browsers write it: a form with the longest fields fits into a request. */
export const longestReturnTo = 300

const page = v.optional(v.pipe(v.string('is no text'), v.regex(/^https?:\/\//, 'is no URL')))

/**
 * Where people go instead of seeing a page of ours. `{locale}` in a URL becomes the language, such as `de`. Nothing else is
 * added to a URL: no address, no id, no token.
 */
export const OwnPages = v.object({
  /** After a registration by a form, whatever is known of the address. Left out: our page. */
  registered: page,
  /** After the confirmation, and behind the links of later clicks. Left out: our page. */
  confirmed: page,
  /** After "this was not me", and behind the links of later clicks. Left out: our page. */
  withdrawn: page,
  /** Behind a link that is incomplete, unknown or expired. Left out: our page. */
  brokenLink: page,
  /**
   * The origins below which a registration may choose a URL for after the confirmation, in its field `returnTo`:
   * `https://www.example.com`. Left out: none, and the field is refused.
   */
  returnOrigins: v.optional(v.array(v.string('is no text'))),
})
export type OwnPages = v.InferOutput<typeof OwnPages>

/** The same as the JSON text of an environment variable. */
export const OwnPagesText = v.pipe(v.string('is missing'), v.parseJson(undefined, 'is not JSON'), OwnPages)
