import type { Settings } from '../settings.ts'

/** What a stage has in place of the examples, once it may be deployed. No one can own a name in `.internal`. */
export const own = {
  brand: { name: 'Ours', accent: '#1f5fbf', postalAddress: 'Ours Ltd, 1 Our Street, Dublin, Ireland' },
  sender: 'Ours <hello@ours.internal>',
  replyTo: 'support@ours.internal',
  publicUrl: 'https://signup.ours.internal',
  formUrl: 'https://www.ours.internal/newsletter',
  slack: { workspaceId: 'T0123OURS', channelId: 'C0123OURS' },
  runbookUrl: 'https://github.com/ours/confirmation-reminder/blob/main/docs/runbook.md',
  github: { repository: 'ours@123/confirmation-reminder@456' },
} satisfies Partial<Settings>
