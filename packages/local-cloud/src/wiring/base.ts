import { join } from 'node:path'
import { dataFolders } from '../core/data-folder.ts'
import { DurableClock } from '../core/durable-clock.ts'
import type { StackModel } from '../core/stack-model.ts'
import { openStore, type Store } from '../core/store.ts'
import { Faults } from '../faults/faults.ts'
import type { Started } from './started.ts'

/** What every service starts from. */
export interface Base {
  stack: StackModel
  /** What is durable, for this process alone. */
  dataFolder: string
  store: Store
  clock: DurableClock
  faults: Faults
  started: Started
  log: (line: string) => void
}

/** Opens the store, and the clock and the faults that it keeps. */
export async function openBase(given: Pick<Base, 'stack' | 'dataFolder' | 'started' | 'log'>): Promise<Base> {
  const { dataFolder, started, log } = given
  const store = await openStore(join(dataFolder, dataFolders.store))
  started.add({ stop: () => store.close() })
  const clock = started.add(await DurableClock.open(store))
  const faults = started.add(await Faults.open(store, clock))
  if (faults.list().length > 0)
    log('faults: the rules of the last run are still active; PUT [] to /_local/faults ends them')
  return { ...given, store, clock, faults }
}
