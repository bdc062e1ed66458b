import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, resolve, sep } from 'node:path'
import { unzipSync } from 'fflate'

/** A function's code, by its zip. */
export interface Code {
  /** SHA-256 of the zip, in base64. */
  sha256: string
  zipBytes: number
}

/** Where code is unzipped: a folder of its own below `root`, named after the zip's hash. */
export function folderOf(root: string, { sha256 }: Code): string {
  return join(resolve(root), Buffer.from(sha256, 'base64').toString('hex'))
}

/** Where the zip itself is kept. */
export function zipFileOf(root: string, code: Code): string {
  return `${folderOf(root, code)}.zip`
}

/**
 * Keeps a zip and unzips it below `root`, once.
 * @param called how a sentence speaks of the zip
 * @throws Error with one sentence, where it cannot be read; then nothing is kept
 */
export async function unpack(zip: Uint8Array, root: string, called: string): Promise<Code> {
  const code = { sha256: createHash('sha256').update(zip).digest('base64'), zipBytes: zip.length }
  if (await isUnpacked(root, code)) return code
  const target = folderOf(root, code)

  await mkdir(root, { recursive: true })
  // Whoever is killed half-way leaves no folder that looks complete.
  const partial = await mkdtemp(`${target}.partial-`)
  for (const [name, content] of Object.entries(unzip(zip, called))) {
    const file = resolve(partial, name)
    if (!file.startsWith(partial + sep)) throw new Error(`${called} holds ${name}, which is outside its folder.`)
    if (name.endsWith('/')) continue
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, content)
  }
  await writeFile(zipFileOf(root, code), zip)
  // As on AWS, no package.json above the code says what its modules are.
  await writeFile(join(root, 'package.json'), '{}\n')
  await rename(partial, target).catch(async (error: unknown) => {
    // Somebody else has unpacked the same zip meanwhile.
    if (!(await isUnpacked(root, code))) throw error
    await rm(partial, { recursive: true, force: true })
  })
  return code
}

/** Whether the code is there. */
export async function isUnpacked(root: string, code: Code): Promise<boolean> {
  return (await stat(folderOf(root, code)).catch(() => undefined)) !== undefined
}

function unzip(zip: Uint8Array, called: string): Record<string, Uint8Array> {
  try {
    return unzipSync(zip)
  } catch (error) {
    throw new Error(`${called} is not a zip.`, { cause: error })
  }
}
