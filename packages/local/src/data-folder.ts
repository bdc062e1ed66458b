import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { openStore } from './store.ts'

/** What a data folder holds: the services' store, DynamoDB's tables, and the functions' code, unzipped. */
export const dataFolders = { store: 'store', tables: 'tables', code: 'code' } as const

/**
 * Makes sure that the folder is there and, on request, empty.
 * @throws Error with one sentence, where it is a file, in use, or about to be emptied though it holds something foreign.
 */
export async function prepareDataFolder(folder: string, { reset }: { reset: boolean }): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${folder} cannot be the data folder (${error.code}): choose another with --data.`)
  })
  if (!reset) return
  const ours: readonly string[] = Object.values(dataFolders)
  const foreign = (await readdir(folder)).find((name) => !ours.includes(name))
  if (foreign !== undefined) {
    throw new Error(
      `${folder} holds ${foreign}, which is not the local cloud's: empty it yourself, or choose another folder.`,
    )
  }
  // Opening it proves that no other process uses what is about to go.
  const store = await openStore(join(folder, dataFolders.store))
  await store.close()
  await Promise.all(ours.map((name) => rm(join(folder, name), { recursive: true, force: true })))
}
