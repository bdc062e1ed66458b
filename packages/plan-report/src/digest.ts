import { createHash } from 'node:crypto'
import { inside } from './display-value.ts'
import type { Plan, ResourceChange } from './plan.ts'

/**
 * What a plan would do, as 64 hexadecimal digits: two plans with the same digest do the same to the same resources.
 * It holds nothing that could be read back, so that it may lie where the plan itself must not.
 */
export function digestOf({ resource_changes, output_changes, errored }: Plan): string {
  const changes = resource_changes
    .filter(
      ({ change, previous_address }) =>
        previous_address || change.importing || change.actions.some((action) => !['no-op', 'read'].includes(action)),
    )
    .map(({ address, previous_address, change }) => {
      const { actions, importing } = change
      return { address, previous_address, importing, actions, ...doing(change) }
    })
    .sort((one, other) => (one.address < other.address ? -1 : 1))
  const outputs = Object.entries(output_changes).filter(([, { actions }]) => !actions.includes('no-op'))
  return createHash('sha256')
    .update(canonical({ changes, outputs, errored: errored ?? false }))
    .digest('hex')
}

/** The values that change. What AWS computes is left out: it moves on its own, as a function's version when its team ships. */
function doing({ before, after, after_unknown }: ResourceChange['change']) {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])]
  const values = names
    .filter((name) => inside(after_unknown, name) !== true)
    .map((name) => [name, inside(before, name), inside(after, name)])
    .filter(([, was, is]) => canonical(was) !== canonical(is))
  return { values: values.sort(), unknown: after_unknown ?? {} }
}

/** JSON that does not depend on the order of names. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, each) =>
    each !== null && typeof each === 'object' && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([one], [other]) => (one < other ? -1 : 1)))
      : each,
  )
}
