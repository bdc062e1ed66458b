import { type ServiceQuota, serviceQuotas } from '@confirmation-reminder/plan-report/cost/service-quotas'
import type { CostPerMillion } from './costs.ts'
import type { Option } from './designs.ts'
import type { Herd, Outcome } from './herd.ts'
import type { Limits } from './limits.ts'
import type { Reached, Use } from './walls.ts'
import { beyond, dollars, duration, figure, nameOf } from './words.ts'

/** A table in Markdown. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** For each rate: what breaks first and when, what comes next, and what to do first. */
export function ratesTable(rates: readonly { rate: number; reached: readonly Reached[] }[], limits: Limits): string {
  const named = ({ wall, second }: Reached) => `${nameOf(limits[wall])} (${duration(second)})`
  const rows = rates.map(({ rate, reached: [first, ...others] }) => {
    if (!first) return [figure(rate), 'nothing', '', '', '']
    const { wall, second } = first
    return [figure(rate), nameOf(limits[wall]), duration(second), others.map(named).join('; '), beyond[wall].todo]
  })
  return table(['Registrations a second', 'Breaks first', 'After', 'Then, each after', 'First thing to do'], rows)
}

/** Each limit: what one registration uses of it, and how many a second it carries. */
export function usesTable(uses: readonly Use[], elsewhere: readonly Use[], limits: Limits): string {
  const other = new Map(elsewhere.map(({ wall, carries }) => [wall, carries]))
  const rows = uses.map(({ wall, perRegistration, carries }) => {
    const { limit, bucket } = limits[wall]
    return [
      nameOf(limits[wall]),
      figure(limit) + (bucket ? `, bucket ${figure(bucket)}` : ''),
      figure(perRegistration),
      `**${figure(carries)}**`,
      figure(other.get(wall) ?? 0),
      `${beyond[wall].what} ${beyond[wall].todo}`,
    ]
  })
  const head = ['Limit', 'Default', 'Used at 1 a second', 'Carries a second', 'In other Regions', 'Beyond it']
  return table(head, rows)
}

const whenWords: Record<Herd['when'], string> = {
  asTheyCame: 'as they fall due',
  morning: 'all at 08:00',
  spreadHour: 'from 08:00, spread over an hour',
  spreadToRate: 'from 08:00, spread',
}

/** The reminders of a burst: how long they take, and what the retries cost. */
export function herdsTable(herds: readonly { herd: Herd; outcome: Outcome }[]): string {
  const rows = herds.map(({ herd, outcome }) => [
    figure(herd.mailsPerSecond) + (herd.concurrency ? `, Lambda ${figure(herd.concurrency)} at once` : ''),
    whenWords[herd.when] + (herd.when === 'spreadToRate' ? ` over ${duration(outcome.spreadSeconds)}` : ''),
    duration(outcome.lastAfterSeconds),
    figure(Math.round(outcome.retries)),
    dollars(outcome.retriesUsd),
    figure(Math.round(outcome.failed)),
  ])
  return table(
    ['SES a second', 'Reminders go out', 'Last one after', 'Retries', 'Their transitions cost', 'Runs failed'],
    rows,
  )
}

/** The designs: what each changes, what limits its waits, and what a million registrations cost. */
export function designsTable(
  designs: readonly { option: Option; waits: Use; limits: Limits; cost: CostPerMillion }[],
): string {
  const rows = designs.map(({ option, waits, limits, cost }) => [
    option.name,
    option.change,
    `**${figure(waits.carries * option.copies)}**`,
    nameOf(limits[waits.wall]),
    dollars(cost.waiting),
    dollars(cost.total),
  ])
  const head = ['Design', 'Change', 'Waits carry a second', 'Limited by', 'Waiting, a million', 'All, a million']
  return table(head, rows)
}

/** The quotas with their dates. */
export function quotasTable(): string {
  const rows = Object.values<ServiceQuota>(serviceQuotas).map((quota) => {
    const { name, unit, big, elsewhere, bucket, raised, source, read, readIn } = quota
    const value = (limit: number, size?: number) => figure(limit) + (size ? `, bucket ${figure(size)}` : '')
    return [
      `[${name}](${source})`,
      unit,
      value(big, bucket?.big),
      value(elsewhere, bucket?.elsewhere),
      raised,
      read + (readIn ? `, in ${readIn}` : ''),
    ]
  })
  const head = ['Quota', 'Unit', 'us-east-1, us-west-2, eu-west-1', 'Lowest elsewhere', 'Raised', 'Read']
  return table(head, rows)
}
