import { arnOf, type ResourceTypes } from './resource-type.ts'

export const logs: ResourceTypes = {
  aws_cloudwatch_log_group: {
    computed: (group, place) => ({
      id: group.text('name'),
      arn: arnOf(place, 'logs', `log-group:${group.text('name')}`),
    }),
    takes: ['name', 'retention_in_days'],
    unique: ['region', 'name'],
    add: (group, model) => {
      // The provider's default, 0, is no limit.
      const retentionDays = group.number('retention_in_days', 0)
      const [name, arn] = [group.text('name'), group.text('arn')]
      model.logGroups.push({ name, arn, ...(retentionDays > 0 && { retentionDays }) })
    },
  },
}
