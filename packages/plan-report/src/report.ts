import { type Change, changesOf, driftOf, type Kind } from './change.ts'
import type { Danger } from './danger.ts'
import { dangersOf } from './dangers.ts'
import { same } from './difference.ts'
import type { Plan } from './plan.ts'
import { type Subject, subjectOf, subjects } from './subjects.ts'

/** What a reviewer should know of a plan, without a word of Markdown. */
export interface Report {
  /** How many resources the plan treats so, neither noise nor what the base would do too. */
  counts: Record<Kind, number>
  /** Whether applying the plan would do anything at all. */
  empty: boolean
  dangers: Danger[]
  groups: { subject: Subject; changes: Change[] }[]
  /** Changes that only AWS's own values or common tags make. */
  noise: Change[]
  /** What was changed behind Terraform's back. */
  drift: Change[]
  /** What the base of the pull request would change as well: not this pull request's doing. */
  pending: Change[]
  notes: string[]
  outputs: string[]
}

/**
 * Judges a plan.
 * @param base the plan of the base branch, with the same state: what both would do is pending
 *   there already. It is still judged, because applying would do it too.
 * @param beyond what is dangerous besides, such as a limit that is passed
 */
export function reportOf(
  plan: Plan,
  { base, beyond = [] }: { base?: Plan | undefined; beyond?: Danger[] } = {},
): Report {
  const changes = changesOf(plan)
  const pendingInBase = base ? changesOf(base) : []
  const isPending = (change: Change) => pendingInBase.some((other) => alike(change, other))
  const isNoise = ({ kind, differences }: Change) => kind === 'changed' && differences.every(({ noise }) => noise)
  const noise = changes.filter(isNoise)
  const pending = changes.filter((change) => !isNoise(change) && isPending(change))
  const own = changes.filter((change) => !isNoise(change) && !isPending(change))
  const outputs = Object.entries(plan.output_changes).flatMap(([name, { actions }]) =>
    actions.some((action) => action !== 'no-op') ? [name] : [],
  )
  const counts = { created: 0, changed: 0, replaced: 0, destroyed: 0, forgotten: 0, moved: 0, imported: 0 }
  for (const { kind } of own) counts[kind] += 1
  return {
    counts,
    empty: changes.length === 0 && outputs.length === 0 && !plan.errored,
    dangers: [...dangersOf(plan, changes), ...beyond],
    groups: subjects
      .map((subject) => ({ subject, changes: own.filter((change) => subjectOf(change) === subject) }))
      .filter(({ changes }) => changes.length > 0),
    noise,
    drift: driftOf(plan),
    pending,
    notes: changes.flatMap(note),
    outputs,
  }
}

const alike = (one: Change, other: Change) =>
  one.address === other.address &&
  one.kind === other.kind &&
  same(one.before, other.before) &&
  JSON.stringify(one.after) === JSON.stringify(other.after)

/** What is not dangerous, but not what one might expect. */
function note({ type, kind, differences }: Change): string[] {
  const differ = kind === 'changed' ? differences.filter(({ noise }) => !noise) : []
  if (type === 'aws_sfn_state_machine' && differ.some(({ path }) => /^definition/.test(path))) {
    return [
      'Runs that wait now keep the definition that they started with: the new one applies to registrations after the deploy.',
    ]
  }
  if (type === 'aws_lambda_function' && differ.length > 0) {
    return ['A changed function becomes a new version; `live` points to it only when its team promotes it.']
  }
  return []
}
