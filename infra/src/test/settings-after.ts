import type { Stage } from '@confirmation-reminder/contracts/stages'
import type { Settings } from '../settings.ts'

/** What the settings of settings-before.ts change to. */
const after: Required<Settings> = {
  region: 'eu-west-1',
  accountId: '314159265358',
  // The first comes when a registration of the settings before has lapsed, and the last long after that.
  reminders: [10, 3, 3].map((days) => ({ secondsAfterPreviousMail: days * 86_400 })),
  quietHours: '21:00-08:00 Europe/Berlin',
  spreadSeconds: 3_600,
  expiresDaysAfterReminder: 90,
  withdrawalHoldDays: 1,
  confirmBy: 'button',
  // Without a logo and links.
  brand: { name: 'After', accent: '#7a3e00', postalAddress: 'After Ltd, 2 Our Street, Dublin, Ireland' },
  sender: 'After <after@dev.ours.internal>',
  replyTo: 'after@ours.internal',
  sesSandbox: false,
  publicUrl: 'https://after.ours.internal',
  domain: {
    zone: 'ours.internal',
    api: 'after.ours.internal',
    mailFrom: 'bounce-after.dev.ours.internal',
    dmarc: 'reject',
    dmarcReports: 'after@ours.internal',
    dkimZone: 'dkim.amazonses.com',
  },
  formUrl: 'https://after.ours.internal/form',
  origins: ['https://after.ours.internal', 'http://localhost:8080'],
  attributes: { company: { maxLength: 80 } },
  pages: { registered: 'https://after.ours.internal/registered', returnOrigins: ['http://localhost:8080'] },
  proofOfWork: { effort: 40 },
  events: { withAddress: true, webhook: 'https://after.ours.internal/events' },
  slack: { workspaceId: 'T0123OURS', channelId: 'C0AFTER' },
  alarmStyle: 'quiet',
  expectsSuccessEverySeconds: 604_800,
  owner: 'the team after',
  runbookUrl: 'https://github.com/ours/after/blob/main/docs/runbook.md',
  github: { repository: 'ours/after' },
  logDays: 90,
  throttling: { registrations: { perSecond: 7, burst: 50 }, otherRoutes: { perSecond: 50, burst: 100 } },
  accountConcurrency: 2_000,
  reservedConcurrency: { register: 120 },
  registrationsPerSourceAndHour: 4,
  expectedRegistrationsPerDay: 300,
  stateBucket: 'after',
  deletionProtection: true,
}

export const settings: Record<Stage, Settings> = { dev: after, prod: after }
