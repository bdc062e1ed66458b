import {
  changedByShipping,
  changedByWebhookCommand,
  returnedInAnyOrder,
} from '@confirmation-reminder/contracts/terraform-ignored'
import { type Difference, differences, isOnlyAnotherOrder, isWritten } from './difference.ts'
import { type DisplayValue, displayed, isObject } from './display-value.ts'
import type { Plan, ResourceChange } from './plan.ts'
import { named, nameOf, nounOf } from './subjects.ts'

/** `deleted` is what an unfinished replacement left behind (deposed), not the resource in use. */
export type Kind = 'created' | 'changed' | 'replaced' | 'destroyed' | 'forgotten' | 'deleted' | 'moved' | 'imported'

/** What a plan does to one resource. Nothing in it is sensitive. */
export interface Change {
  address: string
  /** Which of the objects that unfinished replacements left behind; missing for the resource in use. */
  deposed?: string
  type: string
  /** As people call its type, as in "table". */
  noun: string
  /** Terraform's own name of the resource. */
  logicalName: string
  /** As people call it, as in "table `customers`". */
  title: string
  kind: Kind
  before: { [name: string]: DisplayValue }
  after: { [name: string]: DisplayValue }
  differences: Difference[]
  /** The arguments whose change makes it a replacement. */
  because: string[]
  /** Why Terraform chose to replace it, where no argument is the reason. */
  reason?: string
}

/** Why it is replaced, as the end of a sentence. */
export const replacedBecause = ({ kind, because, reason }: Change) =>
  kind !== 'replaced'
    ? ''
    : because.length
      ? `, because its ${because.join(' and ')} changes`
      : reason
        ? `, because ${reason}`
        : ''

/** Every resource that the plan changes. */
export function changesOf(plan: Plan): Change[] {
  const written = writtenIn(plan)
  return plan.resource_changes.flatMap((change) => toChange(change, written.get(change.address)))
}

const changedByCommands: ReadonlyMap<string, string[]> = new Map(
  Object.entries({ ...changedByShipping, ...changedByWebhookCommand }),
)
const unordered: ReadonlyMap<string, string[]> = new Map(Object.entries(returnedInAnyOrder))

/**
 * Every resource that was changed outside Terraform. What the configuration does not say cannot be contradicted: AWS changes
 * its own values and the order of some lists, the team that ships a function its code, and a command the webhook's secret.
 */
export function driftOf(plan: Plan): Change[] {
  const written = writtenIn(plan)
  return plan.resource_drift.flatMap((drifted) => {
    const expressions = written.get(drifted.address)
    const isSaid = (difference: Difference) => {
      const path = difference.path.split('.')
      const isOneOf = (those: ReadonlyMap<string, string[]>) => those.get(drifted.type)?.includes(path[0] ?? '')
      if (isOneOf(changedByCommands) || (isOneOf(unordered) && isOnlyAnotherOrder(difference))) return false
      return !expressions || isWritten(expressions, path)
    }
    return toChange(drifted, expressions).flatMap((change) => {
      const differences = change.differences.filter(isSaid)
      return change.kind === 'changed' && differences.length === 0 ? [] : [{ ...change, differences }]
    })
  })
}

/** The expressions of the configuration, by the address of their resource. */
const writtenIn = ({ configuration }: Plan) =>
  new Map(configuration?.root_module?.resources?.map(({ address, expressions }) => [address, expressions ?? {}]))

function toChange(found: ResourceChange, written?: object): Change[] {
  if (found.mode !== 'managed') return []
  return kindsOf(found).map((kind) => changeOf(found, kind, written))
}

function changeOf(
  { address, deposed, type, name, action_reason, change }: ResourceChange,
  kind: Kind,
  written?: object,
) {
  // What is sensitive on one side stays so on the other: it may be the same secret, with a mark that is removed or added.
  const secret = [change.before_sensitive, change.after_sensitive]
  const before = kind === 'created' ? {} : object(displayed(change.before, secret))
  const after = kind === 'forgotten' ? {} : object(displayed(change.after, secret, change.after_unknown))
  const paths = (kind === 'replaced' && change.replace_paths) || []
  const because = [...new Set(paths.map(([root]) => String(root)))]
  const noun = `${deposed === undefined ? '' : 'leftover (deposed) '}${nounOf(type)}`
  const title = `${noun} ${named(nameOf(kind === 'created' ? after : before, name))}`
  const differing = kind === 'changed' || kind === 'replaced' ? differences(before, after, written) : []
  const reason = actionReasons.get(action_reason ?? '')
  return {
    address,
    ...(deposed !== undefined && { deposed }),
    type,
    noun,
    logicalName: name,
    title,
    kind,
    before,
    after,
    differences: differing,
    because,
    ...(reason && { reason }),
  }
}

const object = (value: DisplayValue) => (isObject(value) ? value : {})

/** What Terraform's lists of actions mean. Any other list is named as a danger, and read as far as it can be. */
export const knownActions: ReadonlyMap<string, Kind[]> = new Map([
  ['no-op', []],
  ['read', []],
  ['create', ['created']],
  ['update', ['changed']],
  ['delete,create', ['replaced']],
  ['create,delete', ['replaced']],
  ['delete', ['destroyed']],
  ['forget', ['forgotten']],
  ['create,forget', ['forgotten', 'created']],
])

/** Why Terraform chose its actions. The reason is empty where the rest of the plan says it. */
export const actionReasons: ReadonlyMap<string, string> = new Map([
  ['replace_because_cannot_update', ''],
  ['replace_because_tainted', 'an earlier apply did not finish it (it is tainted)'],
  ['replace_by_request', '`-replace` names it'],
  ['replace_by_triggers', 'something that its `replace_triggered_by` names changes'],
  ['delete_because_no_resource_config', ''],
  ['delete_because_wrong_repetition', ''],
  ['delete_because_count_index', ''],
  ['delete_because_each_key', ''],
  ['delete_because_no_module', ''],
  ['delete_because_no_move_target', ''],
  ['read_because_config_unknown', ''],
  ['read_because_dependency_pending', ''],
  ['read_because_check_nested', ''],
])

function kindsOf(found: ResourceChange): Kind[] {
  const { actions } = found.change
  const kinds = knownActions.get(actions.join()) ?? kindsAmong(actions)
  if (kinds.length === 0) return kindOfStay(found)
  return found.deposed === undefined ? kinds : kinds.map((kind) => (kind === 'destroyed' ? 'deleted' : kind))
}

function kindsAmong(actions: string[]): Kind[] {
  const has = (action: string) => actions.includes(action)
  if (has('delete')) return has('create') ? ['replaced'] : ['destroyed']
  if (has('forget')) return ['forgotten']
  if (has('create')) return ['created']
  return has('update') ? ['changed'] : []
}

/** What becomes of a resource that AWS keeps as it is: Terraform may know it by another address, or for the first time. */
function kindOfStay({ previous_address, change }: ResourceChange): Kind[] {
  if (previous_address !== undefined) return ['moved']
  return change.importing ? ['imported'] : []
}

/** Whether the resource that was there before is there no longer. */
export const isRemoved = ({ kind }: Change) => kind === 'replaced' || kind === 'destroyed' || kind === 'forgotten'
