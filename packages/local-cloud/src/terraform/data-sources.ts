import type { ResourceTypes } from './resource-type.ts'

/** The data that Terraform would read from AWS. */
export const dataSources: ResourceTypes = {
  'data.aws_caller_identity': {
    computed: (_, { accountId }) => ({
      id: accountId,
      account_id: accountId,
      arn: `arn:aws:iam::${accountId}:root`,
      user_id: accountId,
    }),
  },
  'data.aws_partition': {
    computed: () => ({ id: 'aws', partition: 'aws', dns_suffix: 'amazonaws.com', reverse_dns_prefix: 'com.amazonaws' }),
  },
  'data.aws_region': {
    computed: (_, { region }) => ({ id: region, name: region, region }),
  },
}
