import type { Stage } from '@confirmation-reminder/contracts/stages'
import type { Settings } from '../settings.ts'

/**
 * The journey test/journeys/settings-change.test.ts changes from these settings to those of settings-after.ts, and back, while
 * runs wait. They differ in every key but the Region, to which no stage can move. `Required`: a new setting does not
 * compile before both have it, and then the journey fails until it says what the change does.
 */
const before: Required<Settings> = {
  region: 'eu-west-1',
  accountId: '271828182845',
  // The article's plan.
  reminders: [{ secondsAfterPreviousMail: 86_400 }],
  quietHours: '',
  spreadSeconds: 0,
  expiresDaysAfterReminder: 7,
  withdrawalHoldDays: 30,
  confirmBy: 'sign',
  brand: {
    name: 'Before',
    accent: '#1f5fbf',
    logo: 'https://before.ours.internal/logo.png',
    postalAddress: 'Before Ltd, 1 Our Street, Dublin, Ireland',
    privacyUrl: 'https://before.ours.internal/privacy',
    supportUrl: 'https://before.ours.internal/support',
  },
  sender: 'Before <before@dev.ours.internal>',
  replyTo: 'before@ours.internal',
  sesSandbox: true,
  publicUrl: 'https://before.ours.internal',
  domain: {
    zone: 'ours.internal',
    api: 'before.ours.internal',
    mailFrom: 'bounce-before.dev.ours.internal',
    dmarc: 'none',
    dmarcReports: 'before@ours.internal',
    dkimZone: 'dkim.amazonses.com',
  },
  formUrl: 'https://before.ours.internal/form',
  origins: ['https://before.ours.internal'],
  attributes: { plan: { maxLength: 40 } },
  // Of the others the journey sees ours.
  pages: { registered: 'https://before.ours.internal/registered', returnOrigins: ['https://before.ours.internal'] },
  proofOfWork: { effort: 1 },
  events: { withAddress: false, webhook: 'https://before.ours.internal/events' },
  slack: { workspaceId: 'T0123OURS', channelId: 'C0BEFORE' },
  alarmStyle: 'article',
  expectsSuccessEverySeconds: 86_400,
  owner: 'the team before',
  runbookUrl: 'https://github.com/ours/before/blob/main/docs/runbook.md',
  github: { repository: 'ours/before' },
  logDays: 14,
  throttling: { registrations: { perSecond: 10, burst: 100 }, otherRoutes: { perSecond: 100, burst: 200 } },
  accountConcurrency: 1_000,
  reservedConcurrency: { register: 110 },
  registrationsPerSourceAndHour: 200,
  expectedRegistrationsPerDay: 200,
  stateBucket: 'before',
  deletionProtection: false,
}

export const settings: Record<Stage, Settings> = {
  dev: before,
  // Prod is never in the sandbox.
  prod: { ...before, sesSandbox: false },
}
