import { settings as usual } from './settings.ts'

const day = 86_400

/** The settings of the tests, with a plan of three reminders. */
export const settings = {
  ...usual,
  dev: {
    ...usual.dev,
    reminders: [day, day, day].map((secondsAfterPreviousMail) => ({ secondsAfterPreviousMail })),
    expiresDaysAfterReminder: 14,
  },
}
