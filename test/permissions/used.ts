import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { matches } from '@confirmation-reminder/iam/wildcard'
import { isExplained } from './explained.ts'
import type { Granted } from './granted.ts'

/** A line of a local cloud: a statement of a role's policy allowed an action in a journey. */
export interface Use {
  /** The test file. */
  user: string
  /** The ARN of the role. */
  role: string
  policy: number
  statement: number
  action: string
}

/** What the local clouds recorded in a folder, a file of each process. */
export function usesIn(folder: string): Use[] {
  return readdirSync(folder).flatMap((file) =>
    readFileSync(join(folder, file), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Use),
  )
}

/** A grant, and what used it: the names of journeys, or why it stays without. */
export interface Used extends Granted {
  by: string[]
  explained: boolean
}

/** The grants of the stage dev with their uses, and those of the same roles of prod, which have the same statements. Those of `GenerateDataKey*` and other patterns are used by what they match. */
export function usedBy(grants: readonly Granted[], uses: readonly Use[]): Used[] {
  return grants.map((grant) => {
    const by = uses
      .filter((use) => isOf(grant, use))
      .map(({ user }) => user.replace(/^.*\//, '').replace(/\.test\.ts$/, ''))
    return { ...grant, by: [...new Set(by)].sort(), explained: isExplained(grant) }
  })
}

/** Whether the use is one of the grant. */
function isOf({ role, policy, statement, effect, action, allBut }: Granted, use: Use): boolean {
  return (
    effect === 'Allow' &&
    roleOf(use) === role &&
    use.policy === policy &&
    use.statement === statement &&
    matches(action.toLowerCase(), use.action.toLowerCase()) !== allBut
  )
}

/** The name of the same role in the stage dev. */
const roleOf = ({ role }: Use) => role.slice(role.lastIndexOf('/') + 1).replace('-prod-', '-dev-')

/** What must change in the Terraform, or in the table of explained grants: a sentence each. */
export function faultsIn(used: readonly Used[], uses: readonly Use[]): string[] {
  const unused = used.filter(({ effect, by, explained }) => effect === 'Allow' && by.length === 0 && !explained)
  const needless = used.filter(({ by, explained }) => by.length > 0 && explained)
  const unknown = uses.filter((use) => !used.some((grant) => isOf(grant, use)))
  return [
    ...unused.map((one) => `No journey uses ${placeOf(one)}: explain it, or remove it.`),
    ...needless.map((one) => `${one.by.join(', ')} used ${placeOf(one)}: remove it from the explained grants.`),
    ...unknown.map(
      (use) => `${use.user} used ${placeOf({ ...use, role: roleOf(use) })}, which the report does not know.`,
    ),
  ]
}

const placeOf = ({ role, policy, statement, action }: Pick<Granted, 'role' | 'policy' | 'statement' | 'action'>) =>
  `${action} of ${role}, policy ${policy}, statement ${statement}`

/** The report: for each role its statements, and what used each of their actions. */
export function reportOn(used: readonly Used[]): string {
  const roles = [...new Set(used.map(({ role }) => role))]
  return roles.flatMap((role) => [role, ...statementsOf(used.filter((one) => one.role === role)), '']).join('\n')
}

function statementsOf(used: readonly Used[]): string[] {
  const headOf = ({ policy, statement, resources }: Used) =>
    `  policy ${policy}, statement ${statement}, on ${resources.join(', ')}`
  return [...new Set(used.map(headOf))].flatMap((head) => [
    head,
    ...used
      .filter((one) => headOf(one) === head)
      .map((one) => `    ${`${one.allBut ? 'all but ' : ''}${one.action}`.padEnd(34)} ${useOf(one)}`),
  ])
}

// Enough to see that it is used, few enough for a line.
const mostNamed = 4

function useOf({ by, explained, effect }: Used): string {
  if (effect === 'Deny') return 'denied'
  if (by.length === 0) return explained ? 'by none, explained' : 'BY NONE'
  const others = by.length - mostNamed
  return `by ${by.slice(0, mostNamed).join(', ')}${others > 0 ? ` and ${others} more` : ''}`
}
