import { terraformIgnored } from '@confirmation-reminder/contracts/terraform-ignored'
import { type Difference, differences, isWritten } from './difference.ts'
import { isObject, type Shown, shown } from './display-value.ts'
import type { Plan, ResourceChange } from './plan.ts'
import { named, nameOf, nounOf } from './subjects.ts'

export type Kind = 'created' | 'changed' | 'replaced' | 'destroyed' | 'forgotten' | 'moved' | 'imported'

/** What a plan does to one resource. Nothing in it is sensitive. */
export interface Change {
  address: string
  type: string
  /** Terraform's own name of the resource. */
  logicalName: string
  /** As people call it, as in "table `customers`". */
  title: string
  kind: Kind
  before: { [name: string]: Shown }
  after: { [name: string]: Shown }
  differences: Difference[]
  /** The arguments whose change makes it a replacement. */
  because: string[]
}

/** Every resource that the plan changes. */
export function changesOf(plan: Plan): Change[] {
  const written = writtenIn(plan)
  return plan.resource_changes.flatMap((change) => toChange(change, written.get(change.address)))
}

const shippedArguments: ReadonlyMap<string, string[]> = new Map(Object.entries(terraformIgnored))

/**
 * Every resource that somebody changed behind Terraform's back. What the configuration does not say cannot be
 * contradicted: AWS moves its own values, and whoever ships a function moves its code.
 */
export function driftOf(plan: Plan): Change[] {
  const written = writtenIn(plan)
  return plan.resource_drift.flatMap((drifted) => {
    const expressions = written.get(drifted.address)
    const byShipping = shippedArguments.get(drifted.type) ?? []
    const isSaid = ([argument = '', ...inside]: string[]) =>
      !byShipping.includes(argument) && (!expressions || isWritten(expressions, [argument, ...inside]))
    return toChange(drifted, expressions).flatMap((change) => {
      const differences = change.differences.filter(({ path }) => isSaid(path.split('.')))
      return change.kind === 'changed' && differences.length === 0 ? [] : [{ ...change, differences }]
    })
  })
}

/** The expressions of the configuration, by the address of their resource. */
const writtenIn = ({ configuration }: Plan) =>
  new Map(configuration?.root_module?.resources.map(({ address, expressions }) => [address, expressions ?? {}]))

function toChange(found: ResourceChange, written?: object): Change[] {
  const { address, mode, type, name, change } = found
  const kind = kindOf(change.actions) ?? kindOfStay(found)
  if (mode !== 'managed' || !kind) return []
  // What is sensitive on one side stays so on the other: it may be the same secret, with a mark that goes or comes.
  const secret = [change.before_sensitive, change.after_sensitive]
  const before = object(shown(change.before, secret))
  const after = object(shown(change.after, secret, change.after_unknown))
  const because = [...new Set((change.replace_paths ?? []).map(([root]) => String(root)))]
  const title = `${nounOf(type)} ${named(nameOf(kind === 'created' ? after : before, name))}`
  const differing = kind === 'changed' || kind === 'replaced' ? differences(before, after, written) : []
  return [{ address, type, logicalName: name, title, kind, before, after, differences: differing, because }]
}

const object = (value: Shown) => (isObject(value) ? value : {})

function kindOf(actions: string[]): Kind | undefined {
  const has = (action: string) => actions.includes(action)
  if (has('delete')) return has('create') ? 'replaced' : 'destroyed'
  if (has('forget')) return 'forgotten'
  if (has('create')) return 'created'
  return has('update') ? 'changed' : undefined
}

/** What becomes of a resource that AWS keeps as it is: Terraform may know it by another address, or for the first time. */
function kindOfStay({ previous_address, change }: ResourceChange): Kind | undefined {
  if (previous_address !== undefined) return 'moved'
  return change.importing ? 'imported' : undefined
}

/** Whether the resource that was there before is there no longer. */
export const goes = ({ kind }: Change) => kind === 'replaced' || kind === 'destroyed' || kind === 'forgotten'
