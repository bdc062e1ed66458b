import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { type FileHandle, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { isDeepStrictEqual } from 'node:util'
import { Refusal } from '@confirmation-reminder/cli/terminal/refusal'
import type { Stage } from '@confirmation-reminder/contracts/stages'
import type { Settings } from '../settings.ts'

/** The settings of every stage, as a module has them. */
export type AllSettings = Record<Stage, Settings>

/** How a module is loaded: by its absolute path. */
export type Load = (file: string) => Promise<AllSettings>

/**
 * Replaces settings.ts in one step: who reads it, and a machine that stops, finds the previous file or the new one. Before that it
 * loads the new one, which must have exactly the expected settings.
 * @param before what the file had when the new source was made
 * @param throwIfInterrupted called last: if it throws, nothing changes
 * @throws Refusal if the new source does not have the expected settings, or the file was changed meanwhile
 */
export async function replaceSettings(
  file: string,
  { before, after, expected, load }: { before: string; after: string; expected: AllSettings; load: Load },
  throwIfInterrupted: () => void,
): Promise<void> {
  const target = await realpath(file)
  // Git, tsc and Biome ignore a name like this, and it is loaded from where its relative imports lead somewhere.
  const partial = join(dirname(target), `.settings-${randomUUID()}.ts`)
  try {
    const handle = await open(partial, 'wx', (await stat(target)).mode)
    await written(handle, after)
    if (!isDeepStrictEqual(await load(partial), expected)) {
      throw new Refusal(
        'The settings are not plain values in infra/src/settings.ts, so they cannot be changed there by this command. ' +
          'Nothing was changed: change them by hand.',
      )
    }
    if ((await readFile(target, 'utf8')) !== before) {
      throw new Refusal(
        'infra/src/settings.ts was changed meanwhile. Nothing was changed by this command: run it again.',
      )
    }
    throwIfInterrupted()
    await rename(partial, target)
  } finally {
    await rm(partial, { force: true })
  }
}

async function written(handle: FileHandle, source: string): Promise<void> {
  try {
    await handle.writeFile(source)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/**
 * A source as Biome formats it.
 * @param root the folder of biome.json
 * @throws Error with what Biome says
 */
export async function formatted(source: string, root: string): Promise<string> {
  const biome = join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome')
  const child = execFile(process.execPath, [biome, 'format', '--stdin-file-path=infra/src/settings.ts'], { cwd: root })
  child.stdin?.on('error', () => {})
  child.stdin?.end(source)
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout as NodeJS.ReadableStream),
    text(child.stderr as NodeJS.ReadableStream),
    once(child, 'close'),
  ])
  if (code !== 0) throw new Error(`Biome cannot format the new settings. Nothing was changed.\n${stderr}`)
  return stdout
}
