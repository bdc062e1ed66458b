import { providerVersions, refusals } from './stack-rules.ts'
import { code, name, stack, stackWith } from './test/stack.ts'

const refused = (given: unknown, main?: unknown) => refusals(given, { name, files: [code], main })

test('a stack with all that infra uses is accepted', () => {
  expect(refused(stack(), stack())).toEqual([])
})

test('a stack is accepted with each version of the provider, so that main and a pull request may name different ones', () => {
  providerVersions.push('6.26.0')
  try {
    expect(providerVersions.flatMap((version) => refused(stackWith({ [provider]: version }), stack()))).toEqual([])
  } finally {
    providerVersions.pop()
  }
})

const provider = 'terraform.required_providers.aws.version'
const sns = 'resource.aws_sns_topic.notify'
const lambda = 'resource.aws_lambda_function.reminder'

/** What is changed in the accepted stack, and what the refusal says. */
const hostile: [what: string, changes: Record<string, unknown>, refusal: RegExp][] = [
  // Programs: a provider, what a provider runs, and a module's own providers.
  [
    'a second provider',
    { 'terraform.required_providers.evil': { source: 'evil/evil', version: '1.0.0' } },
    /^terraform\.required_providers\.evil is not allowed\.$/,
  ],
  ['the configuration of another provider', { 'provider.external': [{}] }, /^provider\.external is not allowed\.$/],
  [
    'a provider of another owner under the name of ours',
    { 'terraform.required_providers.aws.source': 'evil/aws' },
    /^terraform\.required_providers\.aws\.source must be aws or hashicorp\/aws\.$/,
  ],
  [
    'a provider of another registry',
    { 'terraform.required_providers.aws.source': 'evil.example/hashicorp/aws' },
    /required_providers\.aws\.source must be/,
  ],
  [
    'another version',
    { 'terraform.required_providers.aws.version': '6.24.0' },
    /^terraform\.required_providers\.aws\.version must be 6\.25\.0\.$/,
  ],
  [
    'a range of versions',
    { 'terraform.required_providers.aws.version': '>= 6.25.0' },
    /required_providers\.aws\.version must be/,
  ],
  [
    'aliases of a provider',
    { 'terraform.required_providers.aws.configuration_aliases': ['aws.evil'] },
    /required_providers\.aws\.configuration_aliases is not allowed/,
  ],
  [
    'a data source that runs a program',
    { 'data.external': { x: { program: ['id'] } } },
    /^data\.external is not allowed\.$/,
  ],
  [
    'a data source that reads a file',
    { 'data.local_file': { x: { filename: '/etc/passwd' } } },
    /^data\.local_file is/,
  ],
  ['a data source that calls a host', { 'data.http': { x: { url: 'https://evil.example' } } }, /^data\.http is not/],
  ['a data source that reads another state', { 'data.terraform_remote_state': { x: {} } }, /^data\.terraform_remote/],
  [
    'a data source of AWS that infra does not use',
    { 'data.aws_secretsmanager_secret_version': { x: { secret_id: 'x' } } },
    /^data\.aws_secretsmanager_secret_version is not allowed\.$/,
  ],
  [
    'a data source that invokes a function',
    { 'data.aws_lambda_invocation': { x: {} } },
    /^data\.aws_lambda_invocation is/,
  ],
  [
    'a provider of a data source that infra uses',
    { 'data.aws_caller_identity.account.provider': 'aws.evil' },
    /^data\.aws_caller_identity\.account\.provider is not allowed\.$/,
  ],
  [
    'a zone of another network',
    { 'data.aws_route53_zone': { x: { name: 'example.com', private_zone: true } } },
    /^data\.aws_route53_zone\.x\.private_zone must be false\.$/,
  ],
  [
    'another way to look up a zone',
    { 'data.aws_route53_zone': { x: { name: 'example.com', private_zone: false, vpc_id: 'vpc-1' } } },
    /^data\.aws_route53_zone\.x\.vpc_id is not allowed\.$/,
  ],
  ['a module', { module: { x: { source: 'git::https://evil.example/x' } } }, /^module is not allowed\.$/],
  [
    'a resource without a provider',
    { 'resource.terraform_data': { x: {} } },
    /^resource\.terraform_data is not allowed/,
  ],
  ['a null resource', { 'resource.null_resource': { x: {} } }, /^resource\.null_resource is not allowed/],
  ['a file as a resource', { 'resource.local_file': { x: { content: '' } } }, /^resource\.local_file is not allowed/],
  [
    'a resource that invokes a function',
    { 'resource.aws_lambda_invocation': { x: {} } },
    /^resource\.aws_lambda_invocation is/,
  ],
  [
    'a resource that reads a file of its choice',
    { 'resource.aws_s3_object': { x: { source: '/etc/passwd' } } },
    /^resource\.aws_s3/,
  ],
  [
    'a provisioner',
    { [`${sns}.provisioner`]: { 'local-exec': { command: 'id' } } },
    /aws_sns_topic\.notify\.provisioner is not/,
  ],
  [
    'a connection',
    { [`${sns}.connection`]: { host: 'evil.example' } },
    /aws_sns_topic\.notify\.connection is not allowed/,
  ],
  [
    'the code of a function in the block that escapes names',
    { [`${lambda}._`]: { filename: '/home/runner/.aws/credentials' } },
    /^resource\.aws_lambda_function\.reminder\._ is not allowed\.$/,
  ],
  [
    'a region in that block',
    { [`${sns}._`]: { region: 'x.evil.example/' } },
    /aws_sns_topic\.notify\._ is not allowed/,
  ],
  ['a provisioner in that block', { [`${sns}._`]: [{ provisioner: {} }] }, /aws_sns_topic\.notify\._ is not allowed/],
  [
    'that block of a data source',
    { 'data.aws_caller_identity.account._': {} },
    /aws_caller_identity\.account\._ is not/,
  ],
  ['that block of the provider', { 'provider.aws.0._': { endpoints: [] } }, /^provider\.aws\[0\]\._ is not allowed/],
  ['a provider of a resource', { [`${sns}.provider`]: 'evil' }, /aws_sns_topic\.notify\.provider is not allowed/],
  [
    'a provisioner of what is removed',
    { removed: [{ from: 'aws_sns_topic.x', lifecycle: { destroy: true }, provisioner: [] }] },
    /^removed\[0\]\.provisioner is not allowed/,
  ],
  ['an action (Terraform 1.14)', { action: { aws_lambda_invoke: {} } }, /^action is not allowed/],
  ['what triggers an action', { [`${sns}.lifecycle.action_trigger`]: {} }, /lifecycle\.action_trigger is not allowed/],
  ['a condition of a resource', { [`${sns}.lifecycle.precondition`]: [] }, /lifecycle\.precondition is not allowed/],
  ['a resource for each of some values', { [`${sns}.for_each`]: {} }, /notify\.for_each is not allowed/],

  // What reads resources that the pull request chooses, or that hides what it does.
  ['an import', { import: [{ to: 'aws_sns_topic.x', id: 'x' }] }, /^import is not allowed\.$/],
  ['a check', { check: { x: { data: {} } } }, /^check is not allowed\.$/],
  ['an ephemeral resource', { ephemeral: { aws_secretsmanager_secret_version: {} } }, /^ephemeral is not allowed\.$/],
  ['local values', { locals: { x: 1 } }, /^locals is not allowed\.$/],
  [
    'a move into a module',
    { moved: [{ from: 'aws_sns_topic.x', to: 'module.x.aws_sns_topic.x' }] },
    /^moved\[0\]\.to must be the address/,
  ],
  ["a member of an object's prototype", JSON.parse('{"constructor":1}'), /^constructor is not allowed\.$/],

  // Where the state is, and where credentials go.
  [
    'a backend that calls a host',
    { 'terraform.backend': { http: { address: 'https://evil.example' } } },
    /^terraform\.backend\.http is not allowed/,
  ],
  [
    'a second backend',
    { 'terraform.backend.http': { address: 'https://evil.example' } },
    /^terraform\.backend\.http is not allowed/,
  ],
  [
    'a file of the runner as state',
    { 'terraform.backend': { local: { path: '/x' } } },
    /^terraform\.backend\.local is a file of one machine, .*stateBucket/,
  ],
  ['Terraform Cloud', { 'terraform.cloud': { organization: 'evil' } }, /^terraform\.cloud is not allowed/],
  ['another bucket', { 'terraform.backend.s3.bucket': 'evil' }, /^terraform\.backend is not the one that main has\./],
  [
    'the state of another stage',
    { 'terraform.backend.s3.key': 'confirmation-reminder-dev.tfstate' },
    /backend\.s3\.key must be confirmation-reminder-prod\.tfstate/,
  ],
  ['state that is not encrypted', { 'terraform.backend.s3.encrypt': false }, /backend\.s3\.encrypt must be true/],
  [
    'another host instead of S3',
    { 'terraform.backend.s3.endpoints': { s3: 'https://evil.example' } },
    /backend\.s3\.endpoints is not allowed/,
  ],
  [
    'another role for the state',
    { 'terraform.backend.s3.assume_role': { role_arn: 'x' } },
    /backend\.s3\.assume_role is not allowed/,
  ],
  ['a CLI of its own', { 'terraform.required_version': '< 1.0' }, /^terraform\.required_version is not allowed/],
  ['metadata of a provider', { 'terraform.provider_meta': {} }, /^terraform\.provider_meta is not allowed/],
  ['experiments', { 'terraform.experiments': ['x'] }, /^terraform\.experiments is not allowed/],
  ...[
    'endpoints',
    'assume_role',
    'assume_role_with_web_identity',
    'shared_credentials_files',
    'shared_config_files',
    'profile',
    'http_proxy',
    'https_proxy',
    'custom_ca_bundle',
    'insecure',
    'skip_region_validation',
    'sts_region',
    'access_key',
    'token',
    'ec2_metadata_service_endpoint',
    'alias',
    'version',
    'use_fips_endpoint',
  ].map((member): [string, Record<string, unknown>, RegExp] => [
    `"${member}" of the provider`,
    { [`provider.aws.0.${member}`]: 'x' },
    new RegExp(`^provider\\.aws\\[0\\]\\.${member} is not allowed\\.$`),
  ]),
  [
    'a region that is a host',
    { 'provider.aws.0.region': 'x.evil.example/' },
    /^provider\.aws\[0\]\.region must be a Region/,
  ],
  ['such a region of a resource', { [`${sns}.region`]: 'x.evil.example/' }, /notify\.region must be a Region/],

  // What reads files and the environment.
  [
    'the code of a function from elsewhere',
    { [`${lambda}.filename`]: '/home/runner/.aws/credentials' },
    /reminder\.filename must be a zip of the stack's folder/,
  ],
  [
    'code on a way out of the folder',
    { [`${lambda}.filename`]: `assets/../../${code}` },
    /reminder\.filename must be a zip/,
  ],
  [
    'code that is not there',
    { [`${lambda}.filename`]: code.replace('034', '035') },
    /reminder\.filename must be a zip/,
  ],
  ['a file of another resource', { [`${sns}.filename`]: code }, /notify\.filename is not allowed/],
  [
    'a function',
    { [`${sns}.name`]: '${file("/etc/passwd")}' },
    /^resource\.aws_sns_topic\.notify\.name contains "\$\{file/,
  ],
  [
    'a hash of a file',
    { [`${lambda}.source_code_hash`]: '${filebase64sha256("/etc/passwd")}' },
    /source_code_hash contains "\$\{filebase64sha256/,
  ],
  [
    'a function in a name',
    { [`${lambda}.environment`]: { variables: { '${file("x")}': '' } } },
    /in the name of a member" contains "\$\{file|in the name of a member contains "\$\{file/,
  ],
  ['a function in the default of a variable', { 'variable.public_url.default': '${file("x")}' }, /default contains/],
  [
    'a function in a tag of the provider',
    { 'provider.aws.0.default_tags': [{ tags: { x: '${file("x")}' } }] },
    /tags\.x must be a word/,
  ],
  ['a function in the type of a variable', { 'variable.public_url.type': '${file("x")}' }, /type must be string or/],
  [
    'a function in an output',
    { 'output.tokens.value': ['${abspath(path.cwd)}'] },
    /^output\.tokens\.value\.0 contains/,
  ],
  [
    'a name that looks like a workflow command',
    { '\n::set-output name=x::y': 1 },
    /^"\\n::set-output name=x::y" is not allowed\.$/,
  ],

  // Other shapes that Terraform accepts for the same.
  [
    'blocks as a list',
    { 'resource.aws_sns_topic.notify': [{ provisioner: {} }] },
    /^resource\.aws_sns_topic\.notify must be one object/,
  ],
  ['resources as a list', { 'resource.aws_sns_topic': [{ x: {} }] }, /^resource\.aws_sns_topic must be one object/],
  ['a list of all resources', { resource: [{ null_resource: {} }] }, /^resource must be one object/],
  ['a list of settings', { terraform: [{}] }, /^terraform must be one object/],
  ['a lifecycle as a list', { [`${sns}.lifecycle`]: [{}] }, /lifecycle must be one object/],
  ['an output that is a list', { 'output.tokens': [{}] }, /^output\.tokens must be one object/],
  [
    'a letter that Unicode makes a K',
    { 'resource.aws_\u212Ams_key': {} },
    /^resource\."aws_\u212Ams_key" is not allowed/,
  ],
]

test.each(hostile)('%s is refused', (_, changes, refusal) => {
  expect(refused(stackWith(changes), stack()).filter((each) => refusal.test(each))).toHaveLength(1)
})

test.each([
  ['a list of stacks', [stack()]],
  ['nothing', null],
  ['a string', 'x'],
  ['no settings', { ...stack(), terraform: undefined }],
])('%s is refused', (_, given) => {
  expect(refused(given).length).toBeGreaterThan(0)
})

test('all that is wrong is reported at once, each on one line', () => {
  const found = refused(stackWith({ module: {}, 'data.external': {}, [`${sns}.name`]: '${\nfile("x")}' }))
  expect(found).toHaveLength(3)
  expect(found.filter((each) => each.includes('\n'))).toEqual([])
})

test('without main, the backend must be a bucket in the expected form', () => {
  expect(refused(stackWith({ 'terraform.backend.s3.bucket': 'other' }))).toEqual([])
  expect(refused(stackWith({ 'terraform.backend.s3.bucket': 'x/../y' }))).toEqual([
    'terraform.backend.s3.bucket must be a bucket.',
  ])
})
