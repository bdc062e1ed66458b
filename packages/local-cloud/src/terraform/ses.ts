import { arnOf, type ResourceType, type ResourceTypes } from './resource-type.ts'

/** SES names the same things in its two versions of resources, under different arguments. */
const identity = (argument: string): ResourceType => ({
  computed: (given, place) => ({
    id: given.text(argument),
    arn: arnOf(place, 'ses', `identity/${given.text(argument)}`),
    verification_token: 'verified-locally',
    dkim_signing_attributes: [{ tokens: [] }],
  }),
  add: (given, model) => void model.mailIdentities.push(given.text(argument)),
})
const configurationSet = (argument: string): ResourceType => ({
  computed: (given, place) => ({
    id: given.text(argument),
    arn: arnOf(place, 'ses', `configuration-set/${given.text(argument)}`),
  }),
  add: (given, model) => void model.mailConfigurationSets.push(given.text(argument)),
})

export const ses: ResourceTypes = {
  aws_ses_domain_identity: identity('domain'),
  aws_ses_email_identity: identity('email'),
  aws_sesv2_email_identity: identity('email_identity'),
  aws_ses_configuration_set: configurationSet('name'),
  aws_sesv2_configuration_set: configurationSet('configuration_set_name'),
  aws_sesv2_configuration_set_event_destination: {
    computed: (given) => ({
      id: `${given.text('configuration_set_name')}|${given.text('event_destination_name')}`,
    }),
    add: (given, model) => {
      const destination = given.block('event_destination') ?? given.refuse('lacks the block event_destination')
      if (!destination.flag('enabled')) return
      const topic = destination.block('sns_destination')
      if (!topic) return given.refuse('leads elsewhere than to an SNS topic, which the local cloud does not support')
      model.mailEventDestinations.push({
        configurationSet: given.text('configuration_set_name'),
        topicArn: topic.text('topic_arn'),
        eventTypes: destination.texts('matching_event_types'),
      })
    },
  },
}
