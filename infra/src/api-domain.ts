import { AcmCertificate } from '@cdktf/provider-aws/lib/acm-certificate/index.js'
import { AcmCertificateValidation } from '@cdktf/provider-aws/lib/acm-certificate-validation/index.js'
import { Apigatewayv2ApiMapping } from '@cdktf/provider-aws/lib/apigatewayv2-api-mapping/index.js'
import { Apigatewayv2DomainName } from '@cdktf/provider-aws/lib/apigatewayv2-domain-name/index.js'
import { type ITerraformDependable, Token } from 'cdktf'
import { Construct } from 'constructs'
import type { Zone } from './zone.ts'

interface ApiDomainProps {
  zone: Zone
  /** The host name. */
  host: string
}

/**
 * The host name of the API: its certificate, which ACM validates and renews by a record, and what leads to API Gateway. The
 * API's own address keeps working beside it, because mails that were sent before have links to it.
 */
export class ApiDomain extends Construct {
  /** What must exist before a link may begin with the host name. */
  readonly records: ITerraformDependable[]
  private readonly domain: Apigatewayv2DomainName

  constructor(scope: Construct, id: string, { zone, host }: ApiDomainProps) {
    super(scope, id)
    const certificate = new AcmCertificate(this, 'certificate', {
      domainName: host,
      validationMethod: 'DNS',
      // ACM refuses to delete a certificate that a domain uses.
      lifecycle: { createBeforeDestroy: true },
    })
    const validated = new AcmCertificateValidation(this, 'validation', {
      certificateArn: certificate.arn,
      validationRecordFqdns: [validationRecord(this, zone, certificate).fqdn],
      // ACM takes minutes. GitHub ends a deploy after half an hour, in the middle of an apply.
      timeouts: { create: '20m' },
    })
    this.domain = new Apigatewayv2DomainName(this, 'name', {
      domainName: host,
      domainNameConfiguration: {
        certificateArn: validated.certificateArn,
        endpointType: 'REGIONAL',
        securityPolicy: 'TLS_1_2',
        // Without it, no address answers the AAAA record.
        ipAddressType: 'dualstack',
      },
      // Links in mails that were sent begin with it. docs/deploy.md says how to change to another.
      lifecycle: { preventDestroy: true },
    })
    const { targetDomainName: name, hostedZoneId } = this.domain.domainNameConfiguration
    const alias = { name, zoneId: hostedZoneId, evaluateTargetHealth: false }
    this.records = ['A', 'AAAA'].map((type) => zone.record(this, type.toLowerCase(), { name: host, type, alias }))
  }

  /** Leads all paths of the host name to this stage of the API. */
  leadTo({ id, stage }: { id: string; stage: string }): void {
    new Apigatewayv2ApiMapping(this, 'mapping', { apiId: id, stage, domainName: this.domain.domainName })
  }
}

/** The record that proves to ACM, now and at each renewal, that the name is ours. */
function validationRecord(scope: Construct, zone: Zone, certificate: AcmCertificate) {
  // ACM asks for one record for one name. It is in a set, which has no first element: a splat makes a list of it.
  const ofOption = (attribute: string) =>
    Token.asString(certificate.interpolationForAttribute(`domain_validation_options.*.${attribute}[0]`))
  return zone.record(scope, 'validation-record', {
    name: ofOption('resource_record_name'),
    type: ofOption('resource_record_type'),
    records: [ofOption('resource_record_value')],
    ttl: 300,
    // All certificates of an account for one name share this record. What is there already is the same.
    allowOverwrite: true,
  })
}
