import type { Settings } from './settings.ts'

/** The account of the local cloud. No one has it on AWS, so Terraform accepts only this one for a stage with examples. */
export const localAccountId = '000000000000'

/** Names and addresses that are reserved for documentation or this machine: RFC 2606, 3849, 5737 and 6761. */
const reservedHost =
  /(^|\.)(example(\.(com|net|org|edu))?|test|invalid|localhost)\.?$|^(127|192\.0\.2|198\.51\.100|203\.0\.113)\.[\d.]+$|^\[(2001:db8:.*|::1)\]$/i

/** Owners of repositories in GitHub's documentation and in ours. */
const placeholderOwner =
  /^(example(-org)?|octocat|octo-org|monalisa|owner|org|user|username|(my|your)-?(org|organization|name|username))$/i

/** Digits that a person typed: one digit, or one for each four of twelve, or digits in their order. */
const typed = (digits: string) =>
  /^(\d)\1*$|^(\d)\2{3}(\d)\3{3}(\d)\4{3}$/.test(digits) ||
  ['01234567890123', '32109876543210'].some((order) => order.includes(digits))

const isAccount = (text: string) => text !== '' && typed(text)
const isHost = (text: string) => reservedHost.test(text)
const isMailbox = (text: string) =>
  reservedHost.test(/@([^@\s<>]+)>?$/.exec(text)?.[1] ?? '') || /^example( dev| prod)? </i.test(text)
const isRepository = (text: string) => placeholderOwner.test(text.replace(/[@/].*$/, ''))
/** IDs of Slack, such as T0EXAMPLE, C00000000 or U12345678. */
const isSlackId = (text: string) => {
  const [, rest] = /^[A-Z]([0-9A-Z]{6,})$/.exec(text) ?? []
  return rest !== undefined && (typed(rest) || /^\d*(EXAMPLE|X{4})/.test(rest))
}
const mentionsExample = (text: string) =>
  [...text.matchAll(/<(?:!subteam\^|[@#])([0-9A-Z]+)/g)].some(([, id = '']) => isSlackId(id))
function isUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { hostname, pathname } = new URL(text)
  return reservedHost.test(hostname) || (/^(www\.)?github\.com$/.test(hostname) && isRepository(pathname.slice(1)))
}

/**
 * For each setting that names something of one company, whether a value of it is an example. Only the part that decides
 * whose it is counts: the host of a URL, the domain of a mailbox, the owner of a repository.
 */
const isExample = new Map<string, (text: string) => boolean>(
  Object.entries({
    accountId: isAccount,
    'brand.name': (text) => /^example( dev| prod)?$/i.test(text),
    'brand.logo': isUrl,
    // Also as German documentation has it.
    'brand.postalAddress': (text) =>
      /\bexample (street|road|way|town|city)\b|\bmuster(stra(ß|ss)e|weg|stadt)/i.test(text),
    'brand.privacyUrl': isUrl,
    'brand.supportUrl': isUrl,
    sender: isMailbox,
    replyTo: isMailbox,
    publicUrl: isUrl,
    'domain.zone': isHost,
    'domain.api': isHost,
    'domain.mailFrom': isHost,
    'domain.dmarcReports': isMailbox,
    formUrl: isUrl,
    // The machine of a developer, which only http has, belongs to no company.
    origins: (text) => isUrl(text) && !/^http:/.test(text),
    // A deploy accepts no URL of a developer's machine.
    'events.webhook': (text) => isUrl(text) || /^http:/.test(text),
    runbookUrl: isUrl,
    'slack.workspaceId': isSlackId,
    'slack.channelId': isSlackId,
    owner: mentionsExample,
    'github.repository': isRepository,
    // Buckets in AWS's documentation.
    stateBucket: (text) => /^(amzn-s3-demo-|doc-example-|(example|my|your)-?bucket$)/i.test(text),
  }),
)

/** Every value of the settings of a stage that has no values inside, by its path, as in `slack.channelId`. */
export function valuesIn(value: unknown, path: string[] = []): [path: string, value: unknown][] {
  if (typeof value !== 'object' || value === null) return [[path.join('.'), value]]
  return Object.entries(value).flatMap(([name, inner]) => valuesIn(inner, [...path, name]))
}

/** Those that are texts. */
export const textsIn = (settings: Settings) =>
  valuesIn(settings).filter((each): each is [path: string, text: string] => typeof each[1] === 'string')

/**
 * The settings of a stage that are examples. Deployed, they would let strangers in: the owner of the name `example` on
 * GitHub could assume the roles that trust it.
 */
export const examplesIn = (settings: Settings) =>
  // A list is judged by its elements.
  textsIn(settings).filter(([path, text]) => isExample.get(path.replace(/\.\d+$/, ''))?.(text))
