import { Refusal } from '../terminal/refusal.ts'
import { isAlive, readClaim } from './claim.ts'
import { type Alias, type Deployed, type DeployedFunction, describe } from './deployed-function.ts'
import { historyAt, recordedIn, recordOf, versionsBefore, withEnd } from './history.ts'

/**
 * The version to roll back to: the one that is named; if the traffic is split, the one with most calls; otherwise the one
 * that was live before. It is never a guess: a version that is published need not have been live, or have passed a dry run.
 * @throws Refusal if no such version exists, or none is recorded
 */
export function rollbackTo(
  { alias }: Pick<Deployed, 'alias'>,
  published: readonly string[],
  to: string | undefined,
): string {
  if (to !== undefined) {
    if (published.includes(to)) return to
    throw new Refusal(`There is no version ${to}. The versions are ${published.join(', ')}.`)
  }
  const before = previousVersion(alias, published)
  if (before !== undefined) return before
  throw new Refusal(
    `live is version ${alias.version}. ${whyUnknown(alias)} Nothing was changed. Name a version with --to: they are ${published.join(', ')}.`,
  )
}

/** What a rollback goes to by itself; undefined if that is not known. */
function previousVersion(alias: Alias, published: readonly string[]): string | undefined {
  if (Object.keys(alias.weights).length > 0) return alias.version
  return versionsBefore(alias).find((version) => published.includes(version))
}

/** What a rollback would do, for a status. */
export function outlookOf(alias: Alias, published: readonly string[]): string {
  const before = previousVersion(alias, published)
  return before === undefined ? `A rollback needs --to. ${whyUnknown(alias)}` : `A rollback goes to version ${before}.`
}

/** Why no version is known that was live before. */
function whyUnknown(alias: Alias): string {
  const recorded = recordedIn(alias.description)
  if (!recorded)
    return 'The description of live records no version that was live before, so there is none to go back to.'
  const { version = alias.version, before } = recorded
  const all = [version, ...before]
  if (version === alias.version)
    return `Of the versions that were live before, ${before.join(', ')}, none exists any more.`
  return `live was changed without this command: its description was written for version ${version}, so it is not known which version was live before ${alias.version}. Live were, the latest first, ${all.join(', ')}.`
}

/** What a rollback will do, one line per fact. */
export function printedRollback(
  { alias }: Pick<Deployed, 'alias'>,
  published: readonly string[],
  version: string,
  nowMs: number,
): string[] {
  const claim = readClaim(alias.description)
  const later = versionsBefore(alias)
  const missing = later.slice(0, Math.max(0, later.indexOf(version))).filter((one) => !published.includes(one))
  return [
    ...(claim
      ? [`${claim.by} ${isAlive(claim, nowMs) ? 'is shipping' : 'died while shipping'} ${claim.what}: this ends it.`]
      : []),
    ...missing.map((one) => `Version ${one} was live after version ${version}, but no longer exists.`),
    `live is ${describe(alias)}. Give all calls to version ${version}.`,
  ]
}

/**
 * Gives all calls to a version.
 * @throws Busy if the alias has changed since it was read
 */
export async function rollBack(target: DeployedFunction, { alias }: Deployed, version: string): Promise<string> {
  const { Description: description = '' } = await target.configuration(version)
  const left = version === alias.version ? '' : `, rolled back from version ${alias.version}`
  const end = `${left}${recordOf(version, historyAt(alias, version))}`
  const now = await target.writeAlias(alias, { version, weights: {}, description: withEnd(description, end) })
  return describe(now)
}
