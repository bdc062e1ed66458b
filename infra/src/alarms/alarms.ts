import { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js'
import type { FunctionName } from '@confirmation-reminder/contracts/functions'
import { Construct } from 'constructs'
import type { LambdaFunction } from '../lambda-function.ts'
import type { Settings } from '../settings.ts'
import { alarmTexts, description } from './description.ts'
import { alarmTable, type Watched } from './table.ts'

interface AlarmsProps extends Omit<Watched, 'functionNames'> {
  /** The prefix of every alarm's name. */
  name: string
  settings: Settings
  functions: Record<FunctionName, LambdaFunction>
  /** CloudWatch publishes only to topics in the alarm's own Region. */
  topicArnByRegion: Record<string, string>
}

/** All alarms: each publishes its changes to ALARM, OK and INSUFFICIENT_DATA to the topic. */
export class Alarms extends Construct {
  /** The ARNs of those in the Region of the stage. */
  readonly arns: string[] = []

  constructor(scope: Construct, id: string, { name, settings, functions, topicArnByRegion, ...rest }: AlarmsProps) {
    super(scope, id)
    const names = Object.values(functions).map(({ name, functionName }) => [name, functionName])
    const watched: Watched = { ...rest, functionNames: Object.fromEntries(names) }
    const texts = alarmTexts(settings, watched)
    for (const { id, region = settings.region, ...alarm } of alarmTable(settings, watched)) {
      const actions = [topicArnByRegion[region] ?? noTopic(region)]
      const { arn } = new CloudwatchMetricAlarm(this, id, {
        ...alarm,
        alarmName: `${name}-${id}`,
        alarmDescription: description(id, texts[id], settings),
        ...(region !== settings.region && { region }),
        okActions: actions,
        alarmActions: actions,
        insufficientDataActions: actions,
      })
      if (region === settings.region) this.arns.push(arn)
    }
  }
}

function noTopic(region: string): never {
  throw new Error(`No topic is in ${region}, where there are alarms: give it one in infra/src/stack.ts.`)
}
