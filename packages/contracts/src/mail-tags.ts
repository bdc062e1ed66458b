/**
 * The tags that every mail of ours carries, so that what SES tells of it finds its way back: SES takes letters,
 * digits, `_` and `-` in their values.
 */
export const mailTags = { customer: 'customer', claim: 'claim' } as const

/** The header of a mail from which SES takes its tags. */
export const tagsHeader = 'X-SES-MESSAGE-TAGS'
