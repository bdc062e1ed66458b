import fc from 'fast-check'
import { checkSettings } from './check-settings.ts'
import { contrast } from './contrast.ts'
import { valuesIn } from './examples.ts'
import { keptAfterSeconds } from './keep-registration.ts'
import { registrationLifetimeSeconds } from './reminder-plan.ts'
import { settings as committed, type Settings } from './settings.ts'
import { checkedStages } from './synthesise.ts'
import { settings } from './test/settings.ts'
import { settings as settingsBefore } from './test/settings-before.ts'
import { runTimeoutSeconds } from './workflow.ts'

const prod = (changes: object) => ({ ...settings.prod, ...changes }) as Settings
const check = (changes: object) => () => checkSettings('prod', prod(changes))

test('the committed settings are complete, so that a fresh clone synthesises every stage', () => {
  expect(checkedStages(undefined, committed).map(([stage]) => stage)).toEqual(['dev', 'prod'])
})

test('if one stage is asked for, the others are not checked', () => {
  const broken = { ...settings, prod: prod({ sender: '' }) }
  expect(checkedStages('dev', broken)).toEqual([['dev', settings.dev]])
  expect(() => checkedStages('', broken)).toThrow('settings.prod.sender')
})

test('a stage that does not exist is refused with the ones that do', () => {
  expect(() => checkedStages('staging', settings)).toThrow(
    'There is no stage "staging": set STAGE to dev or prod, or leave it unset for all.',
  )
})

const { brand, slack, throttling } = settings.prod
test.each([
  ['slack.channelId', { slack: { ...slack, channelId: undefined } }],
  ['slack.channelId', { slack: { ...slack, channelId: '' } }],
  ['slack.channelId', { slack: undefined }],
  ['slack.workspaceId', { slack: { channelId: slack.channelId } }],
  ['reminders.0.secondsAfterPreviousMail', { reminders: [] }],
  ['reminders.0.secondsAfterPreviousMail', { reminders: undefined }],
  ['spreadSeconds', { spreadSeconds: undefined }],
  ['accountConcurrency', { accountConcurrency: undefined }],
  ['registrationsPerSourceAndHour', { registrationsPerSourceAndHour: undefined }],
  ['confirmBy', { confirmBy: undefined }],
  ['brand.name', { brand: { ...brand, name: undefined } }],
  ['brand.accent', { brand: undefined }],
  ['brand.postalAddress', { brand: { ...brand, postalAddress: '' } }],
  ['sender', { sender: undefined }],
  ['sender', { sender: '' }],
])('an unset %s stops the synth with its name and what to put there', (path, changes) => {
  expect(check(changes)).toThrow(new RegExp(`settings\\.prod\\.${path} is not set: put .+\\.`))
})

test.each([
  ['slack.channelId', { slack: { ...slack, channelId: '#alarms' } }],
  ['slack.channelId', { slack: { ...slack, channelId: 'T0EXAMPLE' } }],
  ['slack.workspaceId', { slack: { ...slack, workspaceId: 't0example' } }],
  ['brand.name', { brand: { ...brand, name: 'Two\nlines' } }],
  ['brand.name', { brand: { ...brand, name: 'Ours\r\nBcc: all@example.com' } }],
  ['brand.name', { brand: { ...brand, name: 'Ours\u2028' } }],
  ['brand.name', { brand: { ...brand, name: 'Ours \u202etxt.exe' } }],
  ['brand.name', { brand: { ...brand, name: '\ud83d' } }],
  ['brand.name', { brand: { ...brand, name: ' Ours' } }],
  ['brand.name', { brand: { ...brand, name: '${aws_sns_topic.notify.arn}' } }],
  ['brand.name', { brand: { ...brand, name: '%{ for x in y }' } }],
  ['brand.name', { brand: { ...brand, name: 'N'.repeat(61) } }],
  ['brand.accent', { brand: { ...brand, accent: 'blue' } }],
  ['brand.accent', { brand: { ...brand, accent: '#fff' } }],
  ['brand.accent', { brand: { ...brand, accent: '#1f5fbf;} body { display: none' } }],
  ['brand.logo', { brand: { ...brand, logo: 'http://ours.internal/logo.png' } }],
  ['brand.logo', { brand: { ...brand, logo: 'data:image/png;base64,AAAA' } }],
  ['brand.logo', { brand: { ...brand, logo: '' } }],
  ['brand.logo', { brand: { ...brand, logo: 'https://me@ours.internal/logo.png' } }],
  ['brand.logo', { brand: { ...brand, logo: 'https://ours.internal:99999/logo.png' } }],
  ['brand.postalAddress', { brand: { ...brand, postalAddress: '1 Our Street\nDublin' } }],
  ['brand.postalAddress', { brand: { ...brand, postalAddress: 'N'.repeat(201) } }],
  ['brand.privacyUrl', { brand: { ...brand, privacyUrl: 'javascript:alert(1)//https://ours.internal' } }],
  ['brand.supportUrl', { brand: { ...brand, supportUrl: 'https://ours.internal/"><b>' } }],
  ['brand.supportUrl', { brand: { ...brand, supportUrl: `https://ours.internal/${'long'.repeat(50)}` } }],
  ['brand', { brand: 'Ours' }],
  ['sender', { sender: 'hello' }],
  ['sender', { sender: 'Example <hello@example.com' }],
  ['sender', { sender: 'Example <hello@example.com>\r\nBcc: all@example.com' }],
  ['sender', { sender: 'Example (a comment to mail programs) <hello@example.com>' }],
  ['sender', { sender: '%{ for x in y } <hello@example.com>' }],
  ['replyTo', { replyTo: 'support@localhost' }],
  ['publicUrl', { publicUrl: 'http://example.com' }],
  ['publicUrl', { publicUrl: 'https://example.com/' }],
  ['formUrl', { formUrl: 'http://example.com/form' }],
  ['formUrl', { formUrl: 'javascript:alert(1)//https://example.com' }],
  ['formUrl', { formUrl: 'https://example.com/a form' }],
  ['formUrl', { formUrl: 'https://example.com/"><b>' }],
  ['formUrl', { formUrl: 'https://example.com/${form}' }],
  ['accountId', { accountId: '123' }],
  ['logDays', { logDays: 10 }],
  ['expectsSuccessEverySeconds', { expectsSuccessEverySeconds: 604_801 }],
  ['expectsSuccessEverySeconds', { expectsSuccessEverySeconds: -1 }],
  ['owner', { owner: 'us %{ for x in y }' }],
  ['stateBucket', { stateBucket: 's3://our-state' }],
  ['stateBucket', { stateBucket: 'our-state/dev' }],
  ['runbookUrl', { runbookUrl: 'https://example.com/runbook#start' }],
  ['runbookUrl', { runbookUrl: `https://example.com/${'long'.repeat(60)}` }],
  ['reminders.0.secondsAfterPreviousMail', { reminders: [{ secondsAfterPreviousMail: 0.5 }] }],
  [
    'reminders.1.secondsAfterPreviousMail',
    { reminders: [{ secondsAfterPreviousMail: 1 }, { secondsAfterPreviousMail: -1 }] },
  ],
  [
    'reminders.1.secondsAfterPreviousMail',
    { reminders: [{ secondsAfterPreviousMail: 1 }, { secondsAfterPreviousMail: 10_000_000 }] },
  ],
  ['reminders.0.words', { reminders: [{ secondsAfterPreviousMail: 1, words: 'urgent' }] }],
  ['quietHours', { quietHours: '21:00-08:00' }],
  ['quietHours', { quietHours: '21:00-08:00 Europe/Nowhere' }],
  ['spreadSeconds', { spreadSeconds: -1 }],
  ['spreadSeconds', { spreadSeconds: 0.5 }],
  ['withdrawalHoldDays', { withdrawalHoldDays: 0 }],
  ['confirmBy', { confirmBy: 'click' }],
  ['confirmBy', { confirmBy: 'sign|button' }],
  ['expectedRegistrationsPerDay', { expectedRegistrationsPerDay: 0.5 }],
  ['accountConcurrency', { accountConcurrency: 0 }],
  ['reservedConcurrency.register', { reservedConcurrency: { register: -1 } }],
  ['reservedConcurrency.reminder', { reservedConcurrency: { reminder: 0.5 } }],
  ['reservedConcurrency.feedback', { reservedConcurrency: { feedback: Number.NaN } }],
  ['registrationsPerSourceAndHour', { registrationsPerSourceAndHour: 0 }],
  ['registrationsPerSourceAndHour', { registrationsPerSourceAndHour: Infinity }],
  ['throttling.registrations.burst', { throttling: { ...settings.prod.throttling, registrations: { perSecond: 1 } } }],
  ['sesSandbox', { sesSandbox: 'no' }],
  ['sesSandbox', { sesSandbox: 0 }],
  ['deletionProtection', { deletionProtection: 'false' }],
  ['deletionProtection', { deletionProtection: undefined }],
  ['alarmStyle', { alarmStyle: 'loud' }],
  ['alarmStyle', { alarmStyle: undefined }],
  ['logDays', { logDays: '90' }],
  ['accountId', { accountId: 271_828_182_845 }],
  ['accountConcurrency', { accountConcurrency: '1000' }],
  ['reservedConcurrency.register', { reservedConcurrency: { register: '110', confirm: 50 } }],
  ['reservedConcurrency.register', { reservedConcurrency: { register: '' } }],
  ['reservedConcurrency.register', { reservedConcurrency: { register: null } }],
  ['reservedConcurrency', { reservedConcurrency: 110 }],
  ['reservedConcurrency', { reservedConcurrency: null }],
  ['reminders', { reminders: { 0: { secondsAfterPreviousMail: 1 } } }],
  ['reminders', { reminders: '86400' }],
  ['reminders.0.secondsAfterPreviousMail', { reminders: [{ secondsAfterPreviousMail: '86400' }] }],
  ['reminders.0.words', { reminders: [{ secondsAfterPreviousMail: 1, words: null }] }],
  ['formUrl', { formUrl: null }],
  ['github', { github: 'ours/name' }],
  ['github.repository', { github: false }],
  ['slack', { slack: 'C0123OURS' }],
])('a malformed %s is named', (path, changes) => {
  expect(check(changes)).toThrow(`settings.prod.${path} is `)
})

test('a text in place of a number or of true says that it is a text', () => {
  expect(check({ logDays: '90' })).toThrow('settings.prod.logDays is "90", a text: put a number of days')
  expect(check({ sesSandbox: 'no' })).toThrow('settings.prod.sesSandbox is "no", a text: put true, or leave it out.')
  expect(check({ logDays: 10 })).toThrow('settings.prod.logDays is 10: put')
  expect(check({ github: 'a/b' })).toThrow('settings.prod.github is "a/b": put an object with repository.')
})

test.each([
  ['reservedConcurrency.regster', { reservedConcurrency: { regster: 110 } }],
  ['quiteHours', { quiteHours: '21:00-08:00 Europe/Berlin' }],
  ['slack.channelID', { slack: { ...slack, channelID: 'C0123OURS' } }],
  ['github.repositry', { github: { repository: 'ours/name', repositry: 'ours/name' } }],
  [
    'throttling.registrations.rate',
    { throttling: { ...throttling, registrations: { ...throttling.registrations, rate: 1 } } },
  ],
  ['reminders.0.word', { reminders: [{ secondsAfterPreviousMail: 86_400, word: 'firstReminder' }] }],
  ['constructor', { constructor: 'x' }],
])('the unknown setting %s is refused', (path, changes) => {
  expect(check(changes)).toThrow(`settings.prod.${path} is not a setting: correct its name, or leave it out.`)
})

test('settings of an unknown stage are refused, and a stage without settings names what it needs', () => {
  const { dev, prod: ofProd } = settings
  const misspelt = { dev, prod: ofProd, prd: ofProd }
  expect(() => checkedStages('dev', misspelt)).toThrow('There is no stage "prd", and infra/src/settings.ts has')
  expect(() => checkedStages('', { dev } as typeof settings)).toThrow('settings.prod.sender is not set: put')
})

test('every setting has a rule: in place of any of them, a value of another type is refused by name', () => {
  const all = { ...settingsBefore.dev, accountConcurrency: 1_000 }
  expect(() => checkSettings('dev', all)).not.toThrow()
  for (const [path, value] of valuesIn(all)) {
    const wrong = [typeof value === 'string' ? 7 : `${value}`, typeof value === 'boolean' ? 1 : true, null, {}, []]
    for (const other of wrong) {
      const changed = structuredClone<unknown>(all)
      const names = path.split('.')
      const last = names.pop() ?? ''
      const parent = names.reduce((object, name) => Object(object)[name] as unknown, changed)
      Object.assign(Object(parent), { [last]: other })
      expect(() => checkSettings('dev', changed as Settings)).toThrow(`settings.dev.${path} is `)
    }
  }
})

test.each(['hello@example.com', 'Example <hello@example.com>', "Tom & Jo's Shop! <no-reply+x@mail.example.co.uk>"])(
  'the sender may be %s',
  (sender) => {
    expect(check({ sender })).not.toThrow()
  },
)

test.each([undefined, 'https://www.example.com', 'https://example.com:8443/form/?list=news&lang=de#email'])(
  'the form may be at %s',
  (formUrl) => {
    expect(check({ formUrl })).not.toThrow()
  },
)

test.each([
  'Käse & Söhne – „Genossenschaft“',
  '<script>alert("1")</script>',
  'شركة المثال',
  '👩‍👩‍👧 Family',
  '👩‍👩‍👧'.repeat(12),
  "Tom's $100 {shop}",
])('the brand may be called %s', (name) => {
  expect(check({ brand: { ...brand, name, postalAddress: name } })).not.toThrow()
})

test('a brand may have no logo and no links', () => {
  const { name, accent, postalAddress } = brand
  expect(check({ brand: { name, accent, postalAddress } })).not.toThrow()
})

test('an accent that text on buttons cannot be read on is refused with both colours, their contrast and a darker shade', () => {
  expect(check({ brand: { ...brand, accent: '#ffcc00' } })).toThrow(
    'settings.prod.brand.accent is "#ffcc00", and its contrast with #ffffff, the text on buttons in light and in dark, is ' +
      '1.51 : 1: put a darker colour, such as #8e7200, which has at least 4.5 : 1',
  )
  expect(check({ brand: { ...brand, accent: '#8e7200' } })).not.toThrow()
})

test('of any accents, those are accepted that have a contrast of 4.5 : 1, and each refusal names one of them', () => {
  const part = fc.integer({ min: 0, max: 255 })
  fc.assert(
    fc.property(fc.tuple(part, part, part), (parts) => {
      const accent = `#${parts.map((one) => one.toString(16).padStart(2, '0')).join('')}`
      const attempt = check({ brand: { ...brand, accent } })
      if (contrast(accent, '#ffffff') >= 4.5) return expect(attempt).not.toThrow()
      const [, darker] = /such as (#[\da-f]{6})/.exec(messageOf(attempt)) ?? []
      expect(check({ brand: { ...brand, accent: darker } })).not.toThrow()
    }),
  )
})

test.each([
  ['https://www.example.com', 'http://localhost:8080', 'http://127.0.0.1:3000', 'https://xn--mnchen-3ya.example:8443'],
  [],
])('pages may have the origins %j', (...origins: string[]) => {
  expect(check({ origins })).not.toThrow()
})

test.each([
  '',
  '*',
  'https://*',
  'https://*.example.com',
  'null',
  'www.example.com',
  '//www.example.com',
  'http://www.example.com',
  'http://localhost.example.com',
  'http://127.0.0.1.example.com',
  'ftp://localhost',
  'https://www.example.com/',
  'https://www.example.com/form',
  'https://www.example.com?',
  'https://www.example.com#',
  'https://WWW.example.com',
  'HTTPS://www.example.com',
  'https://www.example.com:443',
  'http://localhost:80',
  'https://www.example.com:0443',
  'https://www.example.com:99999',
  'https://user@www.example.com',
  'https://www.example.com@evil.example',
  'https://münchen.example',
  'https://www.example.com ',
  'https://www.example.com\n',
  'https://2130706433',
  'https://${aws_x.y}',
  '%{ for x in y }',
])('no page has the origin %j', (origin) => {
  expect(check({ origins: ['https://www.example.com', origin] })).toThrow('settings.prod.origins.1 is ')
})

test('a list of origins that is none is refused, and what to put there is an example of one', () => {
  expect(check({ origins: 'https://www.example.com' })).toThrow(
    'settings.prod.origins is "https://www.example.com": put a',
  )
  expect(check({ origins: ['x'] })).toThrow(
    'put the origin of a page as browsers send it, such as https://www.example.com',
  )
})

test.each([
  {},
  { withAddress: true },
  { webhook: 'https://hooks.example.com/customers?from=signup' },
  { withAddress: false, webhook: 'https://hooks.example.com:8443' },
  { webhook: 'http://localhost:9000/' },
  { webhook: 'http://127.0.0.1:9000/customers' },
])('events may be %j', (events) => {
  expect(check({ events })).not.toThrow()
})

test.each([
  '',
  'hooks.example.com',
  'http://hooks.example.com',
  'http://localhost.example.com',
  'http://localhost@hooks.example.com',
  'https://user:secret@hooks.example.com',
  'https://hooks.example.com/ customers',
  'https://hooks.example.com/${aws_iam_role.role.arn}',
  'http://localhost:9000/${aws_iam_role.role.arn}',
  'http://localhost:99999/',
  `https://hooks.example.com/${'x'.repeat(200)}`,
  `http://localhost/${'x'.repeat(200)}`,
])('no webhook is %j', (webhook) => {
  expect(check({ events: { webhook } })).toThrow('settings.prod.events.webhook is ')
})

test('what else stands in events is refused', () => {
  expect(check({ events: { withAddress: 'yes' } })).toThrow(
    'settings.prod.events.withAddress is "yes", a text: put true',
  )
  expect(check({ events: { secret: 'x' } })).toThrow('settings.prod.events.secret is not a setting')
})

test.each([
  [{}],
  [{ plan: { maxLength: 40 } }],
  [{ plan: { maxLength: 300 }, utm_source: { maxLength: 50 }, firstName2: { maxLength: 50 } }],
])('the attributes may be %j', (attributes) => {
  expect(check({ attributes })).not.toThrow()
})

test.each([
  ...[
    'email',
    'locale',
    'returnTo',
    'altcha',
    'token',
    'homepage',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
  ],
  ...['Plan', '1st', 'first-name', 'first name', 'größe', 'n'.repeat(31), '', '${plan}'],
])('no attribute is called %j', (name) => {
  const attributes = JSON.parse(`{${JSON.stringify(name)}:{"maxLength":40}}`)
  expect(check({ attributes })).toThrow(`settings.prod.attributes.${name} is `)
})

test.each([0, -1, 0.5, 1_000, '40', null])('the length of an attribute is not %j', (maxLength) => {
  expect(check({ attributes: { plan: { maxLength } } })).toThrow('settings.prod.attributes.plan.maxLength is ')
})

test('attributes fit into a request together, and are an object', () => {
  expect(check({ attributes: { a: { maxLength: 300 }, b: { maxLength: 101 } } })).toThrow(
    'settings.prod.attributes has 2 names with 401 characters in all: put at most 10 names and 400 characters',
  )
  const eleven = Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`a${n}`, { maxLength: 1 }]))
  expect(check({ attributes: eleven })).toThrow('attributes has 11 names')
  expect(check({ attributes: ['plan'] })).toThrow('settings.prod.attributes is a list: put an object such as')
  expect(check({ attributes: { plan: 40 } })).toThrow('settings.prod.attributes.plan.maxLength is not set')
})

const page = 'https://www.example.com/welcome'
test.each([
  ...[{}, { registered: page }, { confirmed: page, withdrawn: page, brokenLink: page, returnOrigins: [] }],
  ...[page, 'https://www.example.com', 'https://www.example.com:8443/a/{locale}/b?lang={locale}#{locale}'].map(
    (confirmed) => ({ confirmed }),
  ),
  ...['https://www.example.com/{locale}', 'https://www.example.com?l={locale}', 'http://localhost:8080/{locale}'].map(
    (brokenLink) => ({ brokenLink }),
  ),
  { returnOrigins: ['https://www.example.com', 'http://localhost:8080'] },
])('the stage’s own pages may be %j', (pages) => {
  expect(check({ pages })).not.toThrow()
})

test.each([
  ...[
    '',
    'www.example.com/welcome',
    '/welcome',
    '//www.example.com/welcome',
    'http://www.example.com/',
    'ftp://www.example.com/',
  ],
  ...[
    'javascript:alert(1)',
    'data:text/html,x',
    'https://user@www.example.com/',
    'https://user:x@www.example.com/',
    'https:/x',
    'https://',
  ],
  ...[
    'https://{locale}.example.com/',
    'https://www.example.com{locale}',
    'https://www.example.com:{locale}/',
    '{locale}://www.example.com/',
  ],
  ...[
    'https://www.example.com/{lang}',
    'https://www.example.com/{locale',
    'https://www.example.com/{{locale}}',
    'https://www.example.com/{Locale}',
  ],
  ...[
    'https://www.example.com/${locale}',
    'https://www.example.com/%{locale}',
    'https://www.example.com/a b',
    'https://www.example.com/a\\b',
  ],
  ...[
    'https://www.example.com/\n',
    'https://www.exämple.com/',
    `https://www.example.com/${'x'.repeat(200)}`,
    'http://localhost.example.com/',
  ],
])('no page of the stage’s own is at %j', (confirmed) => {
  expect(check({ pages: { confirmed } })).toThrow('settings.prod.pages.confirmed is ')
})

test('pages are an object, their origins a list of origins, and a misspelt one is named', () => {
  expect(check({ pages: page })).toThrow(`settings.prod.pages is "${page}": put an object with registered, confirmed,`)
  expect(check({ pages: { returnOrigins: page } })).toThrow('settings.prod.pages.returnOrigins is "https')
  expect(check({ pages: { returnOrigins: ['https://*.example.com'] } })).toThrow(
    'settings.prod.pages.returnOrigins.0 is ',
  )
  expect(check({ pages: { returnOrigins: [`${page}/`] } })).toThrow('put the origin of a page as browsers send it')
  expect(check({ pages: { confirmd: page } })).toThrow('settings.prod.pages.confirmd is not a setting')
})

test('what functions know of brand, pages and attributes fits into the environment of a function', () => {
  const longest = `https://www.example.com/${'x'.repeat(170)}`
  const links = { logo: longest, privacyUrl: longest, supportUrl: longest }
  const own = { registered: longest, confirmed: longest, withdrawn: longest, brokenLink: longest }
  expect(check({ brand: { ...brand, ...links }, pages: own })).not.toThrow()
  const returnOrigins = Array.from({ length: 60 }, (_, n) => `https://www-${n}.example.com`)
  expect(check({ brand: { ...brand, ...links }, pages: { ...own, returnOrigins } })).toThrow(
    /^The stage prod cannot be synthesised\. .*\nsettings\.prod\.brand, formUrl, attributes and pages have \d+ bytes together: shorten .* to 3072 bytes/,
  )
})

test('a proof of work has an effort', () => {
  for (const effort of [1, 1_000, 50_000]) expect(check({ proofOfWork: { effort } })).not.toThrow()
  for (const effort of [0, -1, 0.5, 50_001, '1000', null]) {
    expect(check({ proofOfWork: { effort } })).toThrow('settings.prod.proofOfWork.effort is ')
  }
  expect(check({ proofOfWork: true })).toThrow('settings.prod.proofOfWork is true: put an object with effort.')
})

test.each(['sign', 'button'])('%s may confirm', (confirmBy) => {
  expect(check({ confirmBy })).not.toThrow()
})

test.each([1, 86_400, 604_800, undefined])('success may be expected every %s seconds', (expectsSuccessEverySeconds) => {
  expect(check({ expectsSuccessEverySeconds })).not.toThrow()
})

test.each([
  'owner/name',
  'Owner-1/Name_2.x',
  'o_emu/.github',
  'owner@1/name@2',
  'owner@123456/name.js@456789',
  undefined,
])('the roles may trust the repository %s', (repository) => {
  expect(check({ github: repository && { repository } })).not.toThrow()
})

test.each([
  '',
  undefined,
  'owner',
  'owner/*',
  '*/name',
  'owner/na?e',
  'owner@*/name@*',
  'owner@1/name',
  'owner/name@2',
  'owner@/name@',
  'owner@01/name@2',
  'owner@1/name@0',
  'owner@1@2/name@3',
  'owner@one/name@two',
  'owner/name/other',
  'owner//name',
  '/name',
  'owner/',
  'owner/.',
  'owner/..',
  'owner@1/..@2',
  'owner /name',
  'owner/name ',
  'owner/name\n',
  'owner/name:ref:refs/heads/main',
  'owner/name:environment:prod',
  'repo:owner/name',
  'https://github.com/owner/name',
  '${aws:username}/name',
  'öwner/name',
])('the roles may not trust the repository %j', (repository) => {
  expect(check({ github: { repository } })).toThrow('settings.prod.github.repository is ')
})

test('any text in place of a repository is one repository of one owner, or is refused', () => {
  const character = fc.constantFrom(...'aB0_-./@:*?# \n$')
  fc.assert(
    fc.property(fc.string({ unit: character, maxLength: 12 }), (text) => {
      const [, ownerId = '', name = '', nameId = ''] = /^[\w-]+((?:@\d+)?)\/([\w.-]+?)((?:@\d+)?)$/.exec(text) ?? []
      const zeros = [ownerId, nameId].some((id) => id.startsWith('@0'))
      const ok = name !== '' && !['.', '..'].includes(name) && Boolean(ownerId) === Boolean(nameId) && !zeros
      if (ok) expect(check({ github: { repository: text } })).not.toThrow()
      else expect(check({ github: { repository: text } })).toThrow('settings.prod.github.repository is ')
    }),
    { numRuns: 2000 },
  )
})

const threeReminders = [
  { secondsAfterPreviousMail: 86_400 },
  { secondsAfterPreviousMail: 86_400 },
  { secondsAfterPreviousMail: 86_400 },
]

test('a plan may have several reminders, each with its words, by day and by night', () => {
  const reminders = [{ secondsAfterPreviousMail: 86_400, words: 'firstReminder' }, { secondsAfterPreviousMail: 1 }]
  expect(check({ reminders, expiresDaysAfterReminder: 7 })).not.toThrow()
  expect(check({ quietHours: undefined, spreadSeconds: 0 })).not.toThrow()
})

test('a spread ends before the next night, so that no reminder is delayed for ever', () => {
  expect(check({ quietHours: '21:00-08:00 Europe/Berlin', spreadSeconds: 13 * 3600 - 1 })).not.toThrow()
  expect(check({ quietHours: '21:00-08:00 Europe/Berlin', spreadSeconds: 13 * 3600 })).toThrow(
    'settings.prod.spreadSeconds is 46800: put at most 46799, so that',
  )
})

test('a registration outlives its run by a day for a redrive: too few days are refused with how many are enough', () => {
  const attempt = check({ reminders: threeReminders, expiresDaysAfterReminder: 2 })
  expect(attempt).toThrow(/settings\.prod\.expiresDaysAfterReminder is 2: put at least \d+, so that/)
  const [, enough] = /put at least (\d+)/.exec(messageOf(attempt)) ?? []
  expect(check({ reminders: threeReminders, expiresDaysAfterReminder: Number(enough) })).not.toThrow()
  expect(check({ reminders: threeReminders, expiresDaysAfterReminder: Number(enough) - 1 })).toThrow('put at least')
  const least = { ...settings.prod, reminders: threeReminders, expiresDaysAfterReminder: Number(enough) }
  expect(registrationLifetimeSeconds(least) - runTimeoutSeconds(least)).toBeGreaterThanOrEqual(86_400)
})

test("by any settings a registration outlives a run of the article's plan, which carries no lifetime", () => {
  const shortest = { reminders: [{ secondsAfterPreviousMail: 1 }], quietHours: '', spreadSeconds: 0 }
  expect(check({ ...shortest, expiresDaysAfterReminder: 3 })).toThrow('put at least 4')
  expect(check({ ...shortest, expiresDaysAfterReminder: 4 })).not.toThrow()
  const lifetime = registrationLifetimeSeconds({ ...shortest, expiresDaysAfterReminder: 4 })
  const ofArticle = { reminders: [{ secondsAfterPreviousMail: keptAfterSeconds }], spreadSeconds: 0 }
  expect([lifetime, runTimeoutSeconds(ofArticle)]).toEqual([96 * 3600 + 1, 76 * 3600])
})

test("prod is never in SES's sandbox; dev may be", () => {
  expect(check({ sesSandbox: true })).toThrow('settings.prod.sesSandbox is true: leave it out, and request')
  for (const sesSandbox of [false, undefined]) expect(check({ sesSandbox })).not.toThrow()
  expect(() => checkSettings('dev', { ...settings.dev, sesSandbox: true })).not.toThrow()
})

const domain = { zone: 'example.com', api: 'signup.example.com', mailFrom: 'bounce.example.com' }
const names = (changes: object, more: object = {}) =>
  check({ publicUrl: '', domain: { ...domain, ...changes }, ...more })

test.each([
  [{}],
  [{ api: 'example.com' }],
  [{ api: 'a.b.example.com', mailFrom: 'a.b.example.com' }],
  [{ dmarc: 'quarantine', dmarcReports: 'dmarc@reports.example.net' }],
  [{ dmarc: 'unmanaged' }],
  [{ dkimZone: 'dkim.eu-west-1.amazonses.com' }],
])('a stage may have the names %j', (changes) => {
  expect(names(changes)).not.toThrow()
})

test('names may be in a zone above the domain of the sender, whose case does not count', () => {
  const mailFrom = 'bounce.mail.example.com'
  expect(names({ mailFrom }, { sender: 'hello@Mail.Example.COM' })).not.toThrow()
})

test.each([
  ['zone', 'com'],
  ['zone', 'example.com.'],
  ['zone', 'Example.com'],
  ['zone', undefined],
  ['api', 'https://signup.example.com'],
  ['api', 'signup.example.com/'],
  ['api', '*.example.com'],
  ['api', '-x.example.com'],
  ['api', 'x_y.example.com'],
  ['api', '203.0.113.7'],
  ['api', `${'a'.repeat(64)}.example.com`],
  ['mailFrom', 'bounce@example.com'],
  ['mailFrom', '${x}.example.com'],
  ['mailFrom', ''],
  ['dmarc', 'p=none'],
  ['dmarc', ''],
  ['dmarcReports', 'mailto:dmarc@example.com'],
  ['dmarcReports', 'dmarc@example.com; p=reject'],
  ['dkimZone', 'dkim.example.com'],
])('a malformed domain.%s %j is named', (name, value) => {
  expect(names({ [name]: value })).toThrow(`settings.prod.domain.${name} is `)
})

test.each<[object, object, string]>([
  [{ api: 'signup.example.net' }, {}, 'domain.api is signup.example.net: put a host name in the zone example.com.'],
  [{ api: 'counterexample.com' }, {}, 'domain.api is counterexample.com: put a host name in the zone'],
  [{ api: `${'a.'.repeat(27)}example.com` }, {}, 'domain.api has 65 characters: put at most 64'],
  [{}, { sender: 'hello@example.net' }, 'domain.zone is example.com, which example.net of the sender is not in: put'],
  [{ zone: 'signup.example.com' }, {}, 'leave domain out, and create the records by hand (docs/deploy.md).'],
  [
    { mailFrom: 'example.com' },
    {},
    "domain.mailFrom is example.com: put a host name below the sender's domain, such as bounce.example.com.",
  ],
  [{ mailFrom: 'bounce.example.net' }, {}, 'domain.mailFrom is bounce.example.net: put'],
  [{}, { sender: 'hello@mail.example.com' }, 'domain.mailFrom is bounce.example.com: put a host name below'],
  [
    {},
    { publicUrl: 'https://links.example.com' },
    'publicUrl is https://links.example.com, and links begin with domain.api, https://signup.example.com: leave publicUrl out.',
  ],
  [{ dmarc: 'unmanaged', dmarcReports: 'dmarc@example.com' }, {}, 'domain.dmarcReports has no effect if'],
])('the names %j with %j are refused', (changes, more, message) => {
  expect(names(changes, more)).toThrow(`settings.prod.`)
  expect(names(changes, more)).toThrow(message)
})

test('a public URL that says what the domain says is accepted', () => {
  expect(names({}, { publicUrl: 'https://signup.example.com' })).not.toThrow()
})

test('any text in place of a host name is one name of at least two labels in lower case, or is refused', () => {
  const character = fc.constantFrom(...'aB0-._/: \n$')
  fc.assert(
    fc.property(fc.string({ unit: character, maxLength: 10 }), (label) => {
      const api = `${label}.example.com`
      const ok = label.split('.').every((each) => /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(each)) && !label.includes('\n')
      if (ok) expect(names({ api })).not.toThrow()
      else expect(names({ api })).toThrow('settings.prod.domain.api is ')
    }),
    { numRuns: 2000 },
  )
})

const refused = (least: number) => `below its minimum value of [${least}].`

test.each([
  [10, { register: 0 }],
  [10, undefined],
  [100, { register: 0, reminder: 0 }],
  [101, { register: 1 }],
  [1000, { register: 500, confirm: 300, withdraw: 100 }],
])('an account of %s holds the reservations %j', (accountConcurrency, reservedConcurrency) => {
  expect(check({ accountConcurrency, reservedConcurrency })).not.toThrow()
})

test.each([
  [10, { register: 1 }, 'reserve at most 0, or ask AWS for 101 concurrent executions', refused(10)],
  [50, { register: 5 }, 'reserve at most 0, or ask AWS for 105 concurrent executions', refused(50)],
  [100, { register: 1 }, 'reserve at most 0, or ask AWS for 101 concurrent executions', refused(100)],
  [101, { register: 1, confirm: 1 }, 'reserve at most 1, or ask AWS for 102 concurrent executions', refused(100)],
  [1000, { register: 901 }, 'reserve at most 900, or ask AWS for 1001 concurrent executions', refused(100)],
])('an account of %s does not hold the reservations %j', (accountConcurrency, reservedConcurrency, advice, answer) => {
  const attempt = check({ accountConcurrency, reservedConcurrency })
  expect(attempt).toThrow('settings.prod.reservedConcurrency adds up to')
  expect(attempt).toThrow(advice)
  expect(attempt).toThrow(answer)
})

test('dev and prod reserve no more than their accounts have, and dev fits a new account', () => {
  expect(settings.dev.accountConcurrency).toBe(10)
  for (const [stage, one] of checkedStages(undefined, settings)) expect(() => checkSettings(stage, one)).not.toThrow()
})

function messageOf(attempt: () => unknown): string {
  try {
    attempt()
    return ''
  } catch (error) {
    return (error as Error).message
  }
}

test('every fault is reported at once', () => {
  const attempt = check({ sender: '', slack: { workspaceId: '', channelId: '' } })
  for (const path of ['sender', 'slack.workspaceId', 'slack.channelId']) {
    expect(attempt).toThrow(`settings.prod.${path} is not set`)
  }
})

test('any value in place of an ID is an ID or is refused', () => {
  fc.assert(
    fc.property(fc.anything(), (channelId) => {
      const ok = typeof channelId === 'string' && /^[CG][A-Z0-9]{6,}$/.test(channelId)
      if (ok) expect(check({ slack: { ...slack, channelId } })).not.toThrow()
      else expect(check({ slack: { ...slack, channelId } })).toThrow('settings.prod.slack.channelId')
    }),
  )
})
