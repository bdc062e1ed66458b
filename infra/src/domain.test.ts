import type { Domain, Settings } from './settings.ts'
import { settings } from './test/settings.ts'
import { only, resources, type Terraform, terraformOf } from './test/terraform.ts'

const domain: Domain = { zone: 'example.com', api: 'signup.example.com', mailFrom: 'bounce.example.com' }
const withDomain = (changes: Partial<Domain> = {}, more: Partial<Settings> = {}) => {
  const { publicUrl: _, ...others } = more
  return terraformOf('prod', { publicUrl: '', domain: { ...domain, ...changes }, ...others })
}

/** The records of a stage, by name and type. */
const recordsOf = (terraform: Terraform) =>
  Object.fromEntries(
    resources(terraform, 'aws_route53_record').map(([, { name, type, records, alias }]) => [
      `${type} ${name}`,
      records ?? alias.name,
    ]),
  )
const option = (name: string) =>
  `\${aws_acm_certificate.api-domain_certificate.domain_validation_options.*.resource_record_${name}[0]}`
const token = (number: number) =>
  `\${aws_sesv2_email_identity.mail_identity.dkim_signing_attributes[0].tokens[${number}]}`
const dkim = (number: number, zone = 'dkim.amazonses.com') => ({
  [`CNAME ${token(number)}._domainkey.example.com`]: [`${token(number)}.${zone}`],
})
const target = '${aws_apigatewayv2_domain_name.api-domain_name.domain_name_configuration[0].target_domain_name}'

test('a domain adds resources, and changes nothing else but where links begin, and when', () => {
  const without = terraformOf('prod', { publicUrl: '' })
  const { resource, data, variable, ...rest } = withDomain()
  const { resource: before, data: dataBefore, variable: variableBefore, ...restBefore } = without
  expect(rest).toEqual(restBefore)
  for (const [type, named] of Object.entries(before)) {
    for (const [name, args] of Object.entries(named)) {
      const linking = /^(register|reminder)_function$/.test(name)
      const { depends_on, environment, ...others } = resource[type]?.[name] ?? {}
      const { depends_on: dependsBefore, environment: environmentBefore, ...othersBefore } = args
      expect(others).toEqual(othersBefore)
      if (!linking) expect([depends_on, environment]).toEqual([dependsBefore, environmentBefore])
      else {
        expect(depends_on).toEqual(['aws_route53_record.api-domain_a', 'aws_route53_record.api-domain_aaaa'])
        const { PUBLIC_URL, ...variables } = environment.variables
        const { PUBLIC_URL: urlBefore, ...variablesBefore } = environmentBefore.variables
        expect(variables).toEqual(variablesBefore)
        expect([PUBLIC_URL, urlBefore]).toEqual(['${var.public_url}', '${aws_apigatewayv2_api.api_api.api_endpoint}'])
      }
    }
  }
  const { public_url, ...variables } = variable ?? {}
  expect(variables).toEqual(variableBefore)
  expect(public_url).toMatchObject({ default: 'https://signup.example.com' })
  expect({ ...data, aws_route53_zone: undefined }).toEqual(dataBefore)
  const added = Object.entries(resource).flatMap(([type, named]) =>
    Object.keys(named).flatMap((name) => (before[type]?.[name] ? [] : [`${type}.${name}`])),
  )
  expect(added.sort()).toEqual([
    'aws_acm_certificate.api-domain_certificate',
    'aws_acm_certificate_validation.api-domain_validation',
    'aws_apigatewayv2_api_mapping.api-domain_mapping',
    'aws_apigatewayv2_domain_name.api-domain_name',
    'aws_route53_record.api-domain_a',
    'aws_route53_record.api-domain_aaaa',
    'aws_route53_record.api-domain_validation-record',
    'aws_route53_record.mail-domain_dkim-0',
    'aws_route53_record.mail-domain_dkim-1',
    'aws_route53_record.mail-domain_dkim-2',
    'aws_route53_record.mail-domain_dmarc',
    'aws_route53_record.mail-domain_mail-from-mx',
    'aws_route53_record.mail-domain_mail-from-spf',
    'aws_sesv2_email_identity_mail_from_attributes.mail-domain_mail-from',
  ])
})

test('without one, a stage has no certificate, record, zone or dependency of its functions', () => {
  const { resource, data } = terraformOf('prod')
  expect(Object.keys(data)).toEqual(['aws_caller_identity'])
  expect(Object.keys(resource).filter((type) => /acm|route53|domain|api_mapping|mail_from/.test(type))).toEqual([])
  for (const args of Object.values(resource.aws_lambda_function ?? {})) expect(args).not.toHaveProperty('depends_on')
})

test('every record is created in the public zone, and none but that of the certificate replaces one', () => {
  const terraform = withDomain()
  expect(terraform.data.aws_route53_zone?.domain_zone).toMatchObject({ name: 'example.com', private_zone: false })
  expect(recordsOf(terraform)).toEqual({
    'A signup.example.com': target,
    'AAAA signup.example.com': target,
    [`${option('type')} ${option('name')}`]: [option('value')],
    ...dkim(0),
    ...dkim(1),
    ...dkim(2),
    'MX bounce.example.com': ['10 feedback-smtp.eu-west-1.amazonses.com'],
    'TXT bounce.example.com': ['v=spf1 include:amazonses.com ~all'],
    'TXT _dmarc.example.com': ['v=DMARC1; p=none'],
  })
  for (const [name, record] of resources(terraform, 'aws_route53_record')) {
    expect(record.zone_id).toBe('${data.aws_route53_zone.domain_zone.zone_id}')
    expect([name, record.allow_overwrite]).toEqual([name, name.endsWith('validation-record') ? true : undefined])
  }
})

test('the domain waits for its certificate, leads to the stage of the API, and no plan replaces it', () => {
  const terraform = withDomain()
  expect(only(terraform, 'aws_acm_certificate')).toMatchObject({
    domain_name: 'signup.example.com',
    validation_method: 'DNS',
  })
  expect(only(terraform, 'aws_acm_certificate_validation')).toMatchObject({
    certificate_arn: '${aws_acm_certificate.api-domain_certificate.arn}',
    validation_record_fqdns: ['${aws_route53_record.api-domain_validation-record.fqdn}'],
  })
  expect(only(terraform, 'aws_apigatewayv2_domain_name')).toMatchObject({
    domain_name: 'signup.example.com',
    domain_name_configuration: {
      certificate_arn: '${aws_acm_certificate_validation.api-domain_validation.certificate_arn}',
      endpoint_type: 'REGIONAL',
      security_policy: 'TLS_1_2',
      ip_address_type: 'dualstack',
    },
    lifecycle: { prevent_destroy: true },
  })
  expect(only(terraform, 'aws_apigatewayv2_api_mapping')).toMatchObject({
    api_id: '${aws_apigatewayv2_api.api_api.id}',
    stage: '${aws_apigatewayv2_stage.api_stage.id}',
    domain_name: '${aws_apigatewayv2_domain_name.api-domain_name.domain_name}',
  })
})

test('links of mails that were sent before keep working: the own address of the API stays', () => {
  expect(only(withDomain(), 'aws_apigatewayv2_api')).not.toHaveProperty('disable_execute_api_endpoint')
})

test('mails go out while the MX record is missing, and it is there first', () => {
  expect(only(withDomain(), 'aws_sesv2_email_identity_mail_from_attributes')).toMatchObject({
    email_identity: '${aws_sesv2_email_identity.mail_identity.email_identity}',
    mail_from_domain: 'bounce.example.com',
    behavior_on_mx_failure: 'USE_DEFAULT_VALUE',
    depends_on: ['aws_route53_record.mail-domain_mail-from-mx', 'aws_route53_record.mail-domain_mail-from-spf'],
  })
})

test.each<[Partial<Domain>, string[] | undefined]>([
  [{ dmarc: 'reject' }, ['v=DMARC1; p=reject']],
  [{ dmarcReports: 'dmarc@example.com' }, ['v=DMARC1; p=none; rua=mailto:dmarc@example.com']],
  [{ dmarc: 'unmanaged' }, undefined],
])('with %j the DMARC record is %j', (changes, records) => {
  expect(recordsOf(withDomain(changes))['TXT _dmarc.example.com']).toEqual(records)
})

test.each<[string, Partial<Domain>, string]>([
  ['eu-west-1', {}, 'dkim.amazonses.com'],
  ['eu-south-1', {}, 'dkim.eu-south-1.amazonses.com'],
  ['eu-west-1', { dkimZone: 'dkim.cell.eu-west-1.amazonses.com' }, 'dkim.cell.eu-west-1.amazonses.com'],
])('in %s with %j the keys of signatures are in %s', (region, changes, zone) => {
  const records = recordsOf(withDomain(changes, { region }))
  expect(records).toMatchObject({ ...dkim(0, zone), ...dkim(1, zone), ...dkim(2, zone) })
  expect(records['MX bounce.example.com']).toEqual([`10 feedback-smtp.${region}.amazonses.com`])
})

test("the sender's domain is in lower case, as records are", () => {
  const terraform = terraformOf('prod', { publicUrl: '', domain, sender: 'Ours <hello@EXAMPLE.com>' })
  expect(Object.keys(recordsOf(terraform))).toEqual(Object.keys(recordsOf(withDomain())))
  expect(settings.prod.sender).toContain('@example.com>')
})
