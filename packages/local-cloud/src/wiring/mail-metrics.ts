import type { Clock } from '../core/clock.ts'
import type { Datum } from '../core/metrics.ts'
import type { Metrics } from '../services/cloudwatch/metrics.ts'
import type { SentMail } from '../services/ses/mail.ts'
import { eventsOf } from '../services/ses/mail-event.ts'

/** What SES counts for the whole account. */
type MailMetric = 'Send' | 'Bounce' | 'Complaint'

/** The events that count against the account's reputation. */
const fates: Partial<Record<ReturnType<typeof eventsOf>[number]['type'], MailMetric>> = {
  BOUNCE: 'Bounce',
  COMPLAINT: 'Complaint',
}

const namespace = 'AWS/SES'
// SES judges by a representative number of mails; here it is all mails whose datums are kept.
const judgedMs = 15 * 24 * 3600 * 1000

/**
 * Counts mails as SES does, and calculates the account's reputation. Unlike AWS it counts mails to the mailbox simulator,
 * because no others bounce here.
 */
export class MailMetrics {
  private constructor(
    private readonly metrics: Metrics,
    private readonly counts: Record<MailMetric, number>,
  ) {}

  static async open(metrics: Metrics, clock: Clock): Promise<MailMetrics> {
    const range = { fromMs: clock.now() - judgedMs, toMs: clock.now() + 1, periodMs: judgedMs }
    const counted = async (name: MailMetric) => {
      const periods = await metrics.read({ namespace, name, dimensions: {} }, range)
      return periods.reduce((sum, period) => sum + period.sum, 0)
    }
    const [Send, Bounce, Complaint] = await Promise.all([counted('Send'), counted('Bounce'), counted('Complaint')])
    return new MailMetrics(metrics, { Send, Bounce, Complaint })
  }

  /** The writes for an accepted mail, for the batch that makes the mail durable. */
  of(mail: SentMail) {
    const names = ['Send' as const, ...eventsOf(mail).flatMap(({ type }) => fates[type] ?? [])]
    for (const name of names) this.counts[name] += 1
    const { Send, Bounce, Complaint } = this.counts
    const datum = (name: string, value: number, unit: string): Datum => ({
      namespace,
      dimensions: {},
      name,
      value,
      unit,
    })
    return this.metrics.writes([
      ...names.map((name) => datum(name, 1, 'Count')),
      datum('Reputation.BounceRate', Bounce / Send, 'None'),
      datum('Reputation.ComplaintRate', Complaint / Send, 'None'),
    ])
  }
}
