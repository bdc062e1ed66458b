import { access, chmod, constants, lstat, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { acknowledgedFile } from './durable/acknowledged.ts'
import { damaged, missing, wayOut } from './durable/damage.ts'
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
  await sayingWhatToDo(folder, async () => {
    await makeFolder(folder)
    if (reset) await empty(folder)
    else await check(folder)
    await makePrivate(folder)
  })
}

/**
 * Checks that the folder may be emptied once its local cloud has stopped.
 * @throws Error with one sentence, if it contains other files, or some that may not be deleted
 */
export async function checkResettable(folder: string): Promise<void> {
  await sayingWhatToDo(folder, () => checkRemovable(folder))
}

async function sayingWhatToDo(folder: string, prepare: () => Promise<void>): Promise<void> {
  try {
    await prepare()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error
    throw new Error(
      `${folder} cannot be the data folder (${(error as Error).message}): make it readable and writable for you, or choose another with --data.`,
    )
  }
}

/**
 * Makes a folder, and those above it that are missing. Node's own recursive mkdir reports ENOENT for a read-only file system,
 * and never ends where the system answers ENOENT below a folder that exists, such as in /proc.
 */
async function makeFolder(path: string): Promise<void> {
  if (await exists(path)) return
  await makeFolder(dirname(path))
  await mkdir(path, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    // Another local cloud has made it in the meantime.
    if (error.code !== 'EEXIST') throw error
  })
}

/** Writes the version once both databases exist: from then on neither may be missing. */
export async function keepVersion(folder: string): Promise<void> {
  if ((await versionOf(folder)) === undefined) await keepFile(join(folder, versionFile), version)
}

async function empty(folder: string): Promise<void> {
  await checkRemovable(folder)
  const store = join(folder, dataFolders.store)
  if (await isInUse(store)) throw inUse(store)
  // The version last: while it exists, the next start names what is missing.
  for (const name of ours) await rm(join(folder, name), { recursive: true, force: true })
}

/** Throws before anything is deleted, if something may not be: what a folder contains can be deleted by those who may write to it. */
async function checkRemovable(folder: string): Promise<void> {
  const foreign = (await readdir(folder)).find((name) => !ours.includes(name))
  if (foreign !== undefined) {
    throw new Error(
      `${folder} holds ${foreign}, which is not the local cloud's: empty it yourself, or choose another folder.`,
    )
  }
  for (const path of [folder, ...(await pathsIn(folder))]) {
    if ((await lstat(path)).isDirectory()) await access(path, constants.R_OK | constants.W_OK | constants.X_OK)
  }
}

async function check(folder: string): Promise<void> {
  for (const path of await pathsIn(folder)) {
    const found = await stat(path).catch(() => undefined)
    // To read a pipe or a device may take forever.
    if (found && !found.isFile() && !found.isDirectory()) throw damaged(path, 'it is neither a file nor a folder')
  }
  const found = await versionOf(folder)
  if (found === undefined) return
  if (!/^[1-9]\d{0,5}\n$/.test(found)) throw damaged(join(folder, versionFile), 'it does not contain a version')
  if (found !== version) {
    const writer = Number(found) > Number(version) ? 'the newer' : 'the earlier'
    throw new Error(
      `${join(folder, versionFile)} says that the data is of version ${found.trim()}, and this local cloud reads version ${version.trim()}: use ${writer} local cloud that wrote it, ${wayOut}.`,
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
  for (const path of await pathsIn(folder)) await restrict(path)
}

/** The paths of all our files and folders in a data folder. */
async function pathsIn(folder: string): Promise<string[]> {
  const paths: string[] = []
  for (const name of (await readdir(folder)).filter((one) => ours.includes(one))) {
    const path = join(folder, name)
    paths.push(path)
    if (!(await stat(path)).isDirectory()) continue
    for (const below of await readdir(path, { recursive: true })) paths.push(join(path, below))
  }
  return paths
}

async function restrict(path: string): Promise<void> {
  const found = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    // Another local cloud that uses the folder has removed it; a later check reports that.
    if (error.code !== 'ENOENT') throw error
  })
  if (found && !found.isSymbolicLink() && found.mode & 0o077) await chmod(path, found.mode & 0o700)
}

const exists = async (path: string) => (await stat(path).catch(() => undefined)) !== undefined
