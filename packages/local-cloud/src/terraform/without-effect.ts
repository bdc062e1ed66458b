import { arnOf, type ResourceType, type ResourceTypes } from './resource-type.ts'

const nothing: ResourceType = {}

/**
 * Resources that the local cloud accepts because they change nothing on one machine, such as log groups and mail
 * authentication. Only attributes that others refer to are computed.
 */
export const withoutEffect: ResourceTypes = {
  aws_cloudwatch_log_group: {
    computed: (group, place) => ({
      id: group.text('name'),
      arn: arnOf(place, 'logs', `log-group:${group.text('name')}`),
    }),
  },
  aws_cloudwatch_log_resource_policy: nothing,
  aws_ses_domain_dkim: { computed: () => ({ dkim_tokens: [] }) },
  aws_ses_domain_mail_from: nothing,
}
