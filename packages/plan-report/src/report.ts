import { functionNames } from '@confirmation-reminder/contracts/functions'
import { resourceName } from '@confirmation-reminder/contracts/names'
import { stages } from '@confirmation-reminder/contracts/stages'
import { dangersBeyondResources } from './beyond-resources.ts'
import { type Change, changesOf, driftOf, type Kind } from './change.ts'
import type { Danger } from './danger.ts'
import { dangersOf } from './dangers.ts'
import { type Difference, same } from './difference.ts'
import { grouped } from './grouped.ts'
import type { Plan } from './plan.ts'
import { sandboxNote } from './sandbox-note.ts'
import { settingsToSetByHand } from './set-by-hand.ts'
import { named, nameOf, type Subject, subjectOf, subjects } from './subjects.ts'

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
  /** What AWS has otherwise than the configuration says, and Terraform leaves so. */
  byHand: string[]
  notes: string[]
  outputs: string[]
  /** How many of a provider's actions it invokes. */
  invocations: number
  /** Whether Terraform gave up before the plan was complete. */
  unfinished: boolean
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
  const pendingInBase = grouped(base ? changesOf(base) : [], identity)
  const isPending = (change: Change) =>
    pendingInBase.get(identity(change))?.some((other) => alike(change, other)) ?? false
  const isNoise = ({ kind, differences }: Change) => kind === 'changed' && differences.every(({ noise }) => noise)
  const noise = changes.filter(isNoise)
  const pending = changes.filter((change) => !isNoise(change) && isPending(change))
  const own = changes.filter((change) => !isNoise(change) && !isPending(change))
  const outputs = Object.entries(plan.output_changes).flatMap(([name, { actions }]) =>
    actions.some((action) => action !== 'no-op') ? [name] : [],
  )
  const counts = { created: 0, changed: 0, replaced: 0, destroyed: 0, forgotten: 0, deleted: 0, moved: 0, imported: 0 }
  for (const { kind } of own) counts[kind] += 1
  const bySubject = grouped(own, subjectOf)
  const byHand = settingsToSetByHand(plan)
  const empty = changes.length === 0 && outputs.length === 0 && dangersBeyondResources(plan, changes).length === 0
  return {
    counts,
    empty,
    dangers: [...dangersOf(plan, changes), ...beyond],
    groups: subjects.flatMap((subject) => {
      const changes = bySubject.get(subject)
      return changes ? [{ subject, changes }] : []
    }),
    noise,
    drift: driftOf(plan),
    pending,
    byHand,
    notes: [...byHand, ...(empty ? [] : [...sandboxNote(plan), ...changes.flatMap(note)])],
    outputs,
    invocations: plan.action_invocations.length,
    unfinished: plan.errored ?? false,
  }
}

/** Which object a change is about: one address may have leftovers beside the resource in use. */
const identity = ({ address, deposed = '' }: Change) => `${deposed} ${address}`

const alike = (one: Change, other: Change) =>
  one.kind === other.kind && same(one.before, other.before) && JSON.stringify(one.after) === JSON.stringify(other.after)

/** What is not dangerous, but not what one might expect. */
function note({ type, logicalName, kind, differences, after }: Change): string[] {
  const differ = kind === 'changed' ? differences.filter(({ noise }) => !noise) : []
  if (type === 'aws_sfn_state_machine' && differ.some(({ path }) => /^definition/.test(path))) {
    return [
      'Runs that wait now keep the definition that they started with: the new one applies to registrations after the deploy.',
    ]
  }
  return type === 'aws_lambda_function' ? shipDue(nameOf(after, logicalName), differ) : []
}

/** What of a function holds for all its versions at once. */
const ofAllVersions = ['reserved_concurrent_executions', 'tags']

/** What `live` gets only with the next ship of the function. */
function shipDue(functionName: string, differ: Difference[]): string[] {
  const waiting = differ.map(({ path }) => path).filter((path) => !ofAllVersions.includes(path.split('.')[0] ?? ''))
  if (waiting.length === 0) return []
  const [command] = stages.flatMap((stage) =>
    functionNames
      .filter((name) => resourceName(stage, name) === functionName)
      .map((name) => ` (\`npm run ship -- ${name} --stage ${stage}\`)`),
  )
  const kept = waiting.map(named).join(', ')
  return [
    `Ship ${named(functionName)} after the apply${command ?? ''}: until then \`live\` keeps its previous ${kept}.`,
  ]
}
