import type { Kind } from './change.ts'
import type { Report } from './report.ts'
import { capital, count, listed } from './subjects.ts'

// The worst first.
const verbs: [Kind, string][] = [
  ['destroyed', 'destroys'],
  ['replaced', 'replaces'],
  ['forgotten', 'lets go of'],
  ['changed', 'changes'],
  ['created', 'creates'],
  ['imported', 'imports'],
  ['moved', 'moves in the state'],
]

/** One sentence that says it all. */
export function headline(report: Report): string {
  const { dangers, empty, pending } = report
  const what = empty ? 'no changes' : `this plan ${doing(report)}`
  const more = pending.length ? ` ${count(pending.length, 'change')} of the base branch would be applied with it.` : ''
  if (dangers.length) return `${count(dangers.length, 'danger')}: ${what}.${more}`
  return empty ? 'No changes.' : `${capital(what)}; nothing dangerous.${more}`
}

function doing({ counts, noise, outputs, pending, invocations, unfinished }: Report): string {
  const kinds = verbs.filter(([kind]) => counts[kind] > 0)
  const parts = [
    // The noun stands once: `destroys 1 resource, changes 3 and creates 2`.
    ...kinds.map(([kind, verb], index) => `${verb} ${index ? counts[kind] : count(counts[kind], 'resource')}`),
    ...(counts.deleted ? [`deletes ${count(counts.deleted, 'leftover')}`] : []),
    ...(invocations ? [`invokes ${count(invocations, 'action')}`] : []),
  ]
  if (parts.length) return listed(parts)
  if (pending.length) return 'adds nothing'
  if (noise.length) return "changes nothing but AWS's own values and common tags"
  if (outputs.length) return 'changes only outputs'
  return unfinished ? 'could not be finished' : 'changes nothing that this report knows'
}
