import type { Danger } from '../danger.ts'
import { count } from '../subjects.ts'
import { assumptions, daysOfMonth } from './assumptions.ts'
import { type Cost, costOf, type Service, services, total } from './cost.ts'
import type { Deployment } from './deployment.ts'
import { danger, isNear, isPassed, type Limit, limitsOf } from './limits.ts'
import { oldestPublication, unread } from './price-list.ts'
import { products, region } from './products.ts'
import type { Raised } from './quotas.ts'

/** What a stage costs and can take, for so many registrations a day. */
export interface Outlook {
  registrationsPerDay: number
  deployment: Deployment
  cost: Cost
  /** What the stage costs without the change, and what that is; left out without a plan. */
  without?: { change: Change; cost: Cost }
  limits: Limit[]
  /** The limits that the stage passes without the change. */
  passedBefore: string[]
}

type Change = 'This plan' | 'This pull request'

export function outlookOf(
  deployment: Deployment,
  registrationsPerDay: number,
  { before, change = 'This plan', raised }: { before?: Deployment | undefined; change?: Change; raised?: Raised } = {},
): Outlook {
  return {
    registrationsPerDay,
    deployment,
    cost: costOf(deployment, registrationsPerDay),
    ...(before && { without: { change, cost: costOf(before, registrationsPerDay) } }),
    limits: limitsOf(deployment, registrationsPerDay, raised),
    passedBefore: (before ? limitsOf(before, registrationsPerDay, raised) : [])
      .filter(isPassed)
      .map(({ name }) => name),
  }
}

const passed = ({ limits }: Outlook) => limits.filter(isPassed)

/** Limits that are passed: as dangerous as a replaced table. A risk counts only where the change brings it. */
export function limitDangers(outlook: Outlook): Danger[] {
  const known = ({ risk, name }: Limit) => risk && outlook.passedBefore.includes(name)
  return passed(outlook)
    .filter((limit) => !known(limit))
    .map(danger)
}

export function costMarkdown(outlook: Outlook, stage: string): string {
  const { registrationsPerDay, deployment, cost, without } = outlook
  const month = total(cost)
  const perThousand = (month / (registrationsPerDay * daysOfMonth)) * 1000
  const notRead = unread()
  const over = passed(outlook)
  const delta = without ? ` ${without.change} changes that by **${signed(month - total(without.cost))}**.` : ''
  return [
    `#### Cost and capacity of ${stage} at ${registrationsPerDay.toLocaleString('en')} registrations a day`,
    over.length
      ? `**${count(over.length, 'limit')} passed**: ${over.map(({ name }) => name).join('; ')}.`
      : 'No limit is passed.',
    `A month costs about **${dollars(month)}**, ${dollars(perThousand)} for 1,000 registrations.${delta}`,
    costTable(cost, without),
    limitTable(outlook.limits),
    `<details><summary>How this is calculated</summary>\n\n${[
      `- Read from ${deployment.source}${deployment.workflow.known ? '' : '; the delay is known only after apply, so the previous or the article’s is used'}.`,
      `- AWS’s list prices of ${region}, the oldest published on ${oldestPublication()}, without free tiers but that of dashboards${notRead.length ? `. ${notRead.length} of ${Object.keys(products).length} were not read in AWS’s price list: ${notRead.join(', ')}` : ''} (packages/plan-report/src/cost/price-figures.ts; \`npm run prices\` refreshes them).`,
      `- ${assumptions.confirmingBeforeReminder * 100} % confirm before the reminder, ${assumptions.confirming * 100} % in the end; the rest is in assumptions.ts beside the prices.`,
      '- Quotas are AWS’s defaults unless `--quota` says yours.',
    ].join('\n')}\n\n</details>`,
  ].join('\n\n')
}

function costTable(cost: Cost, without: Outlook['without']): string {
  const before = without?.cost
  const isThere = (service: Service) => cost[service] > 0 || (before?.[service] ?? 0) > 0
  const rows = services
    .filter(isThere)
    .map((service) => [service, dollars(cost[service]), ...(before ? [signed(cost[service] - before[service])] : [])])
  const sum = [
    '**Together**',
    `**${dollars(total(cost))}**`,
    ...(before ? [`**${signed(total(cost) - total(before))}**`] : []),
  ]
  return table(['Service', 'A month', ...(without ? [without.change] : [])], [...rows, sum])
}

function limitTable(limits: Limit[]): string {
  const rows = limits.map((each) => {
    const { name, expected, limit, unit, because } = each
    const state = isPassed(each) ? '**passed**' : isNear(each) ? 'near' : 'ok'
    const used = `${Math.round((expected / limit) * 100)} %`
    return [name, `${figure(expected)} ${unit}`, figure(limit), used, state, because]
  })
  return table(['What', 'Expected', 'Limit', 'Used', '', 'Because'], rows)
}

const table = (head: string[], rows: string[][]) =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
const figure = (number: number) =>
  number < 10 ? number.toLocaleString('en', { maximumFractionDigits: 2 }) : Math.round(number).toLocaleString('en')
const dollars = (usd: number) => `$${usd.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`
const signed = (usd: number) => (Math.abs(usd) < 0.005 ? '±$0.00' : `${usd < 0 ? '−' : '+'}${dollars(Math.abs(usd))}`)
