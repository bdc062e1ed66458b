import { providerVersions } from '../stack-rules.ts'

export const name = 'confirmation-reminder-prod'
export const code = 'assets/reminder_code/034C8307596FC2A4876500640CBFE62E/reminder.zip'

/** A stack that has one of each part that infra uses. */
export const stack = () => ({
  '//': { metadata: { backend: 's3', stackName: name, version: '0.21.0' } },
  terraform: {
    required_providers: { aws: { source: 'aws', version: providerVersions[0] } },
    backend: {
      s3: { bucket: 'our-state', key: `${name}.tfstate`, region: 'eu-west-1', encrypt: true, use_lockfile: true },
    },
  },
  provider: {
    aws: [{ region: 'eu-west-1', allowed_account_ids: ['123456789012'], default_tags: [{ tags: { stage: 'prod' } }] }],
  },
  data: {
    aws_caller_identity: { account: { '//': { metadata: {} } } },
    aws_route53_zone: { domain: { '//': { metadata: {} }, name: 'example.com', private_zone: false } },
  },
  resource: {
    aws_lambda_function: {
      reminder: {
        '//': { metadata: {} },
        depends_on: ['aws_sns_topic.notify'],
        environment: { variables: { URL: '${var.public_url}/confirm' } },
        filename: code,
        lifecycle: { ignore_changes: ['filename'] },
        role: 'arn:aws:iam::${data.aws_caller_identity.account.account_id}:role/reminder',
      },
    },
    aws_sns_topic: { notify: { name: 'notify', lifecycle: { prevent_destroy: true } } },
  },
  output: { tokens: { value: '${aws_sesv2_email_identity.mail-1.dkim_signing_attributes[0].tokens}' } },
  variable: { public_url: { default: 'https://example.com', description: 'Where links begin', type: 'string' } },
  removed: [{ from: 'aws_sns_topic_subscription.mail-events', lifecycle: { destroy: false } }],
  moved: [{ from: 'aws_sns_topic.before', to: 'aws_sns_topic.notify' }],
})

/** The stack with other values at paths such as `resource.aws_sns_topic.notify`. A path's last part may be new. */
export function stackWith(changes: Record<string, unknown>): unknown {
  const changed: Record<string, unknown> = stack()
  for (const [path, value] of Object.entries(changes)) {
    const names = path.split('.')
    const last = names.pop() as string
    let parent = changed
    for (const each of names) parent = parent[each] as typeof changed
    parent[last] = value
  }
  return changed
}
