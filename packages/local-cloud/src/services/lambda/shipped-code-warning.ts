import { isDeepStrictEqual } from 'node:util'
import type { Deployment } from './deployment.ts'

/**
 * The warning at start for a function that this start does not ship: callers get other code or configuration than was just synthesised, and how
 * to change that. Undefined if they get what was synthesised.
 */
export function shippedInstead({ published, aliases, terraform, shipped }: Deployment): string | undefined {
  const alias = aliases[0]
  const live = published.find(({ version }) => version === alias?.version)
  if (!alias || !live) return undefined
  const changed = [
    ...(live.code.sha256 === terraform.sha256 ? [] : ['code']),
    ...(isDeepStrictEqual(live.configuration, terraform.configuration) ? [] : ['configuration']),
  ]
  if (changed.length === 0) return undefined
  const [why, otherwise] = shipped
    ? ['which was shipped here', 'delete all data with --reset']
    : ['because --apply-only ships nothing', 'start without --apply-only']
  return (
    `${alias.name} stays at version ${live.version}, ${why}; the ${changed.join(' and the ')} of this ` +
    `checkout ${changed.length > 1 ? 'differ' : 'differs'}. Ship it with "npm run ship", or ${otherwise}.`
  )
}
