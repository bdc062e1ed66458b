import { chmod, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
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
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${folder} cannot be the data folder (${error.code}): choose another with --data.`)
  })
  if (reset) await empty(folder)
  else await checkVersion(folder)
  await makePrivate(folder)
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
  // The version last: what a kill leaves of the rest is no whole folder.
  for (const name of ours) {
    await rm(join(folder, name), { recursive: true, force: true }).catch((error: NodeJS.ErrnoException) => {
      throw new Error(
        `${folder} cannot be emptied (${error.message}): make it writable, or choose another with --data.`,
      )
    })
  }
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
    if (error.code === 'ENOENT') return undefined
    throw new Error(`The data in ${folder} cannot be read (${error.message}): ${wayOut}.`)
  })
}

/** The folder of a person who keeps other things there stays as it is; what is ours in it is private all the same. */
async function makePrivate(folder: string): Promise<void> {
  const names = await readdir(folder)
  const folders = names.every((name) => ours.includes(name)) ? [folder] : []
  const files: string[] = []
  for (const name of names.filter((name) => ours.includes(name))) {
    const path = join(folder, name)
    if (!(await stat(path)).isDirectory()) {
      files.push(path)
      continue
    }
    folders.push(path)
    for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
      ;(entry.isDirectory() ? folders : files).push(join(entry.parentPath, entry.name))
    }
  }
  await Promise.all([...folders.map((path) => restrict(path, 0o700)), ...files.map((path) => restrict(path, 0o600))])
}

async function restrict(path: string, mode: number): Promise<void> {
  try {
    if (((await stat(path)).mode & 0o777) !== mode) await chmod(path, mode)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    // Another local cloud that uses the folder removes files; that it does so is said later.
    if (code === 'ENOENT') return
    throw new Error(`${path} cannot be made private (${message}): choose another folder with --data.`)
  }
}

const exists = async (path: string) => (await stat(path).catch(() => undefined)) !== undefined
