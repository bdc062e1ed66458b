import { type FunctionName, functionNames } from '@confirmation-reminder/contracts/functions'
import { resourceName, type Subject } from '@confirmation-reminder/contracts/names'

/** Grants that no journey needs, because the local cloud does not do what AWS does with them, and why they stay. */
interface Explained {
  actions: readonly string[]
  /** What the roles are for. */
  roles: readonly Subject[]
  /** What AWS, or a release of ours, does with it. */
  because: string
  source: string
}

const senders: readonly FunctionName[] = ['register', 'reminder']

export const explained: readonly Explained[] = [
  {
    actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
    roles: [...functionNames, 'workflow'],
    because: 'Lambda and Step Functions send traces in this role. The local cloud keeps none.',
    source:
      'Lambda Developer Guide, "Visualize Lambda function invocations using AWS X-Ray", execution role permissions',
  },
  {
    actions: ['xray:GetSamplingRules', 'xray:GetSamplingTargets'],
    roles: ['workflow'],
    because: 'Step Functions asks whether to trace a run. The local cloud keeps no traces.',
    source: 'Step Functions Developer Guide, "Trace Step Functions request data in AWS X-Ray", IAM policies',
  },
  {
    actions: [
      ...['logs:CreateLogDelivery', 'logs:GetLogDelivery', 'logs:UpdateLogDelivery', 'logs:DeleteLogDelivery'],
      ...[
        'logs:ListLogDeliveries',
        'logs:PutResourcePolicy',
        'logs:DescribeResourcePolicies',
        'logs:DescribeLogGroups',
      ],
    ],
    roles: ['workflow'],
    because: 'Step Functions sets up the log of the state machine in this role. The local cloud writes no such log.',
    source:
      'Step Functions Developer Guide, "Using CloudWatch Logs to log execution history in Step Functions", IAM policies for logging',
  },
  {
    actions: ['ses:SendEmail'],
    roles: senders,
    because:
      'Releases of the functions before mails were sent raw call it. They can be live, or be rolled back to, after a deploy.',
    source: 'infra/src/mail.ts, and docs/decisions/0002-terraform-owns-configuration-teams-own-code.md',
  },
  {
    actions: [
      ...['cloudwatch:DescribeAlarms', 'cloudwatch:DescribeAlarmHistory', 'cloudwatch:GetMetricData'],
      ...['cloudwatch:GetMetricStatistics', 'cloudwatch:GetMetricWidgetImage', 'cloudwatch:ListMetrics'],
    ],
    roles: ['slack'],
    because: 'AWS Chatbot draws the graph of an alarm in this role. The local cloud draws none.',
    source: 'Amazon Q Developer in chat applications Administrator Guide, "IAM policies", notification permissions',
  },
]

/** The grants that the table explains, in the stage dev. */
export const explainedGrants: readonly { role: string; action: string }[] = explained.flatMap(({ roles, actions }) =>
  roles.flatMap((subject) => actions.map((action) => ({ role: resourceName('dev', subject), action }))),
)

/** Whether the table explains a grant. */
export function isExplained(grant: { role: string; action: string }): boolean {
  return explainedGrants.some(({ role, action }) => role === grant.role && action === grant.action)
}
