import { chmod, lstat, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { acknowledgedFile } from './durable/acknowledged.ts'
import { missing, wayOut } from './durable/damage.ts'
import { keepFile } from './durable/keep-file.ts'
import { inUse, isInUse } from './durable/open-database.ts'

/** The content of a data folder: the services' store, DynamoDB's tables, and the functions' unzipped code. */
export const dataFolders = { store: 'store', tables: 'tables', code: 'code' } as const

// The version of the data format. Code with another version cannot read the folder.
const versionFile = 'version'
const version = '2\n'
const ours = [...Object.values(dataFolders), versionFile, `${versionFile}.partial`] as readonly string[]

/**
 * Makes sure that the folder exists, that only its owner can read it, that its version is the current one and, on request,
 * that it is empty.
 * @throws Error with one sentence, if it is a file, cannot be written, has another version, is in use, or should be
 *   emptied but contains other files.
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
      `${folder} cannot be the data folder (${(error as Error).message}): make it readable and writable for you, or choose another with --data.`,
    )
  }
}

/** Writes the version once both databases exist: from then on neither may be missing. */
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
  // The version last: while it exists, the next start names what is missing.
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

/** Removes the permissions of other users. A folder that also contains other files keeps its mode. */
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
    // Another local cloud that uses the folder has removed it; a later check reports that.
    if (error.code !== 'ENOENT') throw error
  })
  if (found && !found.isSymbolicLink() && found.mode & 0o077) await chmod(path, found.mode & 0o700)
}

const exists = async (path: string) => (await stat(path).catch(() => undefined)) !== undefined
