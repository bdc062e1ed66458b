import { onAccent } from '@confirmation-reminder/contracts/brand'
import { neededToReserve, reservable, reservationRefused } from '@confirmation-reminder/contracts/concurrency'
import { ConfirmBy, functionNames } from '@confirmation-reminder/contracts/functions'
import { ReminderWords } from '@confirmation-reminder/contracts/payload'
import { parseQuietHours } from '@confirmation-reminder/contracts/quiet-hours'
import { attributeLimits, attributeNames, isAttributeName } from '@confirmation-reminder/contracts/registration-fields'
import type { Stage } from '@confirmation-reminder/contracts/stages'
import { contrast, darkened, leastContrast } from './contrast.ts'
import { examplesIn, valuesIn } from './examples.ts'
import { domainOf, hostName, isBelow, isIn } from './host-name.ts'
import { quietSeconds, registrationLifetimeSeconds } from './reminder-plan.ts'
import type { Domain, Settings } from './settings.ts'
import { runTimeoutSeconds } from './workflow.ts'

const address = String.raw`[\w.+-]+@(?:[a-z0-9-]+\.)+[a-z]{2,}`
const mailbox = new RegExp(String.raw`^(?:[\w&'+! -]+ <${address}>|${address})$`, 'i')
const positive = /^[1-9]\d*$/

/** Which values a setting may have, and what to put there. TypeScript's types are no such check: tsx removes them. */
type Rule = [accepts: (value: unknown) => boolean, whatToPut: string]

type Pattern = Pick<RegExp, 'test'>
const text = (pattern: Pattern) => (value: unknown) => typeof value === 'string' && pattern.test(value)
const number = (pattern: Pattern) => (value: unknown) => typeof value === 'number' && pattern.test(String(value))
const oneOf = (choices: readonly string[]) => (value: unknown) => choices.some((choice) => choice === value)
const boolean = (value: unknown) => typeof value === 'boolean'
const optional = (accepts: Rule[0]) => (value: unknown) => value === undefined || accepts(value)

/**
 * Words that people read: one line without characters that no one sees or that turn the direction of other text, and without
 * what Terraform would replace.
 */
const line = (most: number) =>
  text({
    test: (words) =>
      [...words].length <= most &&
      words.trim() === words &&
      words !== '' &&
      !/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\ufeff]|[$%]\{/u.test(words),
  })
const httpsUrl = text({
  test: (url) =>
    url.length <= 200 && /^https:\/\/[\w.-]+(:\d+)?([/?#][\w.~:/?#@!$&'()*+,;=%-]*)?$/.test(url) && URL.canParse(url),
})

/** For every setting but those whose number is not fixed. */
const rules: Record<string, Rule> = {
  region: [text(/^[a-z]{2}(-[a-z]+)+-\d$/), 'an AWS Region, such as eu-west-1'],
  accountId: [optional(text(/^(\d{12})?$/)), 'the 12 digits of the AWS account, or leave it out'],
  quietHours: [
    optional(text({ test: (hours) => hours === '' || parseQuietHours(hours) !== undefined })),
    'two different times and a time zone, such as 21:00-08:00 Europe/Berlin, or leave it out',
  ],
  spreadSeconds: [number(/^\d+$/), 'a whole number of seconds, or 0 to send each reminder when it is due'],
  expiresDaysAfterReminder: [number(positive), 'a whole number of days, such as 7'],
  withdrawalHoldDays: [number(positive), 'a whole number of days, such as 30'],
  confirmBy: [oneOf(ConfirmBy.options), ConfirmBy.options.join(' or ')],
  'brand.name': [line(60), 'what people know your service as, in one line of at most 60 characters'],
  'brand.accent': [text(/^#[\da-f]{6}$/i), 'the colour of buttons, such as #1f5fbf'],
  'brand.logo': [optional(httpsUrl), 'the https URL of an image, at most 200 characters long, or leave it out'],
  'brand.postalAddress': [line(200), 'your name and postal address in one line of at most 200 characters'],
  'brand.privacyUrl': [
    optional(httpsUrl),
    'the https URL of your privacy policy, at most 200 characters long, or leave it out',
  ],
  'brand.supportUrl': [
    optional(httpsUrl),
    'the https URL of a page that helps, at most 200 characters long, or leave it out',
  ],
  sender: [text(mailbox), 'the mailbox that mails come from, such as Example <hello@example.com>, in ASCII'],
  replyTo: [text(mailbox), 'the mailbox that receives answers, such as support@example.com, in ASCII'],
  sesSandbox: [optional(boolean), 'true, or leave it out'],
  publicUrl: [optional(text(/^(https:\/\/[\w.:/-]*\w)?$/)), 'an https URL without a slash at the end, or leave it out'],
  formUrl: [
    optional(text(/^(https:\/\/[\w.-]+(:\d+)?([/?#][\w.~:/?#@!$&'()*+,;=%-]*)?)?$/)),
    'the https URL of the form, or leave it out',
  ],
  'slack.workspaceId': [
    text(/^T[A-Z0-9]{6,}$/),
    'the ID of the Slack workspace, which begins with T: it stands in the address of Slack in a browser, app.slack.com/client/T…',
  ],
  'slack.channelId': [
    text(/^[CG][A-Z0-9]{6,}$/),
    "the ID of the Slack channel, which begins with C or G: it stands at the foot of the channel's details in Slack",
  ],
  alarmStyle: [oneOf(['article', 'quiet']), 'article or quiet'],
  expectsSuccessEverySeconds: [
    optional(number(/^([1-9]\d{0,4}|[1-5]\d{5}|60[0-3]\d{3}|604[0-7]\d{2}|604800)$/)),
    'a whole number of seconds, at most 604800 for seven days, or leave it out',
  ],
  owner: [
    text(/^[\w .,:#@<>!^|&'-]{1,80}$/),
    'a name of at most 80 characters, or a mention such as <!subteam^S0EXAMPLE>',
  ],
  // It stands in every alarm's description, of which CloudWatch takes 1,024 characters.
  runbookUrl: [
    text(/^https:\/\/[\w.:/-]{1,250}\w$/),
    'the https URL of docs/runbook.md, without a fragment, at most 259 characters long',
  ],
  logDays: [
    number(/^(1|3|5|7|14|30|60|90|120|150|180|365|400|545|731|1096|1827|2192|2557|2922|3288|3653)$/),
    'a number of days that CloudWatch Logs offers, such as 14 or 90',
  ],
  'throttling.registrations.perSecond': [number(positive), 'a whole number of requests per second'],
  'throttling.registrations.burst': [number(positive), 'a whole number of requests'],
  'throttling.otherRoutes.perSecond': [number(positive), 'a whole number of requests per second'],
  'throttling.otherRoutes.burst': [number(positive), 'a whole number of requests'],
  accountConcurrency: [number(positive), 'what `aws lambda get-account-settings` says, such as 10 or 1000'],
  registrationsPerSourceAndHour: [number(positive), 'a whole number of registrations, such as 20'],
  expectedRegistrationsPerDay: [number(positive), 'a whole number of registrations, such as 10000'],
  stateBucket: [
    optional(text(/^([a-z0-9][a-z0-9-]{1,61}[a-z0-9])?$/)),
    'the name of a bucket, without s3://, or leave it out',
  ],
  deletionProtection: [boolean, 'true or false'],
}

/** The machine of a developer has no certificate. */
const isLocal = (url: string) =>
  url.length <= 200 &&
  URL.canParse(url) &&
  /^http:\/\/(localhost|127\.0\.0\.1)(:\d+)?(\/[\w.~:/?@!$&'()*+,;=%-]*)?$/.test(url)
const httpsOrLocal = (url: unknown) => httpsUrl(url) || text({ test: isLocal })(url)

/** The URL of a page of the stage's own. `{locale}` stands behind its host, which is the same in each language. */
function isOwnPage(url: string): boolean {
  const [, origin = '', rest = ''] = /^(\w+:\/\/[^/?#]*)(.*)$/.exec(url) ?? []
  const inEnglish = origin + rest.replaceAll('{locale}', 'en')
  return !/[$%]\{/.test(url) && httpsOrLocal(inEnglish)
}
const ownPage: Rule = [
  optional(text({ test: isOwnPage })),
  'the https URL of a page, at most 200 characters long, in which {locale} may stand after the host, or leave it out; http only ' +
    'for localhost',
]

/** If a stage has pages of its own. */
function pageRules({ pages }: Partial<Settings>): Record<string, Rule> {
  if (pages === undefined) return {}
  return {
    'pages.registered': ownPage,
    'pages.confirmed': ownPage,
    'pages.withdrawn': ownPage,
    'pages.brokenLink': ownPage,
    ...originRules('pages.returnOrigins', Object(pages).returnOrigins),
  }
}

/** If a stage asks for a proof of work. */
function proofRules({ proofOfWork }: Partial<Settings>): Record<string, Rule> {
  if (proofOfWork === undefined) return {}
  return {
    'proofOfWork.effort': [
      number(/^([1-9]\d{0,3}|[1-4]\d{4}|50000)$/),
      'a whole number of keys, at most 50000, such as 1000',
    ],
  }
}

/** If a stage says more about its events. */
function eventRules({ events }: Partial<Settings>): Record<string, Rule> {
  if (events === undefined) return {}
  return {
    'events.withAddress': [optional(boolean), 'true, or leave it out'],
    'events.webhook': [
      optional(httpsOrLocal),
      'the https URL that takes the events, at most 200 characters long, or leave it out; http only for localhost',
    ],
  }
}

const repositoryName = String.raw`(?!\.{1,2}(?:@|$))[\w.-]+`
const id = String.raw`@[1-9]\d*`

/** If roles trust a repository, exactly one: no wildcard, and nothing that could end its part of a subject. With ids it has both. */
function githubRules({ github }: Partial<Settings>): Record<string, Rule> {
  if (github === undefined) return {}
  return {
    'github.repository': [
      text(new RegExp(`^[\\w-]+(/${repositoryName}|${id}/${repositoryName}${id})$`)),
      'owner/name as GitHub spells them, or owner@id/name@id if its OIDC subjects have ids (docs/shipping.md), or leave github out',
    ],
  }
}

/** The same for each function. */
const dmarcPolicies = ['none', 'quarantine', 'reject', 'unmanaged'] as const satisfies NonNullable<Domain['dmarc']>[]

/** If a stage has names of its own: host names, as DNS has them. */
function domainRules({ domain }: Partial<Settings>): Record<string, Rule> {
  if (domain === undefined) return {}
  const host = (what: string): Rule => [text(hostName), `${what}, in lower case and without a dot at the end`]
  return {
    'domain.zone': host('the name of the hosted zone, such as example.com'),
    'domain.api': host('the host name of the API, such as signup.example.com'),
    'domain.mailFrom': host('the host name in the envelope of mails, such as bounce.example.com'),
    'domain.dmarc': [optional(oneOf(dmarcPolicies)), `${dmarcPolicies.join(', ')}, or leave it out`],
    'domain.dmarcReports': [
      optional(text(new RegExp(`^${address}$`, 'i'))),
      'the address that gets reports on DMARC, such as dmarc@example.com, or leave it out',
    ],
    'domain.dkimZone': [
      optional(text({ test: (host) => hostName.test(host) && isBelow(host, 'amazonses.com') })),
      'what SES names as SigningHostedZone, such as dkim.amazonses.com, or leave it out',
    ],
  }
}

const reservationRules = Object.fromEntries(
  functionNames.map((name): [string, Rule] => [
    `reservedConcurrency.${name}`,
    [optional(number(/^\d+$/)), 'a whole number of executions, or leave it out'],
  ]),
)

/** The origin of a page, exactly as browsers send it: API Gateway compares texts. */
function isOrigin(text: string): boolean {
  if (!/^(https:\/\/[\w.-]+|http:\/\/(localhost|127\.0\.0\.1))(:\d+)?$/.test(text) || !URL.canParse(text)) return false
  return new URL(text).origin === text
}

const originRule: Rule = [
  text({ test: isOrigin }),
  'the origin of a page as browsers send it, such as https://www.example.com: https (or http for localhost), the host ' +
    'in lower case and in ASCII, the port if it is not the usual one, and no path or slash',
]

/** A list of origins, and the same for each of them. */
function originRules(path: string, origins: unknown): Record<string, Rule> {
  const each = Array.isArray(origins) ? Object.keys(origins).map((index) => [`${path}.${index}`, originRule]) : []
  return { [path]: [optional(Array.isArray), 'a list of origins, or leave it out'], ...Object.fromEntries(each) }
}

const maxLength: Rule = [
  number(/^[1-9]\d{0,2}$/),
  `a whole number of characters, at most ${attributeLimits.maxLengthInAll}, such as 40`,
]
const attributeName: Rule = [() => false, `another name: names of attributes ${attributeNames}`]

/** The same for each attribute, if its name may be one. */
function attributeRules({ attributes }: Partial<Settings>): Record<string, Rule> {
  const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value)
  const names = isObject(attributes) ? Object.keys(attributes ?? {}) : []
  return Object.fromEntries([
    ['attributes', [optional(isObject), 'an object such as { plan: { maxLength: 40 } }, or leave it out']],
    ...names.map((name): [string, Rule] =>
      isAttributeName(name) ? [`attributes.${name}.maxLength`, maxLength] : [`attributes.${name}`, attributeName],
    ),
  ])
}

/** The same for each reminder of a plan, which has at least one. */
function reminderRules({ reminders }: Partial<Settings>): Record<string, Rule> {
  const numbers = Array.from({ length: Math.max(1, reminders?.length ?? 0) }, (_, index) => index)
  return Object.fromEntries([
    ['reminders', [optional(Array.isArray), 'a list of reminders']],
    ...numbers.flatMap((index): [string, Rule][] => [
      [`reminders.${index}.secondsAfterPreviousMail`, secondsAfterPreviousMail],
      [`reminders.${index}.words`, words],
    ]),
  ])
}

// Step Functions ends a run after a year: three such reminders fit in.
const secondsAfterPreviousMail: Rule = [
  number(/^[1-9]\d{0,6}$/),
  'a whole number of seconds, at most 9999999, such as 86400 for a day',
]
const words: Rule = [
  optional(oneOf(ReminderWords.options)),
  `one of ${ReminderWords.options.join(', ')}, or leave it out`,
]

const allRules = (settings: Settings) => ({
  ...rules,
  ...reservationRules,
  ...domainRules(settings),
  ...eventRules(settings),
  ...githubRules(settings),
  ...reminderRules(settings),
  ...originRules('origins', settings.origins),
  ...attributeRules(settings),
  ...pageRules(settings),
  ...proofRules(settings),
})

/**
 * The settings of a stage, if Terraform can work with them.
 * @throws Error that names each setting at fault and says what to put there.
 */
export function checkSettings(stage: Stage, settings: Settings): Settings {
  const faults = faultsOf(stage, settings)
  if (faults.length === 0) return settings
  throw new Error(`The stage ${stage} cannot be synthesised. In infra/src/settings.ts:\n${faults.join('\n')}`)
}

/**
 * A sentence for each setting of a stage that Terraform cannot work with: which it is, and what to put there. It begins with
 * `settings.<stage>.<path> `.
 */
export function faultsOf(stage: Stage, settings: Settings): string[] {
  const malformed = malformedIn(stage, settings)
  return malformed.length > 0 ? malformed : contradictions(stage, settings).map((fault) => `settings.${stage}.${fault}`)
}

/** Those about a single setting: they are wrong with any others. */
export const malformedIn = (stage: Stage, settings: Settings): string[] =>
  [...wrongValues(settings), ...unknownNames(settings)].map((fault) => `settings.${stage}.${fault}`)

/** What to put at a path, such as `slack.channelId`, of settings that have something there. */
export const whatToPut = (path: string, settings: Settings): string => {
  const [, what] = new Map(Object.entries(allRules(settings))).get(path) ?? []
  return what ?? 'your own'
}

/** The settings in their order, by their paths. */
export const pathsOf = (settings: Settings): string[] => Object.keys(allRules(settings))

/**
 * A sentence for each setting of a stage that is an example: which it is, and what to put there.
 * @returns nothing for a stage that may be deployed
 */
export function examplesOf(stage: Stage, settings: Settings): string[] {
  return examplesIn(settings).map(
    ([path, text]) => `settings.${stage}.${path} is "${text}", an example: put ${whatToPut(path, settings)}.`,
  )
}

function member(object: unknown, key: string): unknown {
  return new Map(Object.entries(object ?? {})).get(key)
}

function wrongValues(settings: Settings): string[] {
  return Object.entries(allRules(settings)).flatMap(([path, [accepts, whatToPut]]) => {
    const value = path.split('.').reduce(member, settings)
    if (accepts(value)) return []
    const quoted = typeof value === 'string' && value !== '' && (accepts(Number(value)) || accepts(false))
    return `${path} is ${inWords(value)}${quoted ? ', a text' : ''}: put ${whatToPut}.`
  })
}

/** What no rule knows would have no effect: most of it is misspelt. */
function unknownNames(settings: Settings): string[] {
  const known = Object.keys(allRules(settings))
  return valuesIn(settings).flatMap(([path, value]) => {
    if (value === undefined || known.includes(path)) return []
    const inner = known.filter((each) => each.startsWith(`${path}.`)).map((each) => each.slice(path.length + 1))
    if (inner.length > 0) return `${path} is ${inWords(value)}: put an object with ${inner.join(', ')}.`
    return `${path} is not a setting: correct its name, or leave it out.`
  })
}

/** A value, in quotes if it is a text: "10" is not 10. */
function inWords(value: unknown): string {
  if (value === undefined || value === '') return 'not set'
  if (typeof value === 'string') return `"${value}"`
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object'
  return String(value)
}

/** Settings that are valid alone and contradict each other: the setting to change, and what to put there. */
function contradictions(stage: Stage, settings: Settings): string[] {
  return [
    ...legibility(settings),
    ...reservations(settings),
    ...durations(settings),
    ...sandbox(stage, settings),
    ...names(settings),
    ...lengthOfAttributes(settings),
    ...sizeOfEnvironment(settings),
  ]
}

/** A registration with all of them must fit into what the function reads of a body. */
function lengthOfAttributes({ attributes = {} }: Settings): string[] {
  const { number, maxLengthInAll } = attributeLimits
  const lengths = Object.values(attributes).map(({ maxLength }) => maxLength)
  const inAll = lengths.reduce((whole, each) => whole + each, 0)
  if (lengths.length <= number && inAll <= maxLengthInAll) return []
  return [
    `attributes has ${lengths.length} names with ${inAll} characters in all: put at most ${number} names and ` +
      `${maxLengthInAll} characters, so that every registration fits into a request.`,
  ]
}

/** Lambda takes 4 KB of environment variables. What else the functions have there needs less than one. */
function sizeOfEnvironment({ brand, formUrl, attributes, pages }: Settings): string[] {
  const most = 3_072
  const bytes = Buffer.byteLength(JSON.stringify({ brand, formUrl, attributes, pages }))
  if (bytes <= most) return []
  return [
    `brand, formUrl, attributes and pages have ${bytes} bytes together: shorten their URLs and texts to ${most} bytes, so that they ` +
      'fit into the 4 KB of environment variables that a function may have.',
  ]
}

/** Names that the records of one zone cannot serve, or that AWS would refuse half way through the deploy. */
function names({ sender, publicUrl, domain }: Settings): string[] {
  if (!domain) return []
  const { zone, api, mailFrom, dmarc, dmarcReports } = domain
  const mailDomain = domainOf(sender)
  const faults: [boolean, string][] = [
    [!isIn(api, zone), `domain.api is ${api}: put a host name in the zone ${zone}.`],
    [api.length > 64, `domain.api has ${api.length} characters: put at most 64, which is what a certificate takes.`],
    [
      !isIn(mailDomain, zone),
      `domain.zone is ${zone}, which ${mailDomain} of the sender is not in: put the zone that has both the sender's domain ` +
        'and the API. If these are in different zones, leave domain out, and create the records by hand (docs/deploy.md).',
    ],
    [
      !isBelow(mailFrom, mailDomain),
      `domain.mailFrom is ${mailFrom}: put a host name below the sender's domain, such as bounce.${mailDomain}.`,
    ],
    [
      Boolean(publicUrl) && publicUrl !== `https://${api}`,
      `publicUrl is ${publicUrl}, and links begin with domain.api, https://${api}: leave publicUrl out.`,
    ],
    [
      dmarc === 'unmanaged' && dmarcReports !== undefined,
      'domain.dmarcReports has no effect if domain.dmarc is unmanaged: leave one of them out.',
    ],
  ]
  return faults.flatMap(([isFault, sentence]) => (isFault ? [sentence] : []))
}

/** Buttons have the same two colours in light and in dark. Links have the colour of the text around them. */
function legibility({ brand: { accent } }: Settings): string[] {
  const measured = contrast(accent, onAccent)
  if (measured >= leastContrast) return []
  // Rounded down: 4.499 is not 4.5.
  const shown = Math.floor(measured * 100) / 100
  return [
    `brand.accent is "${accent}", and its contrast with ${onAccent}, the text on buttons in light and in dark, is ` +
      `${shown} : 1: put a darker colour, such as ${darkened(accent, onAccent)}, which has at least ${leastContrast} : 1 and ` +
      'can be read by people who see little.',
  ]
}

/** What the sandbox needs is a permission on every identity of the account, which prod must not grant. */
function sandbox(stage: Stage, { sesSandbox }: Settings): string[] {
  if (stage !== 'prod' || !sesSandbox) return []
  return [
    'sesSandbox is true: leave it out, and request production access of SES before you deploy prod (docs/deploy.md). In ' +
      'the sandbox SES refuses mail to the people who register.',
  ]
}

/** Lambda would refuse reservations beyond the account's concurrency halfway through the deploy. */
function reservations({ accountConcurrency, reservedConcurrency = {} }: Settings): string[] {
  const reserved = Object.values(reservedConcurrency).reduce((whole, each) => whole + each, 0)
  const most = reservable(accountConcurrency)
  if (reserved <= most) return []
  return [
    `reservedConcurrency adds up to ${reserved}, and accountConcurrency is ${accountConcurrency}: reserve at most ` +
      `${most}, or ask AWS for ${neededToReserve(reserved)} concurrent executions (docs/deploy.md). As it is, Lambda would ` +
      `refuse the deploy: ${reservationRefused(accountConcurrency)}`,
  ]
}

/** The time that a person has to redrive a run that has failed or timed out: then the registration lapses, and a redrive sends nothing. */
const redriveSeconds = 86_400

function durations(settings: Settings): string[] {
  const { spreadSeconds, expiresDaysAfterReminder: days } = settings
  const longestSpread = 86_400 - quietSeconds(settings) - 1
  if (spreadSeconds > longestSpread) {
    return [
      `spreadSeconds is ${spreadSeconds}: put at most ${longestSpread}, ` +
        'so that reminders that wait for the morning go out before the next night.',
    ]
  }
  const missingSeconds = runTimeoutSeconds(settings) + redriveSeconds - registrationLifetimeSeconds(settings)
  if (missingSeconds <= 0) return []
  return [
    `expiresDaysAfterReminder is ${days}: put at least ${days + Math.ceil(missingSeconds / 86_400)}, ` +
      'so that no registration lapses while its run still tries to send, and a person has a day to redrive it.',
  ]
}
