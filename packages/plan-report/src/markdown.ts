import { allowed, forbidden, type Grant, inWords as grantsInWords } from '@confirmation-reminder/iam/compare'
import { type Change, type Kind, replacedBecause } from './change.ts'
import type { Danger } from './danger.ts'
import { changedElements, type Difference } from './difference.ts'
import { type DisplayValue, oneLine, inWords as plainly, Sensitive, Unknown } from './display-value.ts'
import { grouped } from './grouped.ts'
import { headline } from './headline.ts'
import { policyArgument, policyComparison } from './policy.ts'
import type { Report } from './report.ts'
import { capital, count } from './subjects.ts'

interface Layout {
  /** Whose plan it is, such as the stage. */
  title?: string
  /** What a month costs, in Markdown. */
  cost?: string | undefined
  /** How many characters it may have at most. */
  longest?: number | undefined
}

/** A part of the report that stands or falls as a whole. */
interface Part {
  text: string
  /** What to call it where it does not fit. */
  name: string
}

/** A report as a comment on a pull request. Where not all of it fits, the least important parts are left out. */
export function toMarkdown(report: Report, { title = '', cost = '', longest }: Layout = {}): string {
  const { dangers, groups, noise, drift, pending, notes, outputs } = report
  // Which commit a reviewer accepts, and how, is known to the workflow that comments.
  const verdict = 'This check fails until a reviewer accepts these dangers.'
  const head = [`### ${title ? `${title}: ` : ''}${headline(report)}`, ...(dangers.length ? ['#### Danger'] : [])].join(
    '\n\n',
  )
  const dangerParts = dangers.map((danger): Part => ({ name: 'a danger', text: dangerItem(danger) }))
  const sides = dangers.map((danger): Part => ({ name: 'a before and after', text: beforeAndAfter(danger) }))
  const changeParts = groups.map(
    ({ subject, changes }): Part => ({ name: subject, text: `**${subject}**\n\n${lines(changes)}` }),
  )
  const noteParts = [...new Set(notes)].map((note): Part => ({ name: 'a note', text: `> ${text(note)}` }))
  const foldedParts = [
    folded('Already pending on the base branch, not from this pull request', pending.length, lines(pending)),
    folded('Changed outside Terraform', drift.length, lines(drift)),
    folded("Noise: resources where only AWS's own values or common tags change", noise.length, titles(noise)),
    folded('Outputs that change', outputs.length, outputs.map((name) => `- ${code(name)}`).join('\n')),
  ].flat()
  const headPart = { name: 'the headline', text: head }
  const verdictPart = { name: 'the verdict', text: dangers.length ? verdict : '' }
  const costPart = { name: 'the cost', text: cost }
  const rest = [...changeParts, ...noteParts, ...foldedParts]
  const reported = dangerParts.flatMap((part, index) => [part, sides[index] ?? part])
  const parts = [headPart, ...reported, verdictPart, ...rest, costPart]
  const byImportance = [headPart, verdictPart, ...dangerParts, costPart, ...sides, ...rest]
  const included = fitting(byImportance, longest)
  return [
    ...parts.filter((part) => included.has(part)).map(({ text }) => text),
    leftOut(byImportance.filter((part) => part.text && !included.has(part))),
  ]
    .filter(Boolean)
    .join('\n\n')
}

function leftOut(parts: Part[]): string {
  const names = [...grouped(parts, ({ name }) => name)].map(([name, { length }]) =>
    length > 1 ? `${length} × ${name}` : name,
  )
  return names.length
    ? `> **This report has no space for ${names.join(', ')}.** The summary of the workflow's run has more of it, and the run's log lists every change.`
    : ''
}

// What says that something is left out, with the names of all parts.
const spaceToSaySo = 1000

/** The parts that fit, from the most important on. One that is too long hides none that follow. */
function fitting(parts: Part[], longest = Number.POSITIVE_INFINITY): Set<Part> {
  const lengthOf = ({ text }: Part) => (text ? text.length + 2 : 0)
  const length = parts.reduce((sum, part) => sum + lengthOf(part), 0)
  let space = length <= longest ? length : longest - spaceToSaySo
  return new Set(
    parts.filter((part) => {
      const fits = lengthOf(part) <= space
      if (fits) space -= lengthOf(part)
      return fits
    }),
  )
}

const dangerItem = ({ title, why }: Danger) => `- **${text(title)}.** ${text(why)}`

function beforeAndAfter({ before = [], after = [] }: Danger): string {
  const diff = [...side('-', before), ...side('+', after)]
  return diff.length ? indented(fenced(diff.join('\n'), 'diff')) : ''
}

// A comment with more is not read; the policy itself is in the source.
const mostLines = 30
const longestLine = 1000

function side(sign: string, lines: string[]): string[] {
  const more = lines.length - mostLines
  return [
    ...lines.slice(0, mostLines).map((line) => `${sign} ${cut(oneLine(line), longestLine)}`),
    ...(more > 0 ? [`${sign} … and ${count(more, 'line')} more`] : []),
  ]
}

const titles = (changes: Change[]) =>
  changes.map(({ title, address }) => `- ${text(title)} (${code(address)})`).join('\n')

/** What changes, one line each; what is created or removed, one line for each kind of resource. */
function lines(changes: Change[]): string {
  const inDetail = ({ kind }: Change) => kind === 'changed' || kind === 'replaced'
  const together = grouped(
    changes.filter((change) => !inDetail(change)),
    ({ kind, noun, type }) => `${kind} ${noun} ${type}`,
  )
  return [...[...together.values()].map(comingOrGoing), ...changes.filter(inDetail).map(line)].join('\n')
}

const participles: Partial<Record<Kind, string>> = {
  forgotten: 'no longer managed by Terraform',
  moved: 'known by another address, otherwise as it was',
  imported: 'managed by Terraform from now on',
}

function comingOrGoing(changes: Change[]): string {
  const [{ noun, kind } = { noun: '', kind: 'created' as Kind }] = changes
  const names = changes.map(({ title }) => text(title.slice(noun.length + 1)))
  const verb = participles[kind] ?? kind
  return `- ${capital(verb)}: ${changes.length === 1 ? '' : `${changes.length} × `}${text(noun)} ${names.join(', ')}`
}

function line(change: Change): string {
  const { title, kind, differences } = change
  const policy = policyArgument(change)
  const isPolicy = ({ path }: Difference) => path.split('.')[0] === policy
  const details = differences
    .filter((difference) => !difference.noise && !isPolicy(difference))
    .map((difference) => `  - ${inWords(difference)}`)
  const permissions = policy && differences.some(isPolicy) ? permissionsInWords(change, policy) : []
  return [`- ${text(`${capital(title)} is ${kind}${replacedBecause(change)}`)}`, ...details, ...permissions].join('\n')
}

function permissionsInWords(change: Change, policy: string): string[] {
  const [before, after] = [change.before[policy], change.after[policy]]
  const compared = before && after ? policyComparison(change, policy) : 'unseen'
  if (compared === 'unseen') return [`  - its policy: ${value(after ?? null)}`]
  const { gained, unbanned, lost } = compared
  const say = (how: string, grants: Grant[]) =>
    grantsInWords(grants).map((grant) => `  - ${how}: ${code(cut(grant, longestLine))}`)
  return [
    ...say('new', gained),
    ...say('no longer forbidden', forbidden(unbanned)),
    ...say('no longer', allowed(lost)),
    ...say('forbidden', forbidden(lost)),
  ]
}

function inWords({ path, before, after }: Difference): string {
  const name = code(path)
  if (Array.isArray(before) && Array.isArray(after)) {
    return `${name}: ${elementsInWords(changedElements(before, after))}`
  }
  const [was, is] = fromWhereTheyDiffer(before, after)
  return `${name}: ${value(was)} → ${value(is)}`
}

// Enough to recognise the place.
const leadIn = 40

/** Two long texts without what they begin with both, where that is all that a line would show. */
function fromWhereTheyDiffer(before: DisplayValue, after: DisplayValue): [DisplayValue, DisplayValue] {
  if (typeof before !== 'string' || typeof after !== 'string') return [before, after]
  let same = 0
  while (same < before.length && before[same] === after[same]) same++
  const skipped = same - leadIn
  if (same < longestValue - leadIn) return [before, after]
  return [`…${before.slice(skipped)}`, `…${after.slice(skipped)}`]
}

/** What a list gains and loses. Elements that differ only in what is sensitive look the same. */
function elementsInWords({ gone, come }: ReturnType<typeof changedElements>): string {
  const [lost, gained] = [grouped(gone.filter(hasSecret), plainly), grouped(come.filter(hasSecret), plainly)]
  const pairs = new Map([...lost].map(([text, { length }]) => [text, Math.min(length, gained.get(text)?.length ?? 0)]))
  const changing = [...pairs.values()].reduce((sum, number) => sum + number, 0)
  return (
    [
      ...(changing > 0 ? [changing === 1 ? 'a sensitive value changes' : `${changing} sensitive values change`] : []),
      ...oneWay('with', unpaired(come, pairs)),
      ...oneWay('without', unpaired(gone, pairs)),
    ].join(', ') || 'in another order'
  )
}

const hasSecret = (each: DisplayValue): boolean =>
  each instanceof Sensitive || (each !== null && typeof each === 'object' && Object.values(each).some(hasSecret))

/** The elements without those that have a counterpart, so many for each text. */
function unpaired(elements: DisplayValue[], pairs: Map<string, number>): DisplayValue[] {
  const left = new Map(pairs)
  return elements.filter((each) => {
    const text = hasSecret(each) ? plainly(each) : ''
    const number = left.get(text) ?? 0
    left.set(text, number - 1)
    return number <= 0
  })
}

function oneWay(how: string, elements: DisplayValue[]): string[] {
  const plain = elements.filter((each) => !(each instanceof Sensitive))
  const secrets = elements.length - plain.length
  return [
    ...(secrets > 0 ? [`${how} ${secrets === 1 ? 'a sensitive value' : `${secrets} sensitive values`}`] : []),
    ...plain.map((each) => `${how} ${value(each)}`),
  ]
}

// A line that is read at a glance: longer values are for the source.
const longestValue = 160

function value(shown: DisplayValue): string {
  if (shown instanceof Unknown) return '_known after apply_'
  if (shown instanceof Sensitive) return '_sensitive_'
  return shown === null ? '_none_' : code(cut(plainly(shown), longestValue))
}

/** Words among which names stand between backticks. Outside of these nothing becomes markup: no HTML, no mention. */
const text = (words: string) =>
  oneLine(words)
    .split(/(`[^`]*`)/)
    .map((part, index) => (index % 2 ? part : part.replace(/[<>&@*[\]`]/g, (sign) => `&#${sign.charCodeAt(0)};`)))
    .join('')

function code(plain: string): string {
  const line = oneLine(plain)
  const ticks = fence(line, 1)
  return ticks.length > 1 ? `${ticks} ${line} ${ticks}` : `\`${line}\``
}

const fenced = (content: string, language: string) => {
  const ticks = fence(content, 3)
  return `${ticks}${language}\n${content}\n${ticks}`
}

/** More backticks in a row than the content has anywhere, so that nothing in it ends it. */
const fence = (content: string, least: number) =>
  '`'.repeat(Math.max(least, 1 + Math.max(0, ...[...content.matchAll(/`+/g)].map(([found]) => found.length))))

const cut = (line: string, longest: number) => (line.length > longest ? `${line.slice(0, longest)}…` : line)
const indented = (content: string) => content.replace(/^/gm, '  ')
const folded = (summary: string, number: number, content: string): Part[] =>
  content
    ? [{ name: summary, text: `<details><summary>${summary} (${number})</summary>\n\n${content}\n\n</details>` }]
    : []
