import { createHash } from 'node:crypto'
import type { Plan } from './plan.ts'

/**
 * What a plan would do, as 64 hexadecimal digits: two plans with the same digest do the same to the same resources.
 * It holds nothing that could be read back, so that it may lie where the plan itself must not.
 */
export function digestOf({ resource_changes, output_changes, errored }: Plan): string {
  const doing = resource_changes.filter(({ change }) =>
    change.actions.some((action) => !['no-op', 'read'].includes(action)),
  )
  const changes = doing
    .map(({ address, change: { actions, before, after, after_unknown } }) => ({
      address,
      actions,
      before,
      after,
      after_unknown,
    }))
    .sort((one, other) => (one.address < other.address ? -1 : 1))
  const outputs = Object.entries(output_changes).filter(([, { actions }]) => !actions.includes('no-op'))
  return createHash('sha256')
    .update(canonical({ changes, outputs, errored: errored ?? false }))
    .digest('hex')
}

/** JSON that does not depend on the order of names. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, each) =>
    each !== null && typeof each === 'object' && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([one], [other]) => (one < other ? -1 : 1)))
      : each,
  )
}
