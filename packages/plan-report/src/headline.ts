import type { Kind } from './change.ts'
import type { Report } from './report.ts'
import { capital, listed } from './subjects.ts'

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

function doing({ counts, noise, outputs, pending, dangers }: Report): string {
  const parts = verbs.filter(([kind]) => counts[kind] > 0).map(([kind, verb]) => `${verb} ${counts[kind]}`)
  const [first, ...others] = parts
  if (first) {
    // The noun stands once: `destroys 1 resource, changes 3 and creates 2`.
    const nouns = [`${first} ${first.endsWith(' 1') ? 'resource' : 'resources'}`, ...others]
    return listed(nouns)
  }
  if (pending.length) return 'adds nothing'
  if (noise.length) return "changes nothing but AWS's own values and common tags"
  return outputs.length || !dangers.length ? 'changes only outputs' : 'could not be finished'
}

export const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? '' : 's'}`
