import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs'
import { dirname, join } from 'node:path'

// No run of the tests takes as long.
const unusedMs = 86_400_000

/**
 * Gives a folder its last name, the hash of its content, in the same parent: two runs of Jest in one checkout share what is
 * equal, and none sees it change. Deletes what no run has used for a day.
 * @param partial the folder, complete
 * @returns its path
 */
export function keepByContent(partial: string): string {
  const parent = dirname(partial)
  const folder = join(parent, hashOf(partial))
  try {
    renameSync(partial, folder)
  } catch (error) {
    // A run has kept the same before.
    if (!existsSync(folder)) throw error
    rmSync(partial, { recursive: true })
  }
  const nowMs = Date.now()
  utimesSync(folder, nowMs / 1000, nowMs / 1000)
  for (const name of readdirSync(parent)) {
    const path = join(parent, name)
    const { mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? { mtimeMs: nowMs }
    if (nowMs - mtimeMs > unusedMs) rmSync(path, { recursive: true, force: true })
  }
  return folder
}

function hashOf(folder: string): string {
  const hash = createHash('sha256')
  for (const name of (readdirSync(folder, { recursive: true }) as string[]).sort()) {
    const path = join(folder, name)
    hash.update(`${name}\0`)
    if (!statSync(path).isDirectory()) hash.update(createHash('sha256').update(readFileSync(path)).digest())
  }
  return hash.digest('hex')
}
