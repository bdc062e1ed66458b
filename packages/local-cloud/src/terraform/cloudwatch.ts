import type { Alarm } from '../core/stack-model.ts'
import type { Arguments } from './arguments.ts'
import { arnOf, type ResourceTypes } from './resource-type.ts'

export const cloudwatch: ResourceTypes = {
  aws_cloudwatch_dashboard: {
    // Of no Region: an account has its dashboards once.
    computed: (dashboard, { accountId }) => ({
      id: dashboard.text('dashboard_name'),
      dashboard_arn: `arn:aws:cloudwatch::${accountId}:dashboard/${dashboard.text('dashboard_name')}`,
    }),
    takes: ['dashboard_name', 'dashboard_body'],
    unique: ['dashboard_name'],
    add: (dashboard, model) => {
      model.dashboards.push({
        name: dashboard.text('dashboard_name'),
        arn: dashboard.text('dashboard_arn'),
        body: dashboard.text('dashboard_body'),
      })
    },
  },
  aws_cloudwatch_metric_alarm: {
    computed: (alarm, place) => ({
      id: alarm.text('alarm_name'),
      arn: arnOf(place, 'cloudwatch', `alarm:${alarm.text('alarm_name')}`),
    }),
    takes: [
      ...['alarm_name', 'alarm_description', 'namespace', 'metric_name', 'dimensions', 'statistic', 'unit'],
      ...['period', 'evaluation_periods', 'datapoints_to_alarm', 'threshold', 'comparison_operator'],
      ...['treat_missing_data', 'actions_enabled', 'ok_actions', 'alarm_actions', 'insufficient_data_actions'],
    ],
    unique: ['region', 'alarm_name'],
    add: (given, model, { checks }) => {
      const alarm = alarmOf(given)
      checks.alarm(alarm)
      model.alarms.push(alarm)
    },
  },
}

/** What Terraform leaves out has the provider's defaults. Values are checked afterwards. */
function alarmOf(given: Arguments): Alarm {
  const description = given.optionalText('alarm_description')
  const unit = given.optionalText('unit')
  return {
    name: given.text('alarm_name'),
    arn: given.text('arn'),
    ...(description !== undefined && { description }),
    namespace: given.text('namespace'),
    metricName: given.text('metric_name'),
    dimensions: given.textMap('dimensions'),
    statistic: given.text('statistic') as Alarm['statistic'],
    period: Number(given.text('period')),
    evaluationPeriods: Number(given.text('evaluation_periods')),
    ...(given.gives('datapoints_to_alarm') && { datapointsToAlarm: Number(given.text('datapoints_to_alarm')) }),
    threshold: Number(given.text('threshold')),
    comparisonOperator: given.text('comparison_operator') as Alarm['comparisonOperator'],
    treatMissingData: (given.optionalText('treat_missing_data') ?? 'missing') as Alarm['treatMissingData'],
    actionsEnabled: given.optionalText('actions_enabled') !== 'false',
    okActions: given.texts('ok_actions'),
    alarmActions: given.texts('alarm_actions'),
    insufficientDataActions: given.texts('insufficient_data_actions'),
    ...(unit !== undefined && { unit }),
  }
}
