import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { stages } from '@confirmation-reminder/contracts/stages'
import fc from 'fast-check'
import { examplesIn, localAccountId, textsIn } from './examples.ts'
import { settings as committed, type Settings } from './settings.ts'
import { own } from './test/own.ts'
import { settings } from './test/settings.ts'
import { terraformOf } from './test/terraform.ts'

const examples = (changes: object) =>
  examplesIn({ ...settings.prod, ...own, ...changes } as Settings).map(([path]) => path)

/** The committed texts that any company can deploy. A new text is an example, or has its reason here. */
const suitsAnyCompany: Record<string, string> = {
  region: 'any Region can be deployed to',
  quietHours: 'a time zone that exists',
  confirmBy: 'one of the choices',
  'brand.accent': 'a colour',
  alarmStyle: 'one of the choices',
  owner: 'words that name no person',
}

test.each(stages)('every committed text of %s is an example, or suits any company', (stage) => {
  const found = examplesIn(committed[stage]).map(([path]) => path)
  const others = textsIn(committed[stage]).flatMap(([path]) => (found.includes(path) ? [] : [path]))
  expect(others.filter((path) => !(path in suitsAnyCompany))).toEqual([])
  expect(found).toEqual(
    [
      ...['brand.name', 'brand.postalAddress', 'brand.privacyUrl', 'brand.supportUrl'],
      ...['sender', 'replyTo', ...(stage === 'prod' ? ['publicUrl', 'formUrl'] : [])],
      ...['slack.workspaceId', 'slack.channelId', 'runbookUrl', 'github.repository'],
    ].filter((path) => textsIn(committed[stage]).some(([each]) => each === path)),
  )
})

test.each([
  ['sender', 'Ours <hello@example.com>'],
  ['sender', 'hello@EXAMPLE.ORG'],
  ['sender', 'hello@mail.example.net'],
  ['sender', 'hello@shop.example'],
  ['sender', 'Example <hello@ours.internal>'],
  ['sender', 'Example dev <hello@ours.internal>'],
  ['replyTo', 'support@mail.test'],
  ['publicUrl', 'https://signup.invalid'],
  ['publicUrl', 'https://localhost:3000'],
  ['publicUrl', 'https://203.0.113.7/signup'],
  ['formUrl', 'https://example.edu?list=1'],
  ['runbookUrl', 'https://GitHub.com/Example/runbooks'],
  ['brand', { ...own.brand, name: 'Example' }],
  ['brand', { ...own.brand, name: 'example prod' }],
  ['brand', { ...own.brand, logo: 'https://www.example.com/logo.png' }],
  ['brand', { ...own.brand, postalAddress: 'Ours Ltd, 1 Example Street, Dublin' }],
  ['brand', { ...own.brand, postalAddress: 'Unsere GmbH, Musterstraße 1, 12345 Musterstadt' }],
  ['brand', { ...own.brand, privacyUrl: 'https://example.org/privacy' }],
  ['brand', { ...own.brand, supportUrl: 'https://support.test' }],
  ['accountId', '123456789012'],
  ['accountId', '111122223333'],
  ['accountId', '444455556666'],
  ['accountId', localAccountId],
  ['owner', '<!subteam^S0EXAMPLE>'],
  ['accountId', '012345678901'],
  ['publicUrl', 'https://localhost./signup'],
  ['publicUrl', 'https://127.1'],
  ['formUrl', 'https://[2001:db8::1]/form'],
  ['runbookUrl', 'https://github.com/my-org/runbooks'],
  ['owner', 'ask <@U12345678> or <#C0EXAMPLE|alarms>'],
  ['stateBucket', 'amzn-s3-demo-bucket'],
  ['stateBucket', 'my-bucket'],
])('%s %j is an example', (path, value) => {
  const found = examples({ [path]: value })
  expect(found.map((one) => one.split('.')[0])).toEqual([path])
})

test('the origins of pages are examples like the addresses of pages, but a machine of a developer is none', () => {
  const origins = ['https://www.ours.internal', 'https://www.example.com', 'http://localhost:8080', 'https://localhost']
  expect(examples({ origins })).toEqual(['origins.1', 'origins.3'])
})

test('a webhook of a developer’s machine is an example too: AWS could not call it', () => {
  for (const webhook of ['https://hooks.example.com/', 'http://localhost:9000/', 'http://127.0.0.1:9000/']) {
    expect(examples({ events: { webhook } })).toEqual(['events.webhook'])
  }
  expect(examples({ events: { webhook: 'https://hooks.ours.internal/' } })).toEqual([])
})

test.each([
  'example/confirmation-reminder',
  'Example/ours',
  'example@1/ours@2',
  'octocat/ours',
  'octo-org@1/octo-repo@2',
  'owner/name',
  'OWNER/REPO',
  'owner@123456/name@456789',
  'owner@id/name@id',
  'my-org/my-repo',
  'your-org@1/your-repo@2',
  'your-username/ours',
  'monalisa/ours',
])('the repository %s is an example', (repository) => {
  expect(examples({ github: { repository } })).toEqual(['github.repository'])
})

test.each(['T0EXAMPLE', 'T00000000', 'T11111111', 'T01234567', 'T12345678', 'T0XXXXXXX', 'TXXXXXXXX'])(
  'the ID %s of Slack is an example',
  (workspaceId) => {
    expect(examples({ slack: { ...own.slack, workspaceId } })).toEqual(['slack.workspaceId'])
    const channelId = workspaceId.replace('T', 'C')
    expect(examples({ slack: { ...own.slack, channelId } })).toEqual(['slack.channelId'])
  },
)

const read = (file: string) => readFileSync(join(__dirname, '..', '..', file), 'utf8')
const documentation = ['README.md', ...readdirSync(join(__dirname, '../../docs')).map((name) => `docs/${name}`)]
  .filter((file) => file.endsWith('.md'))
  .map(read)
  .join('\n')
const commands = [...documentation.matchAll(/^ *```(?:sh|console)\n([\s\S]*?)^ *```/gm)].join('\n')
/** What a person may copy from the documentation, by the setting that it would be copied to. */
const inDocumentation = {
  replyTo: [...documentation.matchAll(/[\w.+-]+@[\w-]+(?:\.[a-z][a-z-]*)+/gi)].map(([text]) => text),
  formUrl: [...commands.matchAll(/https:\/\/[^\s"'`]+/g)]
    .map(([text]) => text)
    .filter((text) => text !== 'https://token.actions.githubusercontent.com'),
  accountId: [...documentation.matchAll(/\b\d{12}\b/g)].map(([text]) => text),
  'github.repository': [...documentation.matchAll(/[`=]([\w-]+(?:@\w+)?\/[\w.-]+(?:@\w+)?)[`\s]/g)]
    .map(([, text = '']) => text)
    // Paths of this repository, and names of our resources.
    .filter(
      (text) => !/^(confirmation-reminder-|src\/)/.test(text) && !existsSync(join(__dirname, '../..', text, '..')),
    ),
}

test.each(Object.entries(inDocumentation))('every %s that the documentation shows is an example', (path, texts) => {
  expect(texts).not.toEqual([])
  for (const text of texts) {
    const changes = path === 'github.repository' ? { github: { repository: text } } : { [path]: text }
    expect([text, examples(changes)]).toEqual([text, [path]])
  }
  if (path === 'github.repository') expect(texts).toEqual(expect.arrayContaining(['owner/name']))
})

test.each([
  ['formUrl', 'https://www.ours.com/newsletter?ref=@test'],
  ['formUrl', 'https://medium.com/@example/post'],
  ['formUrl', 'https://www.ours.com/r?to=https://www.example.com/x'],
  ['formUrl', 'https://github.com/ours/site?from=example/'],
  ['owner', 'ask @test'],
  ['owner', 'us, or support@example.com'],
  ['owner', '<!subteam^S0123OURS>'],
  ['sender', 'Example GmbH <a@ours.com>'],
  ['replyTo', 'example.com@ours.com'],
])('the own %s %j is accepted', (path, value) => {
  expect(examples({ [path]: value })).toEqual([])
})

test('each name of a domain is an example in a reserved domain, and an own one is not', () => {
  const names = (domain: string) => ({
    domain: {
      ...{ zone: domain, api: `signup.${domain}`, mailFrom: `bounce.${domain}` },
      dmarcReports: `dmarc@${domain}`,
    },
  })
  const paths = ['zone', 'api', 'mailFrom', 'dmarcReports'].map((name) => `domain.${name}`)
  for (const reserved of ['example.com', 'mail.example.net', 'shop.test'])
    expect(examples(names(reserved))).toEqual(paths)
  expect(examples({ ...names('counterexample.com') })).toEqual([])
})

test('a value that only resembles an example is accepted', () => {
  expect(examples({})).toEqual([])
  for (const repository of ['owners-club/name', 'my-organic-shop/site', 'exampleco/owner']) {
    expect(examples({ github: { repository } })).toEqual([])
  }
  const resembling = {
    sender: 'The Examples <hello@counterexample.com>',
    replyTo: 'example@example.com.ours.internal',
    publicUrl: 'https://my-example.com/example/test',
    formUrl: 'https://test.ours.internal/example.com',
    runbookUrl: 'https://github.com/ours/example/blob/main/example.test',
    github: { repository: 'our-example/example.com' },
    accountId: '271828182845',
    stateBucket: 'our-example-state',
    owner: 'the team of examples',
    brand: {
      name: 'Examples & Sons',
      accent: '#1f5fbf',
      logo: 'https://our-example.com/example.png',
      postalAddress: 'Ours Ltd, 1 Exemplar Street, Dublin',
    },
  }
  expect(examples(resembling)).toEqual([])
})

test('an address in any reserved domain is an example, and no other address', () => {
  const label = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/)
  const domain = fc.constantFrom('example.com', 'example.net', 'example.org', 'example', 'test', 'invalid', 'localhost')
  fc.assert(
    fc.property(label, fc.array(label, { maxLength: 3 }), domain, (local, labels, reserved) => {
      expect(examples({ replyTo: `${local}@${[...labels, reserved].join('.')}` })).toEqual(['replyTo'])
      expect(examples({ replyTo: `${local}@${[...labels, reserved, 'internal'].join('.')}` })).toEqual([])
    }),
  )
})

const accountsWith = (changes: Partial<Settings>) => terraformOf('prod', changes).provider.aws[0]?.allowed_account_ids

test('Terraform accepts no account on AWS while any setting is an example, also if the settings name an account', () => {
  expect(accountsWith({})).toEqual([localAccountId])
  const last = { ...own, github: { repository: 'example/confirmation-reminder' }, accountId: '271828182845' }
  expect(accountsWith(last)).toEqual([localAccountId])
})

test('Terraform accepts the account of the settings, or any, once no setting is an example', () => {
  expect(accountsWith({ ...own, accountId: '271828182845' })).toEqual(['271828182845'])
  expect(accountsWith(own)).toBeUndefined()
})

test('what deploys is synthesised with --deploy', () => {
  expect(JSON.parse(read('infra/cdktf.json')).app).toBe('node --import tsx src/main.ts --deploy')
  expect(read('.github/workflows/deploy.yml')).toContain('- run: npm run synth -- --deploy\n')
})
