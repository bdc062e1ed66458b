import { ByteReader } from './byte-reader.ts'
import { damaged } from './damage.ts'
import { readLogFile } from './log-file.ts'

/** The content of a manifest. */
export interface Manifest {
  /** The oldest log with writes that are in no table yet; 0 in a database that was never opened to its end. */
  log: number
  /** The number of the last write that the tables may contain. Each put or delete has the next number. */
  lastSequence: number
  /** The bytes of each table, by its number. */
  tables: Map<number, number>
  /** False if it ends within an edit, which is then ignored. */
  whole: boolean
}

/**
 * Adds up the edits of a manifest. Their tags are those of LevelDB's `version_edit.cc`.
 * @throws Error with one sentence, if it is damaged
 */
export function readManifest(path: string, bytes: Buffer): Manifest {
  const { records, whole } = readLogFile(path, bytes)
  const manifest = { log: -1, lastSequence: -1, tables: new Map(), whole } satisfies Manifest
  for (const record of records) apply(manifest, new ByteReader(record), path)
  if (manifest.log < 0 || manifest.lastSequence < 0) throw damaged(path, 'it names no log')
  return manifest
}

function apply(manifest: Manifest, edit: ByteReader, path: string): void {
  while (!edit.ended) {
    const tag = edit.varint()
    if (tag === 1) edit.prefixed()
    else if (tag === 2) manifest.log = edit.varint()
    else if (tag === 3 || tag === 9) edit.varint()
    else if (tag === 4) manifest.lastSequence = edit.varint()
    else if (tag === 5) {
      edit.varint()
      edit.prefixed()
    } else if (tag === 6) {
      edit.varint()
      manifest.tables.delete(edit.varint())
    } else if (tag === 7) {
      edit.varint()
      manifest.tables.set(edit.varint(), edit.varint())
      edit.prefixed()
      edit.prefixed()
    } else throw damaged(path, `it says ${tag}, which LevelDB does not know`)
  }
}
