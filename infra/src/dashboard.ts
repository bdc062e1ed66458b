import { CloudwatchDashboard } from '@cdktf/provider-aws/lib/cloudwatch-dashboard/index.js'
import type { FunctionName } from '@confirmation-reminder/contracts/functions'
import { type FunnelMetric, funnel, ownMetrics, ownNamespace } from '@confirmation-reminder/contracts/metrics'
import { Construct } from 'constructs'
import { workflowMetrics } from './alarms/alarm.ts'
import { reviewedRates, type Watched, waitingMessages } from './alarms/table.ts'
import type { LambdaFunction } from './lambda-function.ts'

interface DashboardProps extends Omit<Watched, 'functionNames'> {
  name: string
  region: string
  functions: Record<FunctionName, LambdaFunction>
  /** Those in the Region of the stage. */
  alarmArns: string[]
}

/** The dashboard of a stage: what became of registrations, what the reminder brings, and whether all is well. */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, { name, ...shown }: DashboardProps) {
    super(scope, id)
    // A week, because a registration takes days from the form to its end.
    const dashboardBody = JSON.stringify({ start: '-P7D', widgets: placed(rowsOf(shown)) })
    new CloudwatchDashboard(this, 'dashboard', { dashboardName: name, dashboardBody })
  }
}

interface Widget {
  type: 'metric' | 'alarm'
  /** In columns, of which a dashboard has 24. */
  width: number
  properties: object
}
interface Row {
  /** In units of CloudWatch's grid. */
  height: number
  widgets: Widget[]
}
/** As CloudWatch writes it: the namespace, the name, a name and a value for each dimension, and how to show it. */
type Metric = readonly [...string[], object]

const metric = (namespace: string, name: string, dimensions: Record<string, string> = {}, shown = {}): Metric => [
  namespace,
  name,
  ...Object.entries(dimensions).flat(),
  shown,
]

/**
 * The dashboard from top to bottom. With at most 50 metrics it is one of those of which three are free; what is left out has an
 * alarm.
 */
function rowsOf(shown: Omit<DashboardProps, 'name'>): Row[] {
  const { region, functions, stateMachineArn, api, mailEvents, events, webhook, alarmArns } = shown
  const chart = (width: number, title: string, metrics: Metric[], more: object = {}): Widget => ({
    type: 'metric',
    width,
    properties: { title, region, view: 'timeSeries', stat: 'Sum', metrics, ...more },
  })
  // Over the whole of the time that is chosen.
  const numbers = (width: number, title: string, metrics: Metric[]) =>
    chart(width, title, metrics, { view: 'singleValue', setPeriodToTimeRange: true })
  const own = (key: FunnelMetric, more = {}) =>
    metric(ownNamespace, ownMetrics[key], {}, { label: funnel[key], ...more })
  const ownFunnel = (Object.keys(funnel) as FunnelMetric[]).map((key) => own(key))
  const ofFunctions = (name: string, more = {}) =>
    Object.values(functions).map((one) =>
      metric('AWS/Lambda', name, { FunctionName: one.functionName }, { label: one.name, ...more }),
    )
  const queue = (QueueName: string, label: string) => metric('AWS/SQS', waitingMessages, { QueueName }, { label })
  const share: Metric[] = [
    own('confirmedBeforeReminder', { id: 'before', visible: false }),
    own('confirmedAfterReminder', { id: 'after', visible: false }),
    // Each confirmation counts in both, as 1 and 0, so that neither is without data where the other has some.
    [
      {
        id: 'share',
        label: '% of all confirmations',
        expression: 'IF(before + after > 0, 100 * after / (before + after))',
      },
    ],
  ]
  const reviewed = [
    { label: 'AWS reviews bounces', value: reviewedRates.bounces },
    { label: 'AWS reviews complaints', value: reviewedRates.complaints },
  ]
  return [
    {
      height: 4,
      widgets: [numbers(19, 'Registrations', ownFunnel), numbers(5, 'What the reminder brings', share)],
    },
    {
      height: 7,
      widgets: [
        chart(14, 'Registrations, by hour', ownFunnel, { period: 3600 }),
        {
          type: 'alarm',
          width: 10,
          properties: { title: 'Alarms', alarms: alarmArns, sortBy: 'stateUpdatedTimestamp' },
        },
      ],
    },
    {
      height: 6,
      widgets: [
        chart(12, 'Runs of the state machine', [
          ...['ExecutionsStarted', ...workflowMetrics].map((name) =>
            metric('AWS/States', name, { StateMachineArn: stateMachineArn }),
          ),
        ]),
        chart(12, 'Requests to the API', [
          metric('AWS/ApiGateway', 'Count', { ApiId: api.id }),
          metric('AWS/ApiGateway', '5xx', { ApiId: api.id }),
        ]),
      ],
    },
    {
      height: 6,
      widgets: [
        chart(8, 'Errors of functions', ofFunctions('Errors')),
        chart(8, 'Throttles of functions', ofFunctions('Throttles')),
        chart(8, 'Duration of functions, 99th percentile, in milliseconds', ofFunctions('Duration', { stat: 'p99' })),
      ],
    },
    {
      height: 6,
      widgets: [
        chart(
          12,
          'Messages in queues',
          [
            queue(mailEvents.queueName, 'mail events'),
            queue(mailEvents.deadLettersName, 'mail events, dead letters'),
            queue(events.unannouncedName, 'changes that were not announced'),
            ...(webhook ? [queue(webhook.deadLettersName, 'webhook, dead letters')] : []),
          ],
          { stat: 'Maximum' },
        ),
        chart(
          6,
          'Age of the oldest mail event, in seconds',
          [metric('AWS/SQS', 'ApproximateAgeOfOldestMessage', { QueueName: mailEvents.queueName })],
          { stat: 'Maximum' },
        ),
        chart(
          6,
          'Age of changes when announced, in milliseconds',
          [metric('AWS/Lambda', 'IteratorAge', { FunctionName: functions.announce.functionName })],
          { stat: 'Maximum' },
        ),
      ],
    },
    {
      height: 6,
      widgets: [
        chart(
          12,
          'Mails',
          ['Send', 'Bounce', 'Complaint', 'Reject'].map((name) => metric('AWS/SES', name)),
        ),
        chart(
          12,
          'Mail reputation',
          ['Reputation.BounceRate', 'Reputation.ComplaintRate'].map((name) => metric('AWS/SES', name)),
          { stat: 'Average', annotations: { horizontal: reviewed } },
        ),
      ],
    },
  ]
}

/** The widgets in CloudWatch's grid: rows below each other, the widgets of a row from left to right. */
function placed(rows: readonly Row[]): object[] {
  let y = 0
  return rows.flatMap(({ height, widgets }) => {
    const top = y
    y += height
    let x = 0
    return widgets.map((widget) => {
      const left = x
      x += widget.width
      return { ...widget, x: left, y: top, height }
    })
  })
}
