import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { damaged, readWhole } from './damage.ts'
import { keepFile } from './keep-file.ts'

/** Beside LevelDB's own files, which it does not mistake for one of its own. */
const checkedFile = (folder: string) => join(folder, 'checked')

/** Tables that were found whole, by name, each with its fingerprint at that time. LevelDB never changes a table. */
export type CheckedTables = Map<string, string>

/** What the file system changes whenever it writes to a file, or makes another of its name. */
export async function fingerprint(path: string): Promise<string> {
  const { size, ino, ctimeNs } = await stat(path, { bigint: true })
  return `${size} ${ino} ${ctimeNs}`
}

/** @throws Error with one sentence, if the file was changed */
export async function readCheckedTables(folder: string): Promise<CheckedTables> {
  const path = checkedFile(folder)
  const bytes = await readWhole(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
  if (bytes === undefined) return new Map()
  const [checksum, ...lines] = bytes.toString('latin1').split('\n')
  if (checksum !== checksumOf(lines.join('\n'))) throw damaged(path, 'its checksum is another')
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]))
}

export async function keepCheckedTables(folder: string, tables: CheckedTables): Promise<void> {
  const lines = [...tables].map(([name, print]) => `${name} ${print}`).join('\n')
  await keepFile(checkedFile(folder), `${checksumOf(lines)}\n${lines}`)
}

const checksumOf = (lines: string) => crc32(lines).toString(16).padStart(8, '0')
