import type { Result } from './kill-test.ts'

/** How many customers, or runs, each part of the verdict names that has to be empty. */
export const wrongs = ({ verdict: { lost, doubled, afterConfirmation, unreported, unacknowledged } }: Result) => ({
  lost: lost.length,
  doubled: doubled.length,
  afterConfirmation: afterConfirmation.length,
  unreported: unreported.length,
  unacknowledged: unacknowledged.length,
})

export const nothing = { lost: 0, doubled: 0, afterConfirmation: 0, unreported: 0, unacknowledged: 0 }
