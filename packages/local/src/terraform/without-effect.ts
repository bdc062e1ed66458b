import { arnOf, type Place, type ResourceType, type ResourceTypes } from './resource-type.ts'

const iamArn = ({ accountId }: Place, resource: string) => `arn:aws:iam::${accountId}:${resource}`
const nothing: ResourceType = {}

/**
 * Resources that the local cloud accepts because they change nothing on one machine: who may do what, where logs and
 * keys rest, who watches. Only what others refer to is computed.
 */
export const withoutEffect: ResourceTypes = {
  aws_chatbot_slack_channel_configuration: nothing,
  aws_cloudwatch_event_rule: {
    computed: (rule, place) => ({ id: rule.text('name'), arn: arnOf(place, 'events', `rule/${rule.text('name')}`) }),
  },
  aws_cloudwatch_event_target: nothing,
  aws_cloudwatch_log_group: {
    computed: (group, place) => ({
      id: group.text('name'),
      arn: arnOf(place, 'logs', `log-group:${group.text('name')}`),
    }),
  },
  aws_cloudwatch_log_resource_policy: nothing,
  aws_cloudwatch_metric_alarm: {
    computed: (alarm, place) => ({
      id: alarm.text('alarm_name'),
      arn: arnOf(place, 'cloudwatch', `alarm:${alarm.text('alarm_name')}`),
    }),
  },
  aws_iam_policy: {
    computed: (policy, place) => {
      const arn = iamArn(place, `policy/${policy.text('name')}`)
      return { id: arn, arn }
    },
  },
  aws_iam_role: {
    computed: (role, place) => ({ id: role.text('name'), arn: iamArn(place, `role/${role.text('name')}`) }),
  },
  aws_iam_role_policy: nothing,
  aws_iam_role_policy_attachment: nothing,
  aws_kms_alias: {
    computed: (alias, place) => ({
      id: alias.text('name'),
      arn: arnOf(place, 'kms', alias.text('name')),
      target_key_arn: alias.text('target_key_id'),
    }),
  },
  aws_kms_key: {
    computed: ({ address }, place) => ({
      id: address,
      key_id: address,
      arn: arnOf(place, 'kms', `key/${address}`),
    }),
  },
  aws_kms_key_policy: nothing,
  aws_lambda_permission: nothing,
  aws_ses_domain_dkim: { computed: () => ({ dkim_tokens: [] }) },
  aws_ses_domain_mail_from: nothing,
  aws_sns_topic_policy: nothing,
}
