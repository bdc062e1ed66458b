import type { Change, Kind } from './change.ts'
import type { Danger } from './danger.ts'
import type { Difference } from './difference.ts'
import { inWords as grantsInWords, grantsOf, narrowing, policyArgument, widening } from './permission.ts'
import type { Report } from './report.ts'
import { elements, Hidden, inWords as plainly, type Shown, Unknown } from './shown.ts'
import { capital, nounOf } from './subjects.ts'

/** The label with which a person says of a pull request: I have seen what is dangerous in it. */
export const acceptingLabel = 'danger-accepted'

/**
 * A report as a comment on a pull request.
 * @param title whose plan it is, such as the stage
 * @param accepted whether the pull request carries the label that accepts its dangers
 */
export function toMarkdown(report: Report, { title = '', accepted = false } = {}): string {
  const { dangers, groups, noise, drift, pending, notes, outputs } = report
  return paragraphs(
    `### ${title ? `${title}: ` : ''}${headline(report)}`,
    ...(dangers.length ? [dangerSection(dangers, accepted)] : []),
    ...groups.map(({ subject, changes }) => `**${subject}**\n\n${lines(changes)}`),
    ...[...new Set(notes)].map((text) => `> ${text}`),
    folded(`Pending on the base branch already, not from this pull request (${pending.length})`, lines(pending)),
    folded(`Changed outside Terraform (${drift.length})`, lines(drift)),
    folded(
      `Noise: ${count(noise.length, 'resource')} where only AWS's own values or common tags change`,
      titles(noise),
    ),
    folded(`Outputs that change (${outputs.length})`, outputs.map((name) => `- \`${name}\``).join('\n')),
  )
}

/** One sentence that says it all. */
export function headline({ counts, dangers, empty }: Report): string {
  if (empty) return 'No changes.'
  const order: Kind[] = ['destroyed', 'replaced', 'forgotten', 'changed', 'created']
  const parts = order.filter((kind) => counts[kind] > 0).map((kind) => `${counts[kind]} ${kind}`)
  const what = parts.length ? capital(parts.join(', ')) : 'Only outputs change'
  return dangers.length ? `${count(dangers.length, 'danger')}. ${what}.` : `${what}; nothing dangerous.`
}

function dangerSection(dangers: Danger[], accepted: boolean): string {
  const state = accepted
    ? `Accepted by the label \`${acceptingLabel}\`.`
    : `Whoever has weighed this puts the label \`${acceptingLabel}\` on the pull request; until then the check fails.`
  return paragraphs('#### Danger', ...dangers.map(dangerItem), state)
}

function dangerItem({ title, why, before = [], after = [] }: Danger): string {
  const diff = [...before.map((line) => `- ${line}`), ...after.map((line) => `+ ${line}`)]
  return `- **${text(title)}.** ${text(why)}${diff.length ? `\n${indented(fenced(diff.join('\n'), 'diff'))}` : ''}`
}

const titles = (changes: Change[]) => changes.map(({ title, address }) => `- ${text(title)} (${address})`).join('\n')

/** What changes, one line each; what comes or goes, one line for each kind of resource. */
function lines(changes: Change[]): string {
  const whole = ({ kind }: Change) => kind === 'created' || kind === 'destroyed' || kind === 'forgotten'
  const together = new Map<string, Change[]>()
  for (const change of changes.filter(whole)) {
    const key = `${change.kind} ${change.type}`
    together.set(key, [...(together.get(key) ?? []), change])
  }
  return [...[...together.values()].map(comingOrGoing), ...changes.filter((change) => !whole(change)).map(line)].join(
    '\n',
  )
}

function comingOrGoing(changes: Change[]): string {
  const [{ type, kind } = { type: '', kind: 'created' as Kind }] = changes
  const names = changes.map(({ title }) => text(title).slice(nounOf(type).length + 1))
  const verb = kind === 'forgotten' ? 'no longer managed by Terraform' : kind
  return `- ${capital(verb)}: ${changes.length === 1 ? nounOf(type) : `${changes.length} × ${nounOf(type)}`} ${names.join(', ')}`
}

function line(change: Change): string {
  const { title, kind, differences, because, before, after } = change
  const reason = because.length ? `, because its ${because.join(' and ')} changes` : ''
  const policy = policyArgument(change)
  const details = differences
    .filter(({ noise, path }) => !noise && path.split('.')[0] !== policy)
    .map((difference) => `  - ${inWords(difference)}`)
  const differs = differences.some(({ path }) => path.split('.')[0] === policy)
  const permissions = policy && differs ? permissionsInWords(before[policy], after[policy]) : []
  return [`- ${text(capital(title))} is ${kind}${reason}`, ...details, ...permissions].join('\n')
}

function permissionsInWords(before: Shown | undefined, after: Shown | undefined): string[] {
  const [was, is] = [grantsOf(before), grantsOf(after)]
  if (!was || !is) return [`  - its policy: ${value(after ?? null)}`]
  return [
    ...grantsInWords(widening(was, is).gained).map((grant) => `  - new: ${code(grant)}`),
    ...grantsInWords(narrowing(was, is)).map((grant) => `  - no longer: ${code(grant)}`),
  ]
}

function inWords({ path, before, after }: Difference): string {
  const name = `\`${path}\``
  if (Array.isArray(before) && Array.isArray(after)) {
    const [was, is] = [elements(before), elements(after)]
    const gone = was.filter((each) => !is.includes(each)).map((each) => `without ${value(each)}`)
    const come = is.filter((each) => !was.includes(each)).map((each) => `with ${value(each)}`)
    return `${name}: ${[...come, ...gone].join(', ') || 'in another order'}`
  }
  return `${name}: ${value(before)} → ${value(after)}`
}

// A line that is read at a glance: longer values are for the source.
const longestValue = 160

function value(shown: Shown): string {
  if (shown instanceof Unknown) return '_known after apply_'
  if (shown instanceof Hidden) return '_sensitive_'
  if (shown === null) return '_none_'
  const plain = plainly(shown)
  return code(plain.length > longestValue ? `${plain.slice(0, longestValue)}…` : plain)
}

/** Text that came from a plan cannot become markup: neither HTML nor a mention. */
const text = (plain: string) =>
  plain
    .replaceAll('<', '&lt;')
    .replaceAll('@', '&#64;')
    .replace(/[\r\n]+/g, ' ')

function code(plain: string): string {
  const oneLine = plain.replace(/[\r\n]+/g, ' ')
  const ticks = '`'.repeat(Math.max(0, ...[...oneLine.matchAll(/`+/g)].map(([found]) => found.length)) + 1)
  return ticks.length > 1 ? `${ticks} ${oneLine} ${ticks}` : `\`${oneLine}\``
}

function fenced(content: string, language: string): string {
  const fence = '`'.repeat(Math.max(2, ...[...content.matchAll(/`+/g)].map(([found]) => found.length)) + 1)
  return `${fence}${language}\n${content}\n${fence}`
}

const indented = (content: string) => content.replace(/^/gm, '  ')
const folded = (summary: string, content: string) =>
  content ? `<details><summary>${summary}</summary>\n\n${content}\n\n</details>` : ''
const paragraphs = (...parts: string[]) => parts.filter(Boolean).join('\n\n')
export const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? '' : 's'}`
