import { inside, type StateFields, type StateScope } from '../languages/input-output-processing.ts'
import { jsonata } from '../languages/language-jsonata.ts'
import type { Json } from '../values/json.ts'
import { existing } from '../values/json-path.ts'
import { bare } from '../values/seconds.ts'
import { runtimeError, StateError } from '../values/state-error.ts'
import type { StateGroup, Work } from './parallel.ts'

/** A Map state in inline mode. `Iterator` and `Parameters` are the former names of `ItemProcessor` and `ItemSelector`. */
export interface MapState extends StateFields {
  Type: 'Map'
  ItemProcessor?: StateGroup
  Iterator?: StateGroup
  Items?: Json
  ItemsPath?: string
  ItemSelector?: Json
  MaxConcurrency?: number
  MaxConcurrencyPath?: string
}

/** AWS's limit for the iterations of one Map state in inline mode that run at the same time. */
const iterationsAtOnce = 40

/** The work of a Map state: an iteration for each item. */
export function mapWork(state: MapState, scope: StateScope): Work {
  const read = inside(state, scope)
  return { items: mapItems(state, read), atOnce: concurrency(state, read) }
}

/** The items of a Map state, one for each iteration. Evaluated once, when the state is entered or retried. */
function mapItems({ Items, ItemsPath: path = '$' }: MapState, read: StateScope): Json[] {
  if (Array.isArray(Items)) return Items
  const items = existing(path, read)
  if (Array.isArray(items)) return items
  if (read.language !== jsonata) throw runtimeError(`Reference path "${path}" must point to array.`)
  const cause = `Map state input must be an array but was: ${JSON.stringify(items)}`
  throw new StateError('States.QueryEvaluationError', cause)
}

function concurrency({ MaxConcurrency = 0, MaxConcurrencyPath: path }: MapState, read: StateScope): number {
  const given = path === undefined ? MaxConcurrency : existing(path, read)
  // AWS was recorded to take "1" too, and to make no progress with -1.
  const most = typeof given === 'string' && /^\d+$/.test(given) ? Number(given) : given
  if (Number.isInteger(most) && Number(most) >= 0) return Math.min(Number(most) || iterationsAtOnce, iterationsAtOnce)
  throw runtimeError(
    `The MaxConcurrencyPath field refers to value "${bare(given)}" which is not a valid integer: ${path}`,
  )
}

/** The machine that runs for each item. */
export function itemProcessor({ ItemProcessor, Iterator: former }: MapState): StateGroup {
  const machine = ItemProcessor ?? former
  if (!machine) throw new Error('A Map state has neither an ItemProcessor nor an Iterator.')
  return machine
}

/** The input of an iteration: its item, or what ItemSelector makes of it. The scope's context object has the item. */
export function iterationInput(state: MapState, item: Json, scopeOf: () => StateScope): Json {
  const selector = state.ItemSelector ?? state.Parameters
  if (selector === undefined) return item
  const scope = scopeOf()
  return scope.language.fill(selector, 'ItemSelector', inside(state, scope))
}
