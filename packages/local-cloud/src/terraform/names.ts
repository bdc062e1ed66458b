import { arnOf, type ResourceTypes } from './resource-type.ts'

/** Certificates and records, which make a name on the internet lead to AWS. A machine has no such name: they are left out. */
export const names: ResourceTypes = {
  'data.aws_route53_zone': {
    takes: ['name', 'private_zone'],
    computed: (zone) => ({ id: zone.text('name'), zone_id: zone.text('name') }),
  },
  aws_acm_certificate: {
    computed: (certificate, place) => {
      const arn = arnOf(place, 'acm', `certificate/${certificate.address}`)
      const proof = { resource_record_name: `_local.${certificate.text('domain_name')}`, resource_record_type: 'CNAME' }
      return {
        id: arn,
        arn,
        domain_validation_options: [{ ...proof, resource_record_value: '_local.acm-validations.aws' }],
      }
    },
    takes: ['domain_name', 'validation_method'],
    add: (certificate, model) => {
      const method = certificate.text('validation_method')
      if (method !== 'DNS')
        certificate.refuse(`has the validation_method ${method}: a person would have to answer a mail`)
      model.leftOut.push(`certificate ${certificate.text('domain_name')}`)
    },
  },
  aws_acm_certificate_validation: {
    takes: ['certificate_arn', 'validation_record_fqdns'],
    add: (validation, _, stack) => validation.mustName('certificate_arn', stack.ofType('aws_acm_certificate'), ['arn']),
  },
  aws_route53_record: {
    computed: (record) => ({ id: record.address, fqdn: record.text('name') }),
    takes: ['name', 'type', 'zone_id'],
    unique: ['zone_id', 'name', 'type'],
    withoutEffect: ['alias', 'allow_overwrite', 'records', 'ttl'],
    add: (record, model) => void model.leftOut.push(`record ${record.text('type')} ${record.text('name')}`),
  },
}
