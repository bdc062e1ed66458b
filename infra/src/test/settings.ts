import type { Brand } from '@confirmation-reminder/contracts/brand'
import type { Stage } from '@confirmation-reminder/contracts/stages'
import type { Settings } from '../settings.ts'

const repository = 'example/confirmation-reminder'
const brand: Brand = {
  name: 'Example',
  accent: '#1f5fbf',
  postalAddress: 'Example Ltd, 1 Example Street, Dublin, Ireland',
  privacyUrl: 'https://www.example.com/privacy',
  supportUrl: 'https://www.example.com/support',
}
const runbookUrl = `https://github.com/${repository}/blob/main/docs/runbook.md`

/**
 * The settings that all tests use, so that a change of ../settings.ts breaks no test. test/synthesise.ts deploys them
 * to the local cloud.
 */
export const settings: Record<Stage, Settings> = {
  dev: {
    region: 'eu-west-1',
    reminders: [{ secondsAfterPreviousMail: 86_400 }],
    spreadSeconds: 0,
    expiresDaysAfterReminder: 7,
    withdrawalHoldDays: 30,
    confirmBy: 'sign',
    brand: { ...brand, name: 'Example dev' },
    sender: 'Example dev <hello@dev.example.com>',
    replyTo: 'support@dev.example.com',
    slack: { workspaceId: 'T0EXAMPLE', channelId: 'C0EXAMPLEDEV' },
    alarmStyle: 'article',
    owner: 'the person who deployed last',
    runbookUrl,
    github: { repository },
    logDays: 14,
    throttling: { registrations: { perSecond: 10, burst: 100 }, otherRoutes: { perSecond: 100, burst: 200 } },
    accountConcurrency: 10,
    registrationsPerSourceAndHour: 200,
    expectedRegistrationsPerDay: 200,
    deletionProtection: false,
  },
  prod: {
    region: 'eu-west-1',
    reminders: [{ secondsAfterPreviousMail: 86_400 }],
    quietHours: '21:00-08:00 Europe/Berlin',
    spreadSeconds: 3_600,
    expiresDaysAfterReminder: 7,
    withdrawalHoldDays: 30,
    confirmBy: 'sign',
    brand: { ...brand, logo: 'https://www.example.com/logo.png' },
    sender: 'Example <hello@example.com>',
    replyTo: 'support@example.com',
    publicUrl: 'https://signup.example.com',
    formUrl: 'https://www.example.com/newsletter',
    slack: { workspaceId: 'T0EXAMPLE', channelId: 'C0EXAMPLEPROD' },
    alarmStyle: 'quiet',
    expectsSuccessEverySeconds: 86_400,
    owner: 'the registration team',
    runbookUrl,
    github: { repository },
    logDays: 90,
    throttling: { registrations: { perSecond: 7, burst: 100 }, otherRoutes: { perSecond: 100, burst: 200 } },
    accountConcurrency: 1_000,
    reservedConcurrency: {
      register: 110,
      confirm: 50,
      withdraw: 50,
    },
    registrationsPerSourceAndHour: 20,
    expectedRegistrationsPerDay: 10_000,
    deletionProtection: true,
  },
}
