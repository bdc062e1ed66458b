import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, resolve, sep } from 'node:path'
import { unzipSync } from 'fflate'

/** A function's code, unzipped. */
export interface Code {
  folder: string
  /** SHA-256 of the zip, in base64. */
  sha256: string
  zipBytes: number
  lastModified: Date
}

/**
 * Unzips a function's code into a folder of its own below `folder`, named after the zip's hash.
 * @throws Error with one sentence, where there is no such zip or it cannot be read
 */
export async function unpack(codeFile: string, folder: string): Promise<Code> {
  const zip = await readFile(codeFile).catch((error: unknown) => {
    throw new Error(`There is no code at ${codeFile}: synthesise the stage again.`, { cause: error })
  })
  const hash = createHash('sha256').update(zip)
  const target = join(resolve(folder), hash.copy().digest('hex'))
  const { mtime } = await stat(codeFile)
  const code = { folder: target, sha256: hash.digest('base64'), zipBytes: zip.length, lastModified: mtime }
  if (await stat(target).catch(() => undefined)) return code

  // Whoever is killed half-way leaves no folder that looks complete.
  const partial = `${target}.${process.pid}.partial`
  await rm(partial, { recursive: true, force: true })
  for (const [name, content] of Object.entries(unzip(zip, codeFile))) {
    const file = resolve(partial, name)
    if (!file.startsWith(partial + sep)) throw new Error(`${codeFile} holds ${name}, which is outside its folder.`)
    if (name.endsWith('/')) continue
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, content)
  }
  // As on AWS, no package.json above the code says what its modules are.
  await writeFile(join(folder, 'package.json'), '{}\n')
  await rename(partial, target)
  return code
}

function unzip(zip: Buffer, codeFile: string): Record<string, Uint8Array> {
  try {
    return unzipSync(zip)
  } catch (error) {
    throw new Error(`${codeFile} is not a zip: synthesise the stage again.`, { cause: error })
  }
}
