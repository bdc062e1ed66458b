import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group/index.js'
import { SfnStateMachine } from '@cdktf/provider-aws/lib/sfn-state-machine/index.js'
import { Construct } from 'constructs'
import type { LambdaFunction } from './lambda-function.ts'
import { onlyFor, tracing } from './policy.ts'
import type { ReminderPlan } from './reminder-plan.ts'
import { Role } from './role.ts'
import { workflow } from './workflow.ts'

interface StateMachineProps extends ReminderPlan {
  name: string
  region: string
  accountId: string
  reminder: LambdaFunction<'reminder'>
  /** How long the plan keeps an unanswered registration. */
  lifetimeSeconds: number
  logDays: number
}

/** The state machine that waits and then reminds, with a role that may invoke the reminder and nothing else. */
export class StateMachine extends Construct {
  readonly arn: string
  private readonly runArns: string

  constructor(scope: Construct, id: string, props: StateMachineProps) {
    super(scope, id)
    const { name, region, accountId, reminder, logDays } = props
    // Under /aws/vendedlogs/ CloudWatch needs no resource policy of its own for every log group.
    const logs = new CloudwatchLogGroup(this, 'logs', {
      name: `/aws/vendedlogs/states/${name}`,
      retentionInDays: logDays,
    })
    const role = new Role(this, 'role', { name, service: 'states.amazonaws.com', condition: onlyFor(accountId) })
    role.may(
      // Every version and alias: a run that waits may still hold an older definition when it wakes.
      { Action: ['lambda:InvokeFunction'], Resource: [`${reminder.arn}:*`] },
      { Action: logDelivery, Resource: ['*'] },
      tracing,
      { Action: ['xray:GetSamplingRules', 'xray:GetSamplingTargets'], Resource: ['*'] },
    )
    const machine = new SfnStateMachine(this, 'machine', {
      name,
      type: 'STANDARD',
      roleArn: role.arn,
      definition: JSON.stringify(workflow({ ...props, reminderFunctionArn: reminder.live.arn })),
      // The history of every run is in Step Functions for 90 days, free; the log is for what went wrong.
      loggingConfiguration: { level: 'ERROR', includeExecutionData: false, logDestination: `${logs.arn}:*` },
      tracingConfiguration: { enabled: true },
      // Step Functions tries the role when it creates the machine.
      dependsOn: [role.policy],
    })
    this.arn = machine.arn
    this.runArns = `arn:aws:states:${region}:${accountId}:execution:${machine.name}:*`
  }

  /** These functions start runs. They may not stop them. */
  startableBy(...functions: LambdaFunction[]): void {
    for (const { role } of functions) role.may({ Action: ['states:StartExecution'], Resource: [this.arn] })
  }

  /** These functions read what happened in a run. */
  readableBy(...functions: LambdaFunction[]): void {
    for (const { role } of functions) role.may({ Action: ['states:GetExecutionHistory'], Resource: [this.runArns] })
  }
}

/** What Step Functions needs to set up its logging; CloudWatch Logs knows no narrower resource for it. */
const logDelivery = [
  'logs:CreateLogDelivery',
  'logs:GetLogDelivery',
  'logs:UpdateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:DescribeResourcePolicies',
  'logs:DescribeLogGroups',
]
