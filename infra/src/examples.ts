import type { Settings } from './settings.ts'

/** The account of the local cloud. No one has it on AWS, so Terraform accepts only this one for a stage with examples. */
export const localAccountId = '000000000000'

/** Names that are reserved for documentation, and belong to no one: RFC 2606, 5737 and 6761. */
const reservedHost =
  /(^|\.)(example(\.(com|net|org|edu))?|test|invalid|localhost)\.*$|^(127\.\d+|192\.0\.2|198\.51\.100|203\.0\.113)\.\d+/i
const patterns = [
  // Placeholders for the owner of a repository, in GitHub's documentation and in ours.
  /(^|\/\/github\.com\/)(example|octo-org|octocat)(@\d+)?\//i,
  // IDs of Slack.
  /\b[A-Z]0EXAMPLE/,
  // Accounts in AWS's documentation.
  /^((\d)\2{11}|(\d)\3{3}(\d)\4{3}(\d)\5{3}|123456789012|210987654321)$/,
  // Buckets in AWS's documentation.
  /^(amzn-s3-demo-|doc-example-)/i,
  // The display name of a sender.
  /^example( \w+)? </i,
]

function isExample(value: string): boolean {
  const hosts = [...value.matchAll(/(?:@|:\/\/)([\w.-]+)/g)].map(([, host = '']) => host)
  return hosts.some((host) => reservedHost.test(host)) || patterns.some((pattern) => pattern.test(value))
}

/** Every text of the settings of a stage, by its path, as in `slack.channelId`. */
export function textsIn(value: unknown, path: string[] = []): [path: string, text: string][] {
  if (typeof value === 'string') return [[path.join('.'), value]]
  return Object.entries(value && typeof value === 'object' ? value : {}).flatMap(([name, inner]) =>
    textsIn(inner, [...path, name]),
  )
}

/**
 * The settings of a stage that are examples. Deployed, they would let strangers in: the owner of the name `example` on
 * GitHub could assume the roles that trust it.
 */
export const examplesIn = (settings: Settings): [path: string, text: string][] =>
  textsIn(settings).filter(([, text]) => isExample(text))
