import { arnOf, type ResourceType, type ResourceTypes } from './resource-type.ts'

/** SES names the same things in its two versions of resources, under different arguments. */
const identity = (argument: string, withoutEffect: readonly string[] = []): ResourceType => ({
  takes: [argument],
  withoutEffect,
  computed: (given, place) => ({
    id: given.text(argument),
    arn: arnOf(place, 'ses', `identity/${given.text(argument)}`),
    verification_token: 'verified-locally',
    dkim_signing_attributes: [{ tokens: ['first', 'second', 'third'].map((token) => `${token}-local-token`) }],
  }),
  add: (given, model) => void model.mailIdentities.push(given.text(argument)),
})
const configurationSet = (
  argument: string,
  sending: readonly [...string[], string],
  withoutEffect: readonly string[],
): ResourceType => ({
  takes: [argument, sending.join('.')],
  withoutEffect,
  computed: (given, place) => ({
    id: given.text(argument),
    arn: arnOf(place, 'ses', `configuration-set/${given.text(argument)}`),
  }),
  add: (given, model) => {
    const [block] = sending.length > 1 ? given.blocks(sending[0] ?? '') : [given]
    if (block?.optionalText(sending.at(-1) ?? '') === 'false')
      given.refuse('sends nothing: SES would refuse every mail')
    model.mailConfigurationSets.push(given.text(argument))
  },
})

// Of those that SES publishes without changing a mail; mails are neither rejected nor delayed here.
const mailEvents = ['SEND', 'DELIVERY', 'BOUNCE', 'COMPLAINT', 'REJECT', 'DELIVERY_DELAY', 'RENDERING_FAILURE']

export const ses: ResourceTypes = {
  aws_ses_domain_identity: identity('domain'),
  aws_ses_email_identity: identity('email'),
  aws_sesv2_email_identity: identity('email_identity', ['dkim_signing_attributes']),
  aws_ses_configuration_set: configurationSet(
    'name',
    ['sending_enabled'],
    ['delivery_options', 'reputation_metrics_enabled'],
  ),
  aws_sesv2_configuration_set: configurationSet(
    'configuration_set_name',
    ['sending_options', 'sending_enabled'],
    ['delivery_options', 'reputation_options', 'suppression_options'],
  ),
  // The envelope of a mail that no mail server gets.
  aws_sesv2_email_identity_mail_from_attributes: {
    computed: (given) => ({ id: given.text('email_identity') }),
    takes: ['email_identity', 'mail_from_domain'],
    unique: ['email_identity'],
    withoutEffect: ['behavior_on_mx_failure'],
    add: (given, model, stack) => {
      given.mustName('email_identity', stack.ofType('aws_sesv2_email_identity'), ['id'])
      model.leftOut.push(`MAIL FROM domain ${given.text('mail_from_domain')}`)
    },
  },
  aws_sesv2_configuration_set_event_destination: {
    computed: (given) => ({
      id: `${given.text('configuration_set_name')}|${given.text('event_destination_name')}`,
    }),
    takes: ['configuration_set_name', 'event_destination_name', 'event_destination'],
    add: (given, model, stack) => {
      const destination = given.block('event_destination') ?? given.refuse('lacks the block event_destination')
      if (!destination.flag('enabled')) return
      const sets = ['aws_ses_configuration_set', 'aws_sesv2_configuration_set'].flatMap((type) => stack.ofType(type))
      given.mustName('configuration_set_name', sets, ['id'])
      const changing = destination.texts('matching_event_types').find((type) => !mailEvents.includes(type))
      if (changing) given.refuse(`asks for events of the type ${changing}, which the local cloud does not publish`)
      const topic = destination.block('sns_destination')
      if (!topic) return given.refuse('leads elsewhere than to an SNS topic, which the local cloud does not support')
      const other = destination.beyond(['enabled', 'matching_event_types', 'sns_destination'])
      if (other) given.refuse(`uses event_destination.${other}, which the local cloud does not support`)
      model.mailEventDestinations.push({
        configurationSet: given.text('configuration_set_name'),
        topicArn: topic.text('topic_arn'),
        eventTypes: destination.texts('matching_event_types'),
      })
    },
  },
}
