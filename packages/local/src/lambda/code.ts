import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, resolve, sep } from 'node:path'
import { unzipSync } from 'fflate'
import { damaged, missing } from '../durable/damage.ts'
import { isFailedWrite, stopAfterFailedWrite } from '../durable/failed-write.ts'

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
 * Checks the zips that an earlier process kept below `root`, and removes what was unzipped of them: what is used is
 * unzipped again.
 * @throws Error with one sentence, where a zip is damaged
 */
export async function checkCode(root: string): Promise<void> {
  await mkdir(root, { recursive: true })
  for (const name of await readdir(root)) {
    const path = join(root, name)
    const hash = /^([0-9a-f]{64})\.zip$/.exec(name)?.[1]
    if (hash === undefined) await rm(path, { recursive: true })
    else if (sha256Of(await readFile(path)) !== Buffer.from(hash, 'hex').toString('base64')) {
      throw damaged(path, 'its SHA-256 is not its name')
    }
  }
}

/**
 * Unzips code again that an earlier process kept.
 * @throws Error with one sentence, where its zip is missing
 */
export async function unpackKept(root: string, code: Code): Promise<void> {
  const file = zipFileOf(root, code)
  const zip = await readFile(file).catch((error: unknown) => {
    throw (error as NodeJS.ErrnoException).code === 'ENOENT' ? missing(file) : error
  })
  await unpack(zip, root, file)
}

/**
 * Keeps a zip and unzips it below `root`, once. Where the disk cannot be written, the process ends.
 * @param called how a sentence speaks of the zip
 * @throws Error with one sentence, where it cannot be read; then nothing is kept
 */
export async function unpack(zip: Uint8Array, root: string, called: string): Promise<Code> {
  const code = { sha256: sha256Of(zip), zipBytes: zip.length }
  if (await isUnpacked(root, code)) return code
  await keep(zip, code, root, called).catch((error: unknown) => {
    throw isFailedWrite(error) ? stopAfterFailedWrite(root, error) : error
  })
  return code
}

const sha256Of = (zip: Uint8Array) => createHash('sha256').update(zip).digest('base64')

async function keep(zip: Uint8Array, code: Code, root: string, called: string): Promise<void> {
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
  await writeFile(`${partial}.zip`, zip)
  await rename(`${partial}.zip`, zipFileOf(root, code))
  // As on AWS, no package.json above the code says what its modules are.
  await writeFile(join(root, 'package.json'), '{}\n')
  await rename(partial, target).catch(async (error: unknown) => {
    // Somebody else has unpacked the same zip meanwhile.
    if (!(await isUnpacked(root, code))) throw error
    await rm(partial, { recursive: true, force: true })
  })
}

/** Whether the code is there. */
async function isUnpacked(root: string, code: Code): Promise<boolean> {
  return (await stat(folderOf(root, code)).catch(() => undefined)) !== undefined
}

function unzip(zip: Uint8Array, called: string): Record<string, Uint8Array> {
  try {
    return unzipSync(zip)
  } catch (error) {
    throw new Error(`${called} is not a zip.`, { cause: error })
  }
}
