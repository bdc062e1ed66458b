import { isDeepStrictEqual } from 'node:util'
import type { Deployment } from './deployment.ts'

/**
 * What a developer must know at the start of a function that was shipped: that callers get something else than what
 * was just synthesised, and the way back. Undefined, where they get just that.
 */
export function shippedInstead({ published, aliases, terraform }: Deployment): string | undefined {
  const alias = aliases[0]
  const live = published.find(({ version }) => version === alias?.version)
  if (!alias || !live) return undefined
  const changed = [
    ...(live.code.sha256 === terraform.sha256 ? [] : ['code']),
    ...(isDeepStrictEqual(live.configuration, terraform.configuration) ? [] : ['configuration']),
  ]
  if (changed.length === 0) return undefined
  return (
    `${alias.name} stays at version ${live.version}, which was shipped here; the ${changed.join(' and the ')} of this ` +
    `checkout ${changed.length > 1 ? 'differ' : 'differs'}. Ship it with "npm run ship", or begin again with --reset.`
  )
}
