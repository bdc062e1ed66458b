import { parseArn } from '@confirmation-reminder/contracts/arn'
import * as v from 'valibot'
import type { Rendering } from './rendering.ts'

/** The parts of CloudWatch's notification that are shown. */
const Alarm = v.object({
  AlarmName: v.string(),
  AlarmDescription: v.nullish(v.string()),
  AWSAccountId: v.string(),
  AlarmArn: v.optional(v.string()),
  Region: v.string(),
  OldStateValue: v.optional(v.string()),
  NewStateValue: v.string(),
  NewStateReason: v.string(),
  StateChangeTime: v.string(),
  Trigger: v.optional(
    v.object({
      MetricName: v.optional(v.string()),
      Namespace: v.optional(v.string()),
      Dimensions: v.optional(v.array(v.object({ name: v.string(), value: v.string() }))),
    }),
  ),
})
type Alarm = v.InferOutput<typeof Alarm>

// The first is from public screenshots. The other two are a guess; AWS documents none.
const emojis = new Map([
  ['ALARM', ':rotating_light:'],
  ['OK', ':white_check_mark:'],
  ['INSUFFICIENT_DATA', ':grey_question:'],
])

/** Whether a message is CloudWatch's notification of an alarm that changed its state. */
export function isAlarm(message: object): message is Alarm {
  return v.is(Alarm, message)
}

/** An alarm as Chatbot posts it, without the graph of the metric that it adds. */
export function renderAlarm(alarm: Alarm): Rendering {
  const { AlarmName, AlarmArn, AWSAccountId, Region, OldStateValue, NewStateValue, Trigger } = alarm
  // The message says `EU (Frankfurt)`, the post eu-central-1.
  const region = AlarmArn === undefined ? Region : parseArn(AlarmArn).region
  const fields = [
    ['State', OldStateValue ? `${OldStateValue} → ${NewStateValue}` : NewStateValue],
    ['Reason', alarm.NewStateReason],
    ['Metric', [Trigger?.Namespace, Trigger?.MetricName].filter(Boolean).join(' ')],
    ['Dimensions', Trigger?.Dimensions?.map(({ name, value }) => `${name}: ${value}`).join(', ')],
    ['Changed at', alarm.StateChangeTime],
  ]
  const emoji = emojis.get(NewStateValue)
  return {
    kind: 'alarm',
    title: `${emoji ? `${emoji} ` : ''}CloudWatch Alarm | ${AlarmName} | ${region} | Account: ${AWSAccountId}`,
    text: [
      ...(alarm.AlarmDescription ? [alarm.AlarmDescription, ''] : []),
      ...fields.filter(([, value]) => value).map(([name, value]) => `*${name}*: ${value}`),
    ].join('\n'),
  }
}
