import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { damaged, readWhole } from './damage.ts'
import { keepFile } from './keep-file.ts'

/** Beside LevelDB's own files, which it does not mistake for one of its own. */
export const acknowledgedFile = (folder: string) => join(folder, 'acknowledged')

/**
 * How far a database has been acknowledged: the number of its last acknowledged write, in a file of its own. A database
 * that ends earlier has lost data, even if the rest is intact.
 */
export class Acknowledged {
  private constructor(
    private readonly file: number,
    private sequence: number,
  ) {}

  /** Creates the file if it does not exist. */
  static async open(folder: string, sequence: number): Promise<Acknowledged> {
    const path = acknowledgedFile(folder)
    if ((await readAcknowledged(folder)) === undefined) await keepFile(path, line(sequence))
    return new Acknowledged(openSync(path, 'r+'), sequence)
  }

  /** Adds this many writes. Synchronous, because it is one line in the page cache: using a thread takes ten times as long. */
  advance(writes: number): void {
    this.sequence += writes
    writeSync(this.file, line(this.sequence), 0)
  }

  close(): void {
    closeSync(this.file)
  }
}

/**
 * The number of the last acknowledged write; undefined if there is no file.
 * @throws Error with one sentence, if the file was changed
 */
export async function readAcknowledged(folder: string): Promise<number | undefined> {
  const path = acknowledgedFile(folder)
  const bytes = await readWhole(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
  if (bytes === undefined) return undefined
  const text = bytes.toString('latin1')
  const sequence = Number.parseInt(text, 10)
  if (text !== line(sequence)) throw damaged(path, 'its checksum is another')
  return sequence
}

/** Always of the same length, so that each line overwrites the previous one. */
function line(sequence: number): string {
  const digits = String(sequence).padStart(16, '0')
  return `${digits} ${crc32(digits).toString(16).padStart(8, '0')}\n`
}
