import { Refusal } from '../terminal/refusal.ts'
import type { Build } from './build.ts'
import { canaryShare } from './canary.ts'
import { isAlive, readClaim } from './claim.ts'
import { configDrift } from './config-drift.ts'
import { type Deployed, describe } from './deployed-function.ts'
import { Busy } from './errors.ts'

/** What a ship will do. */
export interface Plan {
  /** What a crashed ship left behind; undefined if nothing. */
  found: string | undefined
  /** Whether the alias must be set back to one version first. */
  repair: boolean
  /** The version that takes the calls until the new one does. */
  from: string
  upload: boolean
  /** False if the live version already has this code and configuration. */
  release: boolean
  /** What Terraform has changed since the live version, by name. */
  drift: readonly string[]
  canaryMinutes: number
}

/**
 * Decides how to ship a function in its current state.
 * @throws Busy if another user is shipping it; Refusal if its traffic is split, but not by this command
 */
export function planOf({
  build,
  deployed: { alias, live, latest },
  canaryMinutes,
  nowMs,
  rollback,
}: {
  build: Pick<Build, 'sha256Base64'>
  deployed: Deployed
  canaryMinutes: number
  nowMs: number
  /** The command that rolls the function back. */
  rollback: string
}): Plan {
  const claim = readClaim(alias.description)
  const split = Object.keys(alias.weights).length > 0
  const end = `${rollback} --to ${alias.version}`
  if (claim && isAlive(claim, nowMs)) {
    throw new Busy(
      `${claim.by} is shipping ${claim.what}; live is ${describe(alias)}. Wait until they are done, or end it with "${end}".`,
    )
  }
  if (split && !claim) {
    throw new Refusal(
      `live is ${describe(alias)}, but this command did not split the traffic. If the split is not needed, end it with "${end}".`,
    )
  }
  if (alias.version === '$LATEST') {
    throw new Refusal(
      `live is $LATEST, so that an upload would be live before it is tested. Give all calls to a version first: "${rollback} --to <version>".`,
    )
  }
  const drift = configDrift(live, latest)
  return {
    found: claim && `The ship of ${claim.what} by ${claim.by} ended half-way, and live is ${describe(alias)}.`,
    repair: claim !== undefined,
    from: alias.version,
    upload: latest.CodeSha256 !== build.sha256Base64,
    release: live.CodeSha256 !== build.sha256Base64 || drift.length > 0,
    drift,
    canaryMinutes,
  }
}

/** The plan, one line per step. */
export function printed(plan: Plan, build: Printable): string[] {
  const { found, repair, from, release, drift } = plan
  return [
    ...(found ? [found] : []),
    ...(repair ? [`Set live back to version ${from} alone.`] : []),
    ...(release && drift.length > 0 ? [`Terraform's changes go live with it: ${drift.join(', ')}.`] : []),
    ...(release
      ? [...released(plan, build), `Give it all calls, which version ${from} has now.`]
      : [`Nothing else to do: version ${from} is this code (${build.sha256Base64}) and this configuration.`]),
  ]
}

/** The plan without credentials, when the live version cannot be read. */
export function printedUnseen(build: Printable, canaryMinutes: number): string[] {
  return [
    'Without credentials the live version is unknown. Unless it already is this code, these are the steps:',
    ...released({ upload: true, canaryMinutes }, build),
    'Give it all calls.',
  ]
}

type Printable = Pick<Build, 'sha256Base64' | 'description'>

/** The steps from the code to its canary. */
function released(
  { upload, canaryMinutes }: Pick<Plan, 'upload' | 'canaryMinutes'>,
  { sha256Base64, description }: Printable,
): string[] {
  const minutes = canaryMinutes === 1 ? 'a minute' : `${canaryMinutes} minutes`
  return [
    upload ? `Upload the code, ${sha256Base64}.` : `The code is uploaded already, ${sha256Base64}.`,
    `Publish it as ${description}.`,
    'Try the new version with every payload that was ever released.',
    ...(canaryMinutes > 0
      ? [`Give it ${canaryShare * 100} % of the calls of live for ${minutes}, and watch errors and alarms.`]
      : []),
  ]
}
