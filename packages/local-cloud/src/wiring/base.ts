import { join } from 'node:path'
import { dataFolders } from '../core/data-folder.ts'
import { type Checked, checkBeforeOpening } from '../core/durable/open-database.ts'
import { DurableClock } from '../core/durable-clock.ts'
import type { StackModel } from '../core/stack-model.ts'
import { openStore, type Store } from '../core/store.ts'
import { Faults } from '../faults/faults.ts'
import type { Permissions } from '../permissions/permissions.ts'
import { checkCode } from '../services/lambda/code.ts'
import type { Started } from './started.ts'

/** What every service starts from. */
export interface Base {
  stack: StackModel
  permissions: Permissions
  /** What is durable, for this process alone. */
  dataFolder: string
  /** What was found in DynamoDB's tables, which are opened later. */
  tables: Checked
  store: Store
  clock: DurableClock
  faults: Faults
  started: Started
  log: (line: string) => void
}

/**
 * Checks what the data folder holds, and opens the store, with the clock and the faults that it keeps.
 * @throws Error with one sentence, if the folder is in use, damaged or cannot be written
 */
export async function openBase(
  given: Pick<Base, 'stack' | 'permissions' | 'dataFolder' | 'started' | 'log'>,
): Promise<Base> {
  const { dataFolder, permissions, started, log } = given
  // The store checks itself. It is opened last, so that a start on a folder with other damage leaves it as it is.
  const tables = await checkBeforeOpening(join(dataFolder, dataFolders.tables))
  await checkCode(join(dataFolder, dataFolders.code))
  const store = await openStore(join(dataFolder, dataFolders.store))
  started.add({ stop: () => store.close() })
  const clock = started.add(await DurableClock.open(store))
  permissions.follow(clock)
  const faults = started.add(await Faults.open(store, clock))
  if (faults.list().length > 0)
    log('faults: the rules of the last run are still active; PUT [] to /_local/faults ends them')
  return { ...given, tables, store, clock, faults }
}
