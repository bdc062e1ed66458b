import { chmod, lstat, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { acknowledgedFile } from './durable/acknowledged.ts'
import { missing, wayOut } from './durable/damage.ts'
import { keepFile } from './durable/keep-file.ts'
import { inUse, isInUse } from './durable/open-database.ts'

/** What a data folder holds: the services' store, DynamoDB's tables, and the functions' code, unzipped. */
export const dataFolders = { store: 'store', tables: 'tables', code: 'code' } as const

// Which version of all that it is. Another one means that this version of the code cannot read it.
const versionFile = 'version'
const version = '1\n'
const ours = [...Object.values(dataFolders), versionFile, `${versionFile}.partial`] as readonly string[]

/**
 * Makes sure that the folder is there, that only its owner can read it, that its version is ours and, on request, that
 * it is empty.
 * @throws Error with one sentence, where it is a file, cannot be written, is of another version, in use, or about to be
 *   emptied though it holds something foreign.
 */
export async function prepareDataFolder(folder: string, { reset }: { reset: boolean }): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    if (reset) await empty(folder)
    else await checkVersion(folder)
    await makePrivate(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error
    throw new Error(
      `${folder} cannot be the data folder (${(error as Error).message}): make it yours to read and write, or choose another with --data.`,
    )
  }
}

/** Marks the folder with the version, as soon as both databases are there: from then on neither may be missing. */
export async function keepVersion(folder: string): Promise<void> {
  if ((await versionOf(folder)) === undefined) await keepFile(join(folder, versionFile), version)
}

async function empty(folder: string): Promise<void> {
  const foreign = (await readdir(folder)).find((name) => !ours.includes(name))
  if (foreign !== undefined) {
    throw new Error(
      `${folder} holds ${foreign}, which is not the local cloud's: empty it yourself, or choose another folder.`,
    )
  }
  const store = join(folder, dataFolders.store)
  if (await isInUse(store)) throw inUse(store)
  // The version last: while it is there, the next start says what else is not.
  for (const name of ours) await rm(join(folder, name), { recursive: true, force: true })
}

async function checkVersion(folder: string): Promise<void> {
  const found = await versionOf(folder)
  if (found === undefined) return
  if (found !== version) {
    throw new Error(
      `${join(folder, versionFile)} says that the data is of version ${found.trim() || 'unknown'}, and this local cloud reads version ${version.trim()}: ${wayOut}.`,
    )
  }
  for (const name of [dataFolders.store, dataFolders.tables]) {
    const file = acknowledgedFile(join(folder, name))
    if (!(await exists(file))) throw missing(file)
  }
}

async function versionOf(folder: string): Promise<string | undefined> {
  return await readFile(join(folder, versionFile), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
    return undefined
  })
}

/** Takes from others what they may do. A folder in which a person keeps other things as well stays as it is. */
async function makePrivate(folder: string): Promise<void> {
  const names = await readdir(folder)
  if (names.every((name) => ours.includes(name))) await restrict(folder)
  for (const name of names.filter((one) => ours.includes(one))) {
    const path = join(folder, name)
    await restrict(path)
    if (!(await stat(path)).isDirectory()) continue
    for (const below of await readdir(path, { recursive: true })) await restrict(join(path, below))
  }
}

async function restrict(path: string): Promise<void> {
  const found = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    // A local cloud that uses the folder, which is said later, has removed it.
    if (error.code !== 'ENOENT') throw error
  })
  if (found && !found.isSymbolicLink() && found.mode & 0o077) await chmod(path, found.mode & 0o700)
}

const exists = async (path: string) => (await stat(path).catch(() => undefined)) !== undefined
