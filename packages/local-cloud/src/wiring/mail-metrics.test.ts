import type { Store } from '../core/store.ts'
import { temporaryStore } from '../gateway/test/start-gateway.ts'
import { Metrics } from '../services/cloudwatch/metrics.ts'
import { TestClock } from '../services/cloudwatch/test/clock.ts'
import { MailMetrics } from './mail-metrics.ts'

let store: Store
let remove: () => Promise<void>
const clock = new TestClock('2026-11-23T10:00:30Z')
beforeEach(async () => {
  ;({ store, remove } = await temporaryStore())
})
afterEach(() => remove())

const mail = (...to: string[]) => ({
  id: 'm',
  at: '2026-11-23T10:00:30.000Z',
  from: 'hello@example.com',
  to,
  ...{ subject: '', text: '', html: '', headers: {}, tags: {} },
})

test('bounces and complaints are counted, and the rates are their share of all mails, also after a restart', async () => {
  const metrics = new Metrics(store, clock)
  const first = await MailMetrics.open(metrics, clock)
  await store.batch(first.of(mail('ada@example.com')))
  await store.batch(first.of(mail('bounce@simulator.amazonses.com')))
  const second = await MailMetrics.open(metrics, clock)
  await store.batch(second.of(mail('complaint+x@simulator.amazonses.com')))
  await store.batch(second.of(mail('bob@example.com')))

  clock.skip(60)
  const periods = async (name: string) =>
    metrics.read(
      { namespace: 'AWS/SES', name, dimensions: {} },
      { fromMs: clock.now() - 120_000, toMs: clock.now(), periodMs: 120_000 },
    )
  expect(await periods('Send')).toMatchObject([{ sum: 4 }])
  expect(await periods('Bounce')).toMatchObject([{ sum: 1 }])
  expect(await periods('Complaint')).toMatchObject([{ sum: 1 }])
  expect(await periods('Reputation.BounceRate')).toMatchObject([
    { minimum: 0, maximum: 1 / 2, sum: 1 / 2 + 1 / 3 + 1 / 4 },
  ])
  expect(await periods('Reputation.ComplaintRate')).toMatchObject([{ minimum: 0, maximum: 1 / 3, sum: 1 / 3 + 1 / 4 }])
})
