import type { Clock } from '../clock.ts'
import type { Service } from '../service.ts'
import type { Datum, Metrics } from './metrics.ts'

/** What SES counts for the whole account. */
type MailMetric = 'Send' | 'Bounce' | 'Complaint'

const namespace = 'AWS/SES'
// SES judges by a representative number of mails; here it is those of which datums are kept.
const judgedMs = 15 * 24 * 3600 * 1000

/** Counts mails as SES does, and what follows for the account's reputation. */
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

  /** SES, with the mails counted that it accepts. */
  watch(ses: Service): Service {
    const actions = { ...ses.actions }
    for (const name of ['SendEmail', 'SendRawEmail']) {
      const action = actions[name]
      if (!action) continue
      actions[name] = async (input, caller) => {
        const answer = await action(input, caller)
        await this.count('Send')
        return answer
      }
    }
    return { ...ses, actions }
  }

  /** One more of them. Durable when it resolves. */
  async count(metric: MailMetric): Promise<void> {
    this.counts[metric] += 1
    const { Send, Bounce, Complaint } = this.counts
    const datum = (name: string, value: number, unit: string): Datum => ({
      namespace,
      dimensions: {},
      name,
      value,
      unit,
    })
    await this.metrics.record(
      datum(metric, 1, 'Count'),
      datum('Reputation.BounceRate', Send && Bounce / Send, 'None'),
      datum('Reputation.ComplaintRate', Send && Complaint / Send, 'None'),
    )
  }
}
