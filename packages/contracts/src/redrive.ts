import { errorNames } from './errors.ts'

/**
 * The errors after which a redrive might send a second mail: a person decides first. After any other error, also one that
 * is not ours, the reminder finds out what earlier attempts sent.
 */
export const needDecision: readonly string[] = [errorNames.sendInDoubt]
