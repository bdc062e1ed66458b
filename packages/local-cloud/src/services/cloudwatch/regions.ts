import { parseArn } from '@confirmation-reminder/contracts/arn'
import type { Clock } from '../../core/clock.ts'
import type { StatisticSet } from '../../core/metrics.ts'
import type { Alarm, StackModel } from '../../core/stack-model.ts'
import type { Store } from '../../core/store.ts'
import { type CloudWatch, startCloudWatch } from './cloudwatch.ts'
import { breaches } from './evaluate.ts'
import { Metrics } from './metrics.ts'
import { statisticOf } from './statistics.ts'
import { evaluationInterval, nextBoundary } from './timeline.ts'

/** The Region of AWS Chatbot's metrics in every account, also if the stack is in another Region. */
export const chatbotRegion = 'us-east-1'

interface Dependencies {
  stack: Pick<StackModel, 'region' | 'accountId' | 'alarms' | 'dashboards'>
  store: Store
  clock: Clock
}

/** The metrics of one Region, also before its alarms are evaluated. */
export function metricsIn(region: string, { stack, store, clock }: Dependencies): Metrics {
  return new Metrics(store, clock, partOf(region, stack))
}

/**
 * CloudWatch in each Region that has metrics. Every Region evaluates its own alarms.
 * - `publish`: publishes an alarm's notification to a topic; where it fails, the notification is lost and the log says why.
 */
export async function startRegions({
  publish,
  log,
  ...around
}: Dependencies & Pick<Parameters<typeof startCloudWatch>[0], 'publish' | 'measured' | 'log'>) {
  const { region: home, accountId, alarms, dashboards } = around.stack
  const services = new Map<string, CloudWatch>()
  for (const region of new Set([home, chatbotRegion, ...alarms.map(regionOf)])) {
    const service = await startCloudWatch({
      ...around,
      part: partOf(region, around.stack),
      region,
      accountId,
      alarms: alarms.filter((alarm) => regionOf(alarm) === region),
      dashboards,
      publish,
      log,
    })
    services.set(region === home ? 'monitoring' : `monitoring/${region}`, service)
  }
  const all = [...services.values()]
  const regions = [...services].map(([name, service]) => watched(name.split('/')[1] ?? home, service, around.clock))
  return {
    /** The alarms of each Region and their metrics, as they are now. */
    regions,
    /** As the gateway knows them: `monitoring`, and `monitoring/us-east-1` for another Region. */
    services: Object.fromEntries(services),
    /** Resolves when every alarm has been evaluated for all the time that has passed, and its actions are done. */
    settled: async () => void (await Promise.all(all.map((one) => one.settled()))),
    stop: async () => void (await Promise.all(all.map((one) => one.stop()))),
  }
}

/** The alarms of a Region, for those who look at them without an AWS client. */
function watched(region: string, { alarms, metrics }: CloudWatch, clock: Clock) {
  return {
    region,
    list: () => alarms.list(),
    /** All items, newest first. */
    history: () => alarms.history.read({ newestFirst: true }),
    read: (...of: Parameters<Metrics['read']>) => metrics.read(...of),
    judge: (alarm: Alarm, set: StatisticSet) => {
      const value = statisticOf(set, alarm.statistic)
      return { value, breaches: breaches(alarm, value) }
    },
    nextEvaluationMs: (alarm: Alarm) => nextBoundary(clock.now(), evaluationInterval(alarm)),
  }
}

const regionOf = ({ arn }: { arn: string }) => parseArn(arn).region
const partOf = (region: string, { region: home }: Pick<StackModel, 'region'>) =>
  region === home ? 'cloudwatch' : `cloudwatch-${region}`
