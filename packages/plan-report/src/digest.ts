import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { changedByShipping } from '@confirmation-reminder/contracts/terraform-ignored'
import { type DisplayValue, inside } from './display-value.ts'
import { knownMembers, type Plan, type ResourceChange } from './plan.ts'
import { nameOf } from './subjects.ts'

/**
 * What a plan would do, as 64 hexadecimal digits: two plans with the same digest do the same to the same resources,
 * although what was there before may differ. It holds nothing that could be read back, so that it may lie where the plan
 * itself must not.
 */
export function digestOf(plan: Plan): string {
  const changes = plan.resource_changes.filter(isDone).map(doing)
  const outputs = Object.entries(plan.output_changes)
    .filter(([, { actions }]) => !actions.includes('no-op'))
    .map(([name, { actions, after, after_unknown }]) => ({ name, actions, after, after_unknown }))
  const digested = {
    changes: inOrder(changes),
    outputs: inOrder(outputs),
    invocations: inOrder(plan.action_invocations),
    // What is unknown may be what a plan does.
    unknown: unknown(plan, knownMembers.plan),
    errored: plan.errored ?? false,
  }
  return createHash('sha256').update(canonical(digested)).digest('hex')
}

const isDone = ({ change, previous_address }: ResourceChange) =>
  previous_address !== undefined ||
  change.importing ||
  change.actions.some((action) => action !== 'no-op' && action !== 'read')

/** As Terraform lists them in no particular order: two of them may have the same address. */
const inOrder = (done: object[]) => done.map(canonical).sort()

/**
 * What is done to which object. What the object was is left out: a function's version and many other values move on their
 * own, as when its team ships, and a deletion ends the same. Which object it was counts: what the report calls it too.
 */
function doing(changed: ResourceChange) {
  const { address, deposed, previous_address, change } = changed
  const { actions, importing, before, before_identity, after_unknown } = change
  const values = valuesSet(changed)
  return {
    address,
    deposed,
    previous_address,
    importing,
    actions,
    object: [...identifying.map((name) => inside(before, name)), before_identity, calledBefore(changed, values)],
    values,
    after_unknown: after_unknown ?? {},
    unknown: [unknown(changed, knownMembers.resourceChange), unknown(change, knownMembers.change)],
  }
}

// Two rights to invoke a function may differ only in the alias that they are for.
const identifying = ['id', 'arn', 'qualifier']

/** What the report calls an object that is there; what an update changes of its name is no part of it. */
function calledBefore({ change: { actions, before } }: ResourceChange, values: [name: string, value: unknown][]) {
  const changed = actions.includes('update') ? values.map(([name]) => name) : []
  const stays = Object.entries(before ?? {}).filter(([name]) => !changed.includes(name))
  return nameOf(Object.fromEntries(stays) as { [name: string]: DisplayValue }, '')
}

// A new alias begins with the version that its function has. Its team's next ship changes that.
const leftOut: ReadonlyMap<string, string[]> = new Map([['aws_lambda_alias', changedByShipping.aws_lambda_alias]])

/** The values that change, as they will be. What AWS computes is unknown until then. */
function valuesSet({
  type,
  change: { before, after, after_unknown },
}: ResourceChange): [name: string, value: unknown][] {
  if (after === null || after === undefined) return []
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after)])
  return [...names]
    .filter((name) => inside(after_unknown, name) !== true && !leftOut.get(type)?.includes(name))
    .filter((name) => !isDeepStrictEqual(inside(before, name) ?? null, inside(after, name) ?? null))
    .sort()
    .map((name) => [name, inside(after, name) ?? null])
}

const unknown = (value: object, known: Set<string>) =>
  Object.fromEntries(Object.entries(value).filter(([name]) => !known.has(name)))

/** JSON that does not depend on the order of names. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null'
  const entries = Object.entries(value).filter(([, each]) => each !== undefined)
  const sorted = entries.sort(([one], [other]) => (one < other ? -1 : 1))
  return `{${sorted.map(([name, each]) => `${JSON.stringify(name)}:${canonical(each)}`).join()}}`
}
