import { parseArn } from '@confirmation-reminder/contracts/arn'
import type { Clock } from '../../core/clock.ts'
import type { StackModel } from '../../core/stack-model.ts'
import type { Store } from '../../core/store.ts'
import { type CloudWatch, startCloudWatch } from './cloudwatch.ts'
import { Metrics } from './metrics.ts'

/** The Region of AWS Chatbot's metrics in every account, also if the stack is in another Region. */
export const chatbotRegion = 'us-east-1'

interface Dependencies {
  stack: Pick<StackModel, 'region' | 'accountId' | 'alarms'>
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
  const { region: home, accountId, alarms } = around.stack
  const services = new Map<string, CloudWatch>()
  for (const region of new Set([home, chatbotRegion, ...alarms.map(regionOf)])) {
    const service = await startCloudWatch({
      ...around,
      part: partOf(region, around.stack),
      region,
      accountId,
      alarms: alarms.filter((alarm) => regionOf(alarm) === region),
      publish,
      log,
    })
    services.set(region === home ? 'monitoring' : `monitoring/${region}`, service)
  }
  const all = [...services.values()]
  return {
    /** As the gateway knows them: `monitoring`, and `monitoring/us-east-1` for another Region. */
    services: Object.fromEntries(services),
    /** Resolves when every alarm has been evaluated for all the time that has passed, and its actions are done. */
    settled: async () => void (await Promise.all(all.map((one) => one.settled()))),
    stop: async () => void (await Promise.all(all.map((one) => one.stop()))),
  }
}

const regionOf = ({ arn }: { arn: string }) => parseArn(arn).region
const partOf = (region: string, { region: home }: Pick<StackModel, 'region'>) =>
  region === home ? 'cloudwatch' : `cloudwatch-${region}`
