/**
 * The tags that every one of our mails carries, so that SES's events about it name its customer: SES takes letters,
 * digits, `_` and `-` in their values.
 */
export const mailTags = { customer: 'customer', claim: 'claim' } as const

/** The header of a mail from which SES takes its tags. */
export const tagsHeader = 'X-SES-MESSAGE-TAGS'
