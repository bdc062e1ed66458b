import { arnOf, type ResourceType, type ResourceTypes } from './resource-type.ts'

/** SES names the same things in its two versions of resources, under different arguments. */
const identity = (argument: string): ResourceType => ({
  computed: (given, place) => ({
    id: given.text(argument),
    arn: arnOf(place, 'ses', `identity/${given.text(argument)}`),
    verification_token: 'verified-locally',
    dkim_signing_attributes: [{ tokens: [] }],
  }),
  add: (given, system) => void system.mailIdentities.push(given.text(argument)),
})
const configurationSet = (argument: string): ResourceType => ({
  computed: (given, place) => ({
    id: given.text(argument),
    arn: arnOf(place, 'ses', `configuration-set/${given.text(argument)}`),
  }),
  add: (given, system) => void system.mailConfigurationSets.push(given.text(argument)),
})

export const ses: ResourceTypes = {
  aws_ses_domain_identity: identity('domain'),
  aws_ses_email_identity: identity('email'),
  aws_sesv2_email_identity: identity('email_identity'),
  aws_ses_configuration_set: configurationSet('name'),
  aws_sesv2_configuration_set: configurationSet('configuration_set_name'),
}
