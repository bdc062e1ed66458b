import { Sesv2EmailIdentityMailFromAttributes } from '@cdktf/provider-aws/lib/sesv2-email-identity-mail-from-attributes/index.js'
import { Construct } from 'constructs'
import type { MailIdentity } from './mail.ts'
import type { Domain } from './settings.ts'
import type { Zone } from './zone.ts'

interface MailDomainProps {
  zone: Zone
  identity: MailIdentity
  region: string
  domain: Omit<Domain, 'zone' | 'api'>
}

// These records change about never.
const ttl = 3_600

/** What receiving servers look up about our mails: the keys of their signature, the servers of their envelope, and the policy. */
export class MailDomain extends Construct {
  constructor(scope: Construct, id: string, { zone, identity, region, domain }: MailDomainProps) {
    super(scope, id)
    const { mailFrom, dmarc = 'none', dmarcReports, dkimZone = dkimZoneOf(region) } = domain
    identity.dkimTokens.forEach((token, number) => {
      zone.record(this, `dkim-${number}`, {
        name: `${token}._domainkey.${identity.domain}`,
        type: 'CNAME',
        records: [`${token}.${dkimZone}`],
        ttl,
      })
    })
    const records = [
      zone.record(this, 'mail-from-mx', {
        name: mailFrom,
        type: 'MX',
        records: [`10 feedback-smtp.${region}.amazonses.com`],
        ttl,
      }),
      // Others than SES send nothing from it, but a mail that a recipient forwards must not be refused for that.
      zone.record(this, 'mail-from-spf', {
        name: mailFrom,
        type: 'TXT',
        records: ['v=spf1 include:amazonses.com ~all'],
        ttl,
      }),
    ]
    new Sesv2EmailIdentityMailFromAttributes(this, 'mail-from', {
      emailIdentity: identity.name,
      mailFromDomain: mailFrom,
      // While the MX record is missing, mails have Amazon's envelope, and pass DMARC by DKIM. Otherwise SES would refuse them.
      behaviorOnMxFailure: 'USE_DEFAULT_VALUE',
      dependsOn: records,
    })
    if (dmarc === 'unmanaged') return
    zone.record(this, 'dmarc', {
      name: `_dmarc.${identity.domain}`,
      type: 'TXT',
      records: [['v=DMARC1', `p=${dmarc}`, ...(dmarcReports ? [`rua=mailto:${dmarcReports}`] : [])].join('; ')],
      ttl,
    })
  }
}

// https://docs.aws.amazon.com/general/latest/gr/ses.html#ses_dkim_domains, as public modules quote it in 2026. SES also
// returns it as SigningHostedZone, which the provider does not have: github.com/hashicorp/terraform-provider-aws/issues/48568.
const regionsWithOwnDkimZone = new Set(
  (
    'af-south-1 ap-northeast-3 ap-south-2 ap-southeast-3 ap-southeast-5 ca-west-1 eu-central-2 eu-south-1 il-central-1 ' +
    'me-central-1 us-gov-east-1'
  ).split(' '),
)

/** Where SES publishes the keys of signatures. */
function dkimZoneOf(region: string): string {
  return regionsWithOwnDkimZone.has(region) ? `dkim.${region}.amazonses.com` : 'dkim.amazonses.com'
}
