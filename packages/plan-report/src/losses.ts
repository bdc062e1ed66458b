/** What is lost when a resource of a type is removed. All other types are created again without harm. */
export const losses: ReadonlyMap<string, string> = new Map([
  [
    'aws_dynamodb_table',
    'All customers are in it: those who have not confirmed yet get no reminder, and no link works any more.',
  ],
  [
    'aws_kms_key',
    'What it encrypts cannot be read any more, and alarms do not reach Slack until the topic has another key.',
  ],
  ['aws_sfn_state_machine', 'Customers whose runs wait get no reminder: the runs are aborted with it.'],
  ['aws_lambda_alias', 'Runs that wait fail: they invoke the alias that they started with.'],
  [
    'aws_lambda_function',
    'Its versions and its alias are deleted with it: every invocation fails until the deploy is complete.',
  ],
  ['aws_cloudwatch_log_group', 'Its logs are deleted: past events can no longer be looked up.'],
  [
    'aws_apigatewayv2_api',
    'Links in mails that were sent stop working, because its address changes, unless a domain of your own points to it.',
  ],
  ['aws_apigatewayv2_domain_name', 'Links in mails that were sent stop working, because they begin with it.'],
  [
    'aws_apigatewayv2_api_mapping',
    'Links in mails that were sent stop working, because their host name leads to no API.',
  ],
  [
    'aws_acm_certificate',
    'Browsers refuse to open links in mails that were sent, unless the domain of the API has another one first.',
  ],
  [
    'aws_sesv2_email_identity_mail_from_attributes',
    'Mails have an envelope of Amazon’s: they pass DMARC by DKIM alone.',
  ],
  ['aws_sesv2_email_identity', 'No mail is sent until the new identity is verified by DNS.'],
  ['aws_sesv2_configuration_set', 'No mail is sent: each one names it.'],
  [
    'aws_sesv2_configuration_set_event_destination',
    'The system no longer learns whether a mail was sent: a reminder whose response is lost waits for that event, and fails.',
  ],
  ['aws_chatbot_slack_channel_configuration', 'The Slack channel receives nothing.'],
  ['aws_sns_topic', 'Nothing reaches Slack until all publishers use another topic.'],
  ['aws_sns_topic_policy', 'CloudWatch may no longer publish: no alarm reaches Slack.'],
  ['aws_sns_topic_subscription', 'Its subscriber receives nothing more.'],
  [
    'aws_cloudwatch_event_bus',
    'What happens to customers reaches nobody until it is there again, and rules that others have put on it are gone.',
  ],
  [
    'aws_cloudwatch_event_connection',
    'The secret that the webhook expects is gone with it: `npm run webhook -- secret` sets one in a new connection.',
  ],
  ['aws_cloudwatch_event_api_destination', 'The webhook gets no events until its rule has another target.'],
  ['aws_sqs_queue', 'The SES events in it are lost: a reminder whose response was lost too may be sent twice.'],
  ['aws_lambda_event_source_mapping', 'SES events are not recorded any more: runs that need one wait, and then fail.'],
])

/** The types whose removal silences something: no one is notified of it any more. Created again, they are as they were. */
export const silencing = /^aws_cloudwatch_(metric_alarm|composite_alarm|event_rule|event_target)$/

// AWS's own events are on the default bus.
const ownBus = /^(?!default$)./
const unheard = 'What happens to customers while it is missing or off never reaches its targets, such as the webhook.'

/** What is lost when a resource is removed that is for events about customers, by an argument that says so. */
const lossesOfEvents: [type: string, argument: string, value: RegExp, why: string][] = [
  [
    'aws_lambda_event_source_mapping',
    // Only a stream has a position to start from.
    'starting_position',
    /./,
    'What happens to customers is not announced any more. DynamoDB keeps it for a day.',
  ],
  ['aws_sqs_queue', 'name', /-unannounced$/, 'It says which changes of customers could not be announced.'],
  [
    'aws_sqs_queue',
    'name',
    /-webhook-dead$/,
    'The events in it, which the webhook did not take, cannot be delivered again.',
  ],
  ['aws_cloudwatch_event_rule', 'event_bus_name', ownBus, unheard],
  ['aws_cloudwatch_event_target', 'event_bus_name', ownBus, unheard],
]

/** What is lost when a resource of a type that is for several things is removed, if it is for events about customers. */
export function lossOfEvents(type: string, values: { [argument: string]: unknown }): string | undefined {
  const [, , , why] =
    lossesOfEvents.find(([each, argument, value]) => each === type && value.test(textIn(values[argument]))) ?? []
  return why
}

const textIn = (value: unknown) => (typeof value === 'string' ? value : '')

/** What is lost when a record of a zone is removed, by what its name and type are for. */
export function lossOfRecord(type: string, name: string): string {
  if (type === 'A' || type === 'AAAA')
    return 'Links in mails that were sent stop working, because their host name leads nowhere.'
  if (name.startsWith('_dmarc.'))
    return 'Large mail servers refuse mails of a domain without DMARC policy, if it sends many.'
  if (name.includes('._domainkey.'))
    return 'SES stops sending mails once it finds that the keys of their signature are gone.'
  if (type === 'CNAME')
    return 'The certificate is not renewed: when it ends, browsers refuse to open links in mails that were sent.'
  return 'Mails have an envelope of Amazon’s, or fail SPF: they pass DMARC by DKIM alone.'
}
