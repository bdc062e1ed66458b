import { mkdir } from 'node:fs/promises'
import { ClassicLevel } from 'classic-level'

export type Store = ClassicLevel<string, unknown>

/**
 * Opens the durable store of the local cloud. Each service keeps its part in a sublevel of its own and awaits
 * the write of what it acknowledges: LevelDB hands it to the operating system at once, so that it survives `kill -9`.
 * @throws Error with one sentence, where another process has the folder open.
 */
export async function openStore(folder: string): Promise<Store> {
  await mkdir(folder, { recursive: true })
  const store: Store = new ClassicLevel(folder, { valueEncoding: 'json' })
  try {
    await store.open()
    return store
  } catch (error) {
    if ((error as { cause?: { code?: string } }).cause?.code !== 'LEVEL_LOCKED') throw error
    throw new Error(`Another local cloud uses the data in ${folder}: stop that one, or choose a folder with --data.`)
  }
}
