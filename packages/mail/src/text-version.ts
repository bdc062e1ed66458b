/**
 * Names the texts of all mails, for the proof of consent: the day on which they last changed. A test knows the texts of
 * each version, so that none changes under its name. A new locale changes none of the others, so it needs no new version.
 */
export const textVersion = '2026-11-27'
