import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, resolve, sep } from 'node:path'
import { damaged, missing, readWhole, unusable } from '../../core/durable/damage.ts'
import { isFailedWrite, stopAfterFailedWrite } from '../../core/durable/failed-write.ts'
import { type Entry, entriesOf } from './zip.ts'

// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: 250 MB.
export const longestUnzippedBytes = 262_144_000
// Lambda names no limit. Each costs a file or folder, and a few bytes of a zip can name thousands.
const mostFiles = 100_000

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

/** A zip that Lambda refuses, in a sentence. */
export class BadZip extends Error {
  constructor(
    message: string,
    /** Lambda's error message. */
    readonly refusal = `Could not unzip uploaded file. ${message}`,
  ) {
    super(message)
  }
}

/**
 * Checks the zips that an earlier process kept below `root`.
 * @throws Error with one sentence, if a zip is damaged
 */
export async function checkCode(root: string): Promise<void> {
  try {
    await mkdir(root, { recursive: true })
    for (const name of await readdir(root)) {
      const hash = /^([0-9a-f]{64})\.zip$/.exec(name)?.[1]
      if (hash === undefined) continue
      const path = join(root, name)
      if (sha256Of(await readWhole(path)) !== Buffer.from(hash, 'hex').toString('base64')) {
        throw damaged(path, 'its SHA-256 is not its name')
      }
    }
  } catch (error) {
    throw unusable(root, error)
  }
}

/**
 * Removes what an earlier process unzipped below `root`: what is used is unzipped again. Files of others stay.
 * @throws Error with one sentence, if that cannot be removed
 */
export async function removeUnzipped(root: string): Promise<void> {
  try {
    await mkdir(root, { recursive: true })
    const unzipped = /^([0-9a-f]{64}(\.partial-.*)?|package\.json)$/
    for (const name of (await readdir(root)).filter((one) => unzipped.test(one))) {
      await rm(join(root, name), { recursive: true })
    }
  } catch (error) {
    throw unusable(root, error)
  }
}

/**
 * Unzips code again that an earlier process kept.
 * @throws Error with one sentence, if its zip is missing
 */
export async function unpackKept(root: string, code: Code): Promise<void> {
  const file = zipFileOf(root, code)
  const zip = await readWhole(file).catch((error: unknown) => {
    throw (error as NodeJS.ErrnoException).code === 'ENOENT' ? missing(file) : error
  })
  await unpack(zip, root, file)
}

/**
 * Keeps a zip and unzips it below `root`, once. A zip that Lambda refuses is refused before anything is unpacked, as far
 * as its directory shows; a file that is longer than its directory says is refused while it is unpacked. If the disk
 * cannot be written, the process ends.
 * @param called the name of the zip in error messages
 * @throws BadZip; then nothing is kept
 */
export async function unpack(zip: Uint8Array, root: string, called: string): Promise<Code> {
  const code = { sha256: sha256Of(zip), zipBytes: zip.length }
  if (await isUnpacked(root, code)) return code
  const entries = readEntries(zip, called)
  await keep(zip, entries, code, root, called).catch((error: unknown) => {
    throw isFailedWrite(error) ? stopAfterFailedWrite(root, error) : error
  })
  return code
}

const sha256Of = (zip: Uint8Array) => createHash('sha256').update(zip).digest('base64')

async function keep(zip: Uint8Array, entries: Entry[], code: Code, root: string, called: string): Promise<void> {
  const target = folderOf(root, code)
  await mkdir(root, { recursive: true })
  // A process that is killed half-way leaves no folder that looks complete.
  const partial = await mkdtemp(`${target}.partial-`)
  try {
    for (const entry of entries) await write(entry, partial, called)
    await writeFile(`${partial}.zip`, zip)
    await rename(`${partial}.zip`, zipFileOf(root, code))
    // As on AWS, no package.json above the code decides the type of its modules.
    await writeFile(join(root, 'package.json'), '{}\n')
    await rename(partial, target)
  } catch (error) {
    await rm(partial, { recursive: true, force: true })
    // Another call has unpacked the same zip in the meantime.
    if (!(await isUnpacked(root, code))) throw error
  }
}

function readEntries(zip: Uint8Array, called: string): Entry[] {
  const entries = listed(zip, called)
  const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0)
  if (bytes >= longestUnzippedBytes) {
    const refusal = `Unzipped size must be smaller than ${longestUnzippedBytes} bytes`
    throw new BadZip(`${called} unpacks to ${bytes} bytes. ${refusal}.`, refusal)
  }
  if (entries.reduce((sum, { name }) => sum + name.split('/').length, 0) > mostFiles) {
    throw new BadZip(`${called} holds more than ${mostFiles} files and folders.`)
  }
  const paths = new Set<string>()
  for (const { name, isLink } of entries) {
    const path = resolve(sep, name)
    if (name.startsWith('/') || name.split(/[\\/]/).includes('..') || path === sep || name.includes('\0')) {
      throw new BadZip(`${called} holds ${name}, which is outside its folder.`)
    }
    if (isLink) throw new BadZip(`${called} holds the symbolic link ${name}, which the local cloud does not support.`)
    if (paths.has(path)) throw new BadZip(`${called} holds ${name} twice.`)
    paths.add(path)
  }
  return entries
}

function listed(zip: Uint8Array, called: string): Entry[] {
  try {
    return entriesOf(Buffer.from(zip.buffer, zip.byteOffset, zip.byteLength))
  } catch {
    throw new BadZip(`${called} is not a zip.`)
  }
}

// What a name can do to a file stack: longer than it takes, or a file where another name has a folder.
const nameFaults = ['ENAMETOOLONG', 'EEXIST', 'EISDIR', 'ENOTDIR', 'EILSEQ', 'EINVAL']

async function write(entry: Entry, folder: string, called: string): Promise<void> {
  const file = join(folder, entry.name)
  const content = damageIn(entry, called)
  try {
    if (entry.name.endsWith('/')) return void (await mkdir(file, { recursive: true }))
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, content)
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (!nameFaults.includes(code)) throw error
    throw new BadZip(`${called} holds ${entry.name}, which cannot be a file here (${code}).`)
  }
}

/** The content of an entry. If it is damaged, the error blames the zip, not this machine. */
async function* damageIn(entry: Entry, called: string): AsyncIterable<Buffer> {
  try {
    yield* entry.content()
  } catch (error) {
    throw new BadZip(`${called} cannot be unzipped: ${(error as Error).message}.`)
  }
}

/** Whether the code exists. */
async function isUnpacked(root: string, code: Code): Promise<boolean> {
  return (await stat(folderOf(root, code)).catch(() => undefined)) !== undefined
}
