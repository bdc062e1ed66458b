import type { Change } from './change.ts'
import type { Danger } from './danger.ts'
import type { Plan } from './plan.ts'
import { capital } from './subjects.ts'

/**
 * What a plan creates only because the state lacks it. The plan of the base lacks it too, so such a plan adds nothing to
 * that of the base: no comparison of the two finds it.
 */
export function lostStateDangers({ prior_state }: Plan, changes: Change[]): Danger[] {
  const created = changes.filter(({ kind }) => kind === 'created')
  const resources = prior_state?.values?.root_module?.resources ?? []
  // What is read, such as the account's number, is in the state of a first plan too.
  const managed = resources.filter(({ mode }) => mode === 'managed')
  if (managed.length === 0) return created.length ? [emptyState] : []
  const addresses = new Set(managed.map(({ type, name }) => `${type}.${name}`))
  return created
    .filter(({ type, logicalName }) => !addresses.has(`${type}.${logicalName}`))
    .filter(({ type, title }) => type === 'aws_dynamodb_table' && /customers/.test(title))
    .map(({ title }) => ({
      title: `${capital(title)} is created in a stage that exists`,
      why: 'Its state does not hold the table. If AWS has it, import it (`terraform import`). If it was deleted, restore it first: with an empty table, no link works any more, and customers who withdrew can get mail again. Accept this only if a first deploy stopped before it had created the table.',
    }))
}

const emptyState: Danger = {
  title: 'The state is empty: this plan creates the whole stage',
  why: 'If the stage exists, do not apply it: it creates a second API and second keys, and fails at most names, which are taken. The state is elsewhere (`docs/deploy.md`, "Move local state into the bucket"), or the resources were deleted. Accept this only for the first deploy of a stage.',
}
