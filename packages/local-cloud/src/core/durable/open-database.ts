import { mkdir } from 'node:fs/promises'
import { ClassicLevel } from 'classic-level'
import { Acknowledged, readAcknowledged } from './acknowledged.ts'
import { checkDatabase } from './check-database.ts'
import type { CheckedTables } from './checked-tables.ts'
import { unusable } from './damage.ts'
import { stopAfterFailedWrite } from './failed-write.ts'
import { writeOneAtATime } from './one-write-at-a-time.ts'
import { stopAfterDamage, TableChecks, type Thoroughness } from './table-checks.ts'

type Database = ClassicLevel<string, unknown>

/** What a check of a database found. */
export interface Checked {
  /** The number of the last write. */
  lastSequence: number
  /** The number of the last acknowledged write, as its file said before the check. */
  acknowledged: number | undefined
  /** The tables that are whole. */
  tables: CheckedTables
}

/**
 * Opens a LevelDB after a check that it contains every acknowledged write. After a failed write the process ends.
 * @param make creates the database object of that folder, not open yet
 * @param checked what `checkBeforeOpening` has returned, if the database was checked before
 * @throws Error with one sentence, if another process has the folder open, something in it is damaged or missing, or
 *   it cannot be written
 */
export async function openDatabase<T>(
  folder: string,
  make: () => { database: Database; all: T },
  {
    checked,
    failed = (error) => stopAfterFailedWrite(folder, error),
    found = stopAfterDamage,
    thoroughness,
  }: {
    checked?: Checked | undefined
    failed?: (error: unknown) => void
    /** Called with the damage that is found in a table while the database is open. */
    found?: (damage: Error) => void
    thoroughness?: Thoroughness
  } = {},
): Promise<T> {
  const { lastSequence, acknowledged, tables } = checked ?? (await checkBeforeOpening(folder))
  const { database, all } = make()
  try {
    await database.open()
    // Another process has opened and closed it since the check.
    if ((await readAcknowledged(folder)) !== acknowledged) throw inUse(folder)
    readSynchronously(database)
    writeOneAtATime(database, await Acknowledged.open(folder, lastSequence), failed)
    const checks = new TableChecks(folder, tables, found, thoroughness)
    database.once('closing', () => checks.stop())
    checks.start()
    return all
  } catch (error) {
    await database.close()
    throw isLocked(error) ? inUse(folder) : unusable(folder, error)
  }
}

/** What abstract-level calls on an implementation. */
interface Reading {
  _get(key: unknown, options: object): Promise<unknown>
  _getSync(key: unknown, options: object): unknown
}

/** Reads on this thread: LevelDB has nearly all that is read in memory, and there a switch of threads takes longer. */
function readSynchronously(database: Database): void {
  const implementation = database as unknown as Reading
  implementation._get = async (key, options) => implementation._getSync(key, options)
}

/**
 * Whether a process has the database in a folder open, however damaged it is.
 */
export async function isInUse(folder: string): Promise<boolean> {
  // LevelDB takes the lock before it looks at anything else, and then refuses what these options exclude: every folder.
  const probe = new ClassicLevel(folder, { createIfMissing: false, errorIfExists: true })
  return await probe.open().then(
    () => false,
    (error: unknown) => isLocked(error),
  )
}

export const inUse = (folder: string) =>
  new Error(`Another local cloud uses the folder ${folder}: stop that one, or choose a folder with --data.`)

/**
 * Checks a database, which may be new, and writes nothing to it.
 * @throws Error with one sentence, as `openDatabase` does
 */
export async function checkBeforeOpening(folder: string): Promise<Checked> {
  try {
    await mkdir(folder, { recursive: true })
    const acknowledged = await readAcknowledged(folder)
    return { acknowledged, ...(await checkDatabase(folder)) }
  } catch (error) {
    // Data that another process is writing looks damaged.
    throw (await isInUse(folder)) ? inUse(folder) : unusable(folder, error)
  }
}

const isLocked = (error: unknown) => (error as { cause?: { code?: string } }).cause?.code === 'LEVEL_LOCKED'
