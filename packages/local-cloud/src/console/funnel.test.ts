import { ownNamespace } from '@confirmation-reminder/contracts/metrics'
import { funnelOf, type Total } from './funnel.ts'

const counting =
  (counted: Record<string, number>): Total =>
  async ({ namespace, name, dimensions }) => {
    expect([namespace, dimensions]).toEqual([ownNamespace, {}])
    return counted[name] ?? 0
  }

test('the funnel has the sum of each metric, and the share of confirmations that came after a reminder', async () => {
  const counted = { Registered: 8, ConfirmedBeforeReminder: 3, Reminded: 4, ConfirmedAfterReminder: 1, BotsRefused: 2 }
  expect(await funnelOf(counting({ ...counted, MailsRejected: 5 }))).toEqual({
    registered: 8,
    confirmedBeforeReminder: 3,
    reminded: 4,
    confirmedAfterReminder: 1,
    withdrawn: 0,
    undeliverable: 0,
    lapsed: 0,
    botsRefused: 2,
    proofsMissing: 0,
    shareOfReminder: 0.25,
  })
})

test('where no one has confirmed there is no share', async () => {
  expect(await funnelOf(counting({ Registered: 1 }))).toMatchObject({ registered: 1, shareOfReminder: null })
})
