import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { AwsError } from '../../core/aws-error.ts'
import type { LambdaFunction } from '../../core/stack-model.ts'
import type { Code } from './code.ts'

/** The configuration of a function in Terraform, apart from its code and its name. */
export type Configuration = Omit<
  LambdaFunction,
  'name' | 'arn' | 'codeFile' | 'aliases' | 'ignored' | 'reservedConcurrency'
>

/** Code and configuration that belong together: `$LATEST`, or a published version, which never changes. */
export interface Version {
  /** `$LATEST` or a number. */
  version: string
  description: string
  code: Code
  configuration: Configuration
  /** ISO 8601. */
  lastModified: string
  /** A new one after every change: a call with an older one is refused. */
  revisionId: string
}

/** A name for one version, or for two that share its invocations. */
export interface Alias {
  name: string
  version: string
  /** The share of the invocations, between 0 and 1, that other versions get. */
  weights: Readonly<Record<string, number>>
  description: string
  revisionId: string
}

/** Everything that Lambda keeps of a function. */
export interface Deployment {
  latest: Version
  /** In the order in which they were published. */
  published: readonly Version[]
  aliases: readonly Alias[]
  /** Of the function as a whole, independent of versions. */
  reservedConcurrency?: number | undefined
  /** The last state that Terraform applied. */
  terraform: { sha256: string; configuration: Configuration }
  /** Whether code or alias was ever changed by Lambda's API. From then on Terraform leaves both alone. */
  shipped: boolean
  /** The URL of the HTTP API when this was written. */
  apiUrl: string
}

/** A function as Terraform describes it: what it uploads, and the aliases that must exist. */
export interface Planned {
  code: Code
  configuration: Configuration
  aliases: readonly string[]
  ignored: LambdaFunction['ignored']
  reservedConcurrency?: number | undefined
  apiUrl: string
}

/** The first apply: version 1, to which the aliases point. */
export function firstApplied(
  { code, configuration, aliases, reservedConcurrency, apiUrl }: Planned,
  now: string,
): Deployment {
  const latest = { version: '$LATEST', description: configuration.description, code, configuration }
  const terraform = { sha256: code.sha256, configuration }
  const rest = { terraform, shipped: false, reservedConcurrency, apiUrl }
  const empty = { latest: stamped(latest, now), published: [], aliases: [], ...rest }
  return withAliases(published(empty, {}, now).deployment, aliases)
}

/**
 * A later apply. On AWS, Terraform leaves what its `ignore_changes` names, the code and the aliases of our functions: a
 * changed configuration becomes a version to which nothing points until the function is shipped. A developer expects
 * that edited code runs after a restart, so here a start also ships: the code and the configuration become a version to
 * which the aliases move, unless the function was ever shipped by hand, or the start is to apply only.
 */
export function appliedAgain(
  kept: Deployment,
  { code, configuration, aliases, ignored, reservedConcurrency, apiUrl }: Planned,
  now: string,
  { applyOnly = false } = {},
): Deployment {
  const before = { ...relocated(kept, apiUrl), reservedConcurrency }
  const terraform = { sha256: code.sha256, configuration }
  const ships = !before.shipped && !applyOnly
  const { description } = configuration
  const latest = { ...before.latest, description, configuration, ...((ships || !ignored.code) && { code }) }
  const deployment = sameContent(latest, before.latest)
    ? { ...before, terraform }
    : published({ ...before, latest: stamped(latest, now), terraform }, {}, now).deployment
  return withAliases(moved(deployment, ships ? [] : ignored.aliases), aliases)
}

/** Moves the aliases to the last version, but for those that stay. */
function moved(deployment: Deployment, staying: readonly string[]): Deployment {
  const version = deployment.published.at(-1)?.version ?? '$LATEST'
  const aliases = deployment.aliases.map((alias) =>
    staying.includes(alias.name) || alias.version === version ? alias : { ...alias, version, revisionId: randomUUID() },
  )
  return { ...deployment, aliases }
}

/**
 * UpdateFunctionCode.
 * @throws AwsError PreconditionFailedException
 */
export function withCode(before: Deployment, code: Code, revisionId: string | undefined, now: string): Deployment {
  checkRevision(before.latest, revisionId)
  return { ...before, latest: stamped({ ...before.latest, code }, now), shipped: true }
}

/**
 * PublishVersion: the content of `$LATEST` becomes a version. If the last version has the same content, that is returned.
 * @throws AwsError PreconditionFailedException, InvalidParameterValueException if `$LATEST` has other code
 */
export function published(
  before: Deployment,
  given: { description?: string | undefined; sha256?: string | undefined; revisionId?: string | undefined },
  now: string,
): { deployment: Deployment; version: Version } {
  const { latest } = before
  checkRevision(latest, given.revisionId)
  if (given.sha256 !== undefined && given.sha256 !== latest.code.sha256) {
    throw new AwsError(
      'InvalidParameterValueException',
      `CodeSHA256 (${given.sha256}) is different from current CodeSHA256 in $LATEST (${latest.code.sha256}). Please try again with the CodeSHA256 in $LATEST.`,
    )
  }
  const last = before.published.at(-1)
  if (last && sameContent(last, latest)) return { deployment: before, version: last }
  const number = String(Number(last?.version ?? 0) + 1)
  const version = stamped({ ...latest, version: number, description: given.description ?? latest.description }, now)
  return { deployment: { ...before, published: [...before.published, version] }, version }
}

/**
 * UpdateAlias. Members that are not given stay.
 * @throws AwsError ResourceNotFoundException, PreconditionFailedException, InvalidParameterValueException
 */
export function withAlias(
  before: Deployment,
  name: string,
  { revisionId, ...changes }: Partial<Omit<Alias, 'name'>>,
): { deployment: Deployment; answer: Alias } {
  const alias = before.aliases.find((one) => one.name === name)
  if (!alias) throw new AwsError('ResourceNotFoundException', `Cannot find alias ${name}.`, 404)
  checkRevision(alias, revisionId)
  const changed = { ...alias, ...changes, revisionId: randomUUID() }
  checkRouting(before, changed)
  const aliases = before.aliases.map((one) => (one === alias ? changed : one))
  return { deployment: { ...before, aliases, shipped: true }, answer: changed }
}

/** Whether two versions have the same code and configuration. */
export function sameContent(one: Version, other: Version): boolean {
  return one.code.sha256 === other.code.sha256 && isDeepStrictEqual(one.configuration, other.configuration)
}

/** The HTTP API may have another port after a restart; on AWS its address stays, so this is no change of the configuration. */
function relocated(deployment: Deployment, apiUrl: string): Deployment {
  const moved = <T extends { configuration: Configuration }>(holder: T): T => {
    const { environment, ...rest } = holder.configuration
    const variables = Object.entries(environment).map(([name, value]) => [
      name,
      value.replaceAll(deployment.apiUrl, apiUrl),
    ])
    return { ...holder, configuration: { ...rest, environment: Object.fromEntries(variables) } }
  }
  const { latest, published, terraform } = deployment
  return { ...deployment, latest: moved(latest), published: published.map(moved), terraform: moved(terraform), apiUrl }
}

/** Adds missing aliases, on the latest version, and removes those that must no longer exist. */
function withAliases(deployment: Deployment, names: readonly string[]): Deployment {
  const version = deployment.published.at(-1)?.version ?? '$LATEST'
  const aliases = names.map(
    (name) =>
      deployment.aliases.find((alias) => alias.name === name) ??
      ({ name, version, weights: {}, description: '', revisionId: randomUUID() } satisfies Alias),
  )
  return { ...deployment, aliases }
}

function checkRevision(current: { revisionId: string }, given: string | undefined): void {
  if (given === undefined || given === current.revisionId) return
  throw new AwsError(
    'PreconditionFailedException',
    'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
    412,
  )
}

function checkRouting({ published }: Deployment, { version, weights }: Alias): void {
  const refuse = (message: string) => {
    throw new AwsError('InvalidParameterValueException', message)
  }
  const named = [version, ...Object.keys(weights)]
  if (named.length > 1 && named.includes('$LATEST')) {
    refuse('$LATEST is not supported for an alias pointing to more than 1 version')
  }
  for (const wanted of named.filter((one) => one !== '$LATEST')) {
    const known = published.some((one) => one.version === wanted)
    if (!known) throw new AwsError('ResourceNotFoundException', `Function version does not exist: ${wanted}`, 404)
  }
  const shares = Object.entries(weights)
  if (shares.length > 1) refuse('Number of items in AdditionalVersionWeights cannot be greater than 1')
  for (const [other, share] of shares) {
    if (other === version) refuse(`Invalid function version ${other}. Function version ${other} is already included.`)
    if (!(share >= 0 && share <= 1)) refuse(`Weight ${share} of version ${other} is not between 0 and 1.`)
  }
}

function stamped(version: Omit<Version, 'lastModified' | 'revisionId'>, now: string): Version {
  return { ...version, lastModified: now, revisionId: randomUUID() }
}
