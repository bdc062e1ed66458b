/**
 * Names the texts of all mails, for the proof of consent: the day on which they last changed, or the next if that day has a version.
 * A test compares the texts with their version, so that they cannot change without a new one. A new locale does not change
 * the others, so it needs no new version.
 */
export const textVersion = '2026-11-29'
