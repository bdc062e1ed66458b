import { type CloudWatchClient, GetMetricDataCommand, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch'
import { functionNames } from '@confirmation-reminder/contracts/functions'
import { liveAlias, resourceName } from '@confirmation-reminder/contracts/names'
import type { Stage } from '@confirmation-reminder/contracts/stages'

/** The calls that a version received through the alias. */
export interface Calls {
  invocations: number
  errors: number
}

/** The metrics of a canary at one moment. */
export interface CanaryMetrics {
  before: Calls
  after: Calls
  /** The alarms that are on and end a canary, each with its reason. */
  alarms: Readonly<Record<string, string>>
}

/** The share of the calls that a canary gets: enough to notice a failure, few enough to tolerate it. */
export const canaryShare = 0.1

/**
 * Why a canary must end; undefined while it may go on. Alarms that were already on do not count. Errors count if they are
 * more frequent than in the previous version: errors that both have are not caused by the new one.
 */
export function faultOf(
  { before, after, alarms }: CanaryMetrics,
  alarmsBefore: CanaryMetrics['alarms'],
): string | undefined {
  const [alarm] = Object.entries(alarms).filter(([name]) => !Object.hasOwn(alarmsBefore, name))
  if (alarm) return `the alarm ${alarm[0]} went off: ${alarm[1]}`
  if (after.errors === 0 || rateOf(after) <= rateOf(before)) return undefined
  return `${after.errors} of ${after.invocations} calls of the new version failed, of the old one ${before.errors} of ${before.invocations}`
}

const rateOf = ({ invocations, errors }: Calls) => (invocations === 0 ? 0 : errors / invocations)

/**
 * Whether an alarm of the stage ends a canary: those of all functions and of the API do, because a new version can break what
 * calls it, or what it calls. AWS CodeDeploy, too, asks only whether an alarm of its list went off, and not why.
 */
export function endsCanary(stage: Stage, alarmName: string): boolean {
  return [...functionNames, 'api'].some((part) => alarmName.startsWith(`${alarmPrefix(stage)}${part}-`))
}

const alarmPrefix = (stage: Stage) => `${resourceName(stage, 'workflow')}-`

/** The alarms that are on and end a canary, each with its reason. */
export async function alarmsOn(client: CloudWatchClient, stage: Stage): Promise<CanaryMetrics['alarms']> {
  const AlarmNamePrefix = alarmPrefix(stage)
  const on: [string, string][] = []
  const pages = paginateDescribeAlarms({ client }, { AlarmNamePrefix, StateValue: 'ALARM' })
  for await (const { MetricAlarms = [] } of pages) {
    on.push(...MetricAlarms.map(({ AlarmName = '', StateReason = '' }): [string, string] => [AlarmName, StateReason]))
  }
  return Object.fromEntries(on.filter(([name]) => endsCanary(stage, name)))
}

/** CloudWatch's metrics of the calls that two versions received through the alias since a moment. */
export async function callsSince(
  client: CloudWatchClient,
  functionName: string,
  versions: { before: string; after: string },
  { fromMs, nowMs }: { fromMs: number; nowMs: number },
): Promise<Pick<CanaryMetrics, 'before' | 'after'>> {
  const queries = Object.entries(versions).flatMap(([which, version]) =>
    ['Invocations', 'Errors'].map((metric) => ({
      Id: `${which}${metric}`,
      MetricStat: {
        Metric: {
          Namespace: 'AWS/Lambda',
          MetricName: metric,
          Dimensions: [
            { Name: 'FunctionName', Value: functionName },
            { Name: 'Resource', Value: `${functionName}:${liveAlias}` },
            { Name: 'ExecutedVersion', Value: version },
          ],
        },
        Period: minuteMs / 1000,
        Stat: 'Sum',
      },
    })),
  )
  const sums = new Map<string, number>()
  let NextToken: string | undefined
  do {
    const page = await client.send(
      new GetMetricDataCommand({
        MetricDataQueries: queries,
        // Whole minutes. The first may include calls of the old version from before the canary, but none of the new one.
        StartTime: new Date(Math.floor(fromMs / minuteMs) * minuteMs),
        EndTime: new Date(Math.ceil((nowMs + 1) / minuteMs) * minuteMs),
        ...(NextToken && { NextToken }),
      }),
    )
    for (const { Id = '', Values = [] } of page.MetricDataResults ?? []) {
      sums.set(
        Id,
        Values.reduce((sum, value) => sum + value, sums.get(Id) ?? 0),
      )
    }
    NextToken = page.NextToken
  } while (NextToken)
  const callsOf = (which: string): Calls => ({
    invocations: sums.get(`${which}Invocations`) ?? 0,
    errors: sums.get(`${which}Errors`) ?? 0,
  })
  return { before: callsOf('before'), after: callsOf('after') }
}

const minuteMs = 60_000
