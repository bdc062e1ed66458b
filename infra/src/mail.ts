import { Sesv2ConfigurationSet } from '@cdktf/provider-aws/lib/sesv2-configuration-set/index.js'
import { Sesv2EmailIdentity } from '@cdktf/provider-aws/lib/sesv2-email-identity/index.js'
import { returnedInAnyOrder } from '@confirmation-reminder/contracts/terraform-ignored'
import { Token } from 'cdktf'
import { Construct } from 'constructs'
import { domainOf } from './host-name.ts'
import type { LambdaFunction } from './lambda-function.ts'

interface MailProps {
  configurationSet: string
  /** A mailbox; its domain becomes the identity that SES verifies by DKIM. */
  sender: string
  replyTo: string
  sesSandbox?: boolean
  region: string
  accountId: string
}

/** The sender's domain in SES. */
export interface MailIdentity {
  /** In lower case. */
  domain: string
  /** The same, once SES has it. */
  name: string
  /** What names the three keys of its signatures. */
  dkimTokens: string[]
}

/** What SES needs to send our mail: the sender's domain, signed, and the configuration set that every mail names. */
export class Mail extends Construct {
  /** What functions that send must know. */
  readonly environment: { MAIL_SENDER: string; MAIL_REPLY_TO: string; MAIL_CONFIGURATION_SET: string }
  readonly configurationSet: { name: string; arn: string }
  readonly identity: MailIdentity
  private readonly domain: string
  private readonly resources: string[]

  constructor(scope: Construct, id: string, props: MailProps) {
    super(scope, id)
    const { configurationSet, sender, replyTo, sesSandbox, region, accountId } = props
    this.domain = sender.replace(/^.*@([^>]*)>?$/, '$1')
    const domain = domainOf(sender)
    const identity = new Sesv2EmailIdentity(this, 'identity', {
      emailIdentity: domain,
      dkimSigningAttributes: { nextSigningKeyLength: 'RSA_2048_BIT' },
    })
    this.identity = {
      domain,
      name: identity.emailIdentity,
      dkimTokens: [0, 1, 2].map((number) =>
        Token.asString(identity.interpolationForAttribute(`dkim_signing_attributes[0].tokens[${number}]`)),
      ),
    }
    const configuration = new Sesv2ConfigurationSet(this, 'configuration', {
      configurationSetName: configurationSet,
      deliveryOptions: { tlsPolicy: 'REQUIRE' },
      reputationOptions: { reputationMetricsEnabled: true },
      sendingOptions: { sendingEnabled: true },
      suppressionOptions: { suppressedReasons: ['BOUNCE', 'COMPLAINT'] },
      lifecycle: { ignoreChanges: returnedInAnyOrder.aws_sesv2_configuration_set },
    })
    this.environment = {
      MAIL_SENDER: sender,
      MAIL_REPLY_TO: replyTo,
      MAIL_CONFIGURATION_SET: configuration.configurationSetName,
    }
    this.configurationSet = { name: configuration.configurationSetName, arn: configuration.arn }
    this.resources = [
      identity.arn,
      configuration.arn,
      // In the sandbox SES also asks for a permission on the recipient's identity, an address or a domain that a person
      // verified, and names it in its AccessDenied: github.com/cloudposse/terraform-aws-ses/issues/40.
      ...(sesSandbox ? [`arn:aws:ses:${region}:${accountId}:identity/*`] : []),
    ]
  }

  /**
   * These functions send mail, from any address of our domain: a change of the sender reaches their policies with the
   * apply, and what `live` sends only with the next ship.
   */
  sendableBy(...functions: LambdaFunction[]): void {
    for (const { role } of functions) {
      role.may({
        // Mails are sent raw. Previous versions of the functions need SendEmail until they are no longer live.
        Action: ['ses:SendEmail', 'ses:SendRawEmail'],
        Resource: this.resources,
        Condition: { StringLike: { 'ses:FromAddress': `*@${this.domain}` } },
      })
    }
  }
}
