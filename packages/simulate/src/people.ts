import { assumptions } from '@confirmation-reminder/plan-report/cost/assumptions'

/** A share of people, from 0 to 1, and how many seconds after a mail they confirm. */
export interface Answer {
  afterSeconds: number
  share: number
}

/** What people do with the mails. */
export interface People {
  /** Of those who got the confirmation mail: who confirms before the reminder, and when. */
  confirming: readonly Answer[]
  /** Of those who got the reminder. */
  confirmingAfterReminder: readonly Answer[]
}

const { confirmingBeforeReminder: before, confirming: inTheEnd } = assumptions

/** How many confirm is what the costs assume. When they do is a guess: most at once, some within the hour, few in the evening. */
export const assumedPeople: People = {
  confirming: [
    { afterSeconds: 300, share: 0.6 * before },
    { afterSeconds: 3_600, share: 0.3 * before },
    { afterSeconds: 6 * 3_600, share: 0.1 * before },
  ],
  confirmingAfterReminder: [{ afterSeconds: 3_600, share: (inTheEnd - before) / (1 - before) }],
}
