import { readClaim } from './claim.ts'
import { type Deployed, type DeployedFunction, describe } from './deployed-function.ts'
import { remarked, versionBefore } from './history.ts'
import { Refusal } from './refusal.ts'

/**
 * Where a rollback leads: a canary ends with the version that has most calls; otherwise it is the version that was live
 * before, or the one that is asked for.
 * @throws Refusal, where there is no such version
 */
export function rollbackTo({ alias }: Deployed, published: readonly string[], to: string | undefined): string {
  if (to !== undefined) {
    if (published.includes(to)) return to
    throw new Refusal(`There is no version ${to}: there are ${published.join(', ')}.`)
  }
  if (readClaim(alias.description) || Object.keys(alias.weights).length > 0) return alias.version
  const remembered = versionBefore.read(alias.description)
  const before = remembered ?? published.filter((version) => Number(version) < Number(alias.version)).at(-1)
  if (before !== undefined && published.includes(before)) return before
  throw new Refusal(`Before version ${alias.version} there is none: name another with --to.`)
}

/**
 * Gives all calls to a version.
 * @throws Busy, where somebody has changed the alias since it was read
 */
export async function rollBack(target: DeployedFunction, { alias }: Deployed, version: string): Promise<string> {
  const { Description: description = '' } = await target.configuration(version)
  const left = version === alias.version ? '' : `, rolled back from version ${alias.version}`
  const now = await target.writeAlias(alias, { version, weights: {}, description: remarked(description, left) })
  return describe(now)
}
