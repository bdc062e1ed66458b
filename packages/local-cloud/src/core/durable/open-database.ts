import { mkdir } from 'node:fs/promises'
import { ClassicLevel } from 'classic-level'
import { Acknowledged } from './acknowledged.ts'
import { checkDatabase } from './check-database.ts'
import { wayOut } from './damage.ts'
import { stopAfterFailedWrite } from './failed-write.ts'
import { writeOneAtATime } from './one-write-at-a-time.ts'

type Database = ClassicLevel<string, unknown>

/**
 * Opens a LevelDB after a check that it contains every acknowledged write. After a failed write the process ends.
 * @param make creates the database object of that folder, not open yet
 * @throws Error with one sentence, if another process has the folder open, something in it is damaged or missing, or
 *   it cannot be written
 */
export async function openDatabase<T>(
  folder: string,
  make: () => { database: Database; all: T },
  failed: (error: unknown) => void = (error) => stopAfterFailedWrite(folder, error),
): Promise<T> {
  const lastSequence = await check(folder)
  const { database, all } = make()
  try {
    await database.open()
    readSynchronously(database)
    writeOneAtATime(database, await Acknowledged.open(folder, lastSequence), failed)
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

async function check(folder: string): Promise<number> {
  try {
    await mkdir(folder, { recursive: true })
    return await checkDatabase(folder)
  } catch (error) {
    // Data that another process is writing looks damaged.
    throw (await isInUse(folder)) ? inUse(folder) : unusable(folder, error)
  }
}

const isLocked = (error: unknown) => (error as { cause?: { code?: string } }).cause?.code === 'LEVEL_LOCKED'

/** Our own sentences as they are; the system's and LevelDB's, which name the file, with what to do. */
function unusable(folder: string, error: unknown): Error {
  const { code, message, cause } = error as NodeJS.ErrnoException
  if (code === undefined) return error as Error
  const reason = (cause as Error | undefined)?.message ?? message
  return new Error(`The data in ${folder} cannot be opened (${reason}): make it writable, free some space, ${wayOut}.`)
}
