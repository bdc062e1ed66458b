import { Refusal } from '../terminal/refusal.ts'
import { readClaim } from './claim.ts'
import { type Deployed, type DeployedFunction, describe } from './deployed-function.ts'
import { remarked, versionBefore } from './history.ts'

/**
 * The version to roll back to: the one that is named; of a running canary, the one with most calls; otherwise the one
 * that was live before.
 * @throws Refusal if there is no such version
 */
export function rollbackTo({ alias }: Deployed, published: readonly string[], to: string | undefined): string {
  if (to !== undefined) {
    if (published.includes(to)) return to
    throw new Refusal(`There is no version ${to}. The versions are ${published.join(', ')}.`)
  }
  if (readClaim(alias.description) || Object.keys(alias.weights).length > 0) return alias.version
  const remembered = versionBefore.read(alias.description)
  const before = remembered ?? published.filter((version) => Number(version) < Number(alias.version)).at(-1)
  if (before !== undefined && published.includes(before)) return before
  throw new Refusal(`There is no version before ${alias.version}: name one with --to.`)
}

/**
 * Gives all calls to a version.
 * @throws Busy if the alias has changed since it was read
 */
export async function rollBack(target: DeployedFunction, { alias }: Deployed, version: string): Promise<string> {
  const { Description: description = '' } = await target.configuration(version)
  const left = version === alias.version ? '' : `, rolled back from version ${alias.version}`
  const now = await target.writeAlias(alias, { version, weights: {}, description: remarked(description, left) })
  return describe(now)
}
