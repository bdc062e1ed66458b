import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { acknowledgedFile, readAcknowledged } from './acknowledged.ts'
import { type CheckedTables, fingerprint, readCheckedTables } from './checked-tables.ts'
import { damaged, missing, readWhole, wayOut } from './damage.ts'
import { readLogFile } from './log-file.ts'
import { type Manifest, readManifest } from './manifest.ts'
import { checkTable } from './table-file.ts'

/**
 * Checks that a database contains everything that it ever acknowledged, before LevelDB opens it: LevelDB skips damaged
 * records in a log, treats a missing file as empty, and does not read a table's checksums.
 *
 * - Every record and every block has the checksum with which it was written, and every table the size. A table that was
 *   found whole before, and that the file system has not changed since then, is not read again: see `TableChecks`.
 * - The writes of the logs follow each other, and those of the tables, without a gap.
 * - They reach the last one that was acknowledged. A log may end within a record, as a kill leaves it, after that.
 * @returns the number of the last write, and the tables that are whole
 * @throws Error with one sentence that names the file, if something is damaged or missing
 */
export async function checkDatabase(folder: string): Promise<{ lastSequence: number; tables: CheckedTables }> {
  const names = new Set(await readdir(folder))
  const path = (name: string) => join(folder, name)
  const acknowledged = await readAcknowledged(folder)
  if (!names.has('CURRENT')) {
    // The process was killed while LevelDB created it, before anything was written.
    const isNew = acknowledged === undefined && ![...names].some((name) => /\.(ldb|log)$/.test(name))
    if (isNew) return { lastSequence: 0, tables: new Map() }
    throw missing(path('CURRENT'))
  }

  const { manifest, manifestName } = await currentManifest(folder, names)
  // A kill may cut its last edit short: the change of that edit has not been made. LevelDB makes it after a whole edit.
  const lacking = (said: Error) => (manifest.whole ? said : damaged(path(manifestName), 'it ends within a record'))
  const needs = (name: string) => {
    if (!names.has(name)) throw lacking(missing(path(name)))
  }

  const known = await readCheckedTables(folder)
  const tables: CheckedTables = new Map()
  for (const [name, size] of tablesIn(manifest)) {
    needs(name)
    const print = await fingerprint(path(name))
    if (known.get(name) !== print) checkTable(path(name), await readWhole(path(name)), size)
    tables.set(name, print)
  }

  // LevelDB begins a log before a manifest names it, and deletes it after one names the next.
  if (manifest.log > 0) needs(fileName(manifest.log, 'log'))
  const logs = [...names]
    .filter((name) => name.endsWith('.log') && numberOf(name) >= manifest.log)
    .sort((one, other) => numberOf(one) - numberOf(other))
  let next: number | undefined
  for (const name of logs) {
    for (const batch of readLogFile(path(name), await readWhole(path(name))).records) {
      const sequence = Number(batch.readBigUInt64LE(0))
      const expected = next ?? Math.min(sequence, manifest.lastSequence + 1)
      if (sequence !== expected) throw lacking(damaged(path(name), `write ${sequence} follows write ${expected - 1}`))
      next = sequence + batch.readUInt32LE(8)
    }
  }

  const last = Math.max(manifest.lastSequence, (next ?? 1) - 1)
  if (acknowledged === undefined && last > 0) {
    throw new Error(
      `${acknowledgedFile(folder)} is missing, as in a folder that an earlier version has made: ${wayOut}.`,
    )
  }
  if (last < (acknowledged ?? 0)) {
    throw lacking(damaged(path(logs.at(-1) ?? manifestName), `it ends with write ${last} of ${acknowledged}`))
  }
  return { lastSequence: last, tables }
}

/** The manifest that CURRENT names. */
export async function currentManifest(folder: string, names?: ReadonlySet<string>) {
  const path = (name: string) => join(folder, name)
  const current = (await readWhole(path('CURRENT'))).toString('latin1')
  const manifestName = /^(MANIFEST-\d+)\n$/.exec(current)?.[1]
  const found = names ?? new Set(await readdir(folder))
  const manifests = [...found].filter((name) => name.startsWith('MANIFEST-'))
  if (manifestName === undefined || (!found.has(manifestName) && manifests.length > 0)) {
    throw damaged(path('CURRENT'), 'it names a manifest that does not exist')
  }
  if (!found.has(manifestName)) throw missing(path(manifestName))
  return { manifestName, manifest: readManifest(path(manifestName), await readWhole(path(manifestName))) }
}

/** The names of the tables of a manifest with their bytes, the oldest first. */
export const tablesIn = ({ tables }: Manifest): [name: string, bytes: number][] =>
  [...tables].sort(([one], [other]) => one - other).map(([number, bytes]) => [fileName(number, 'ldb'), bytes])

const numberOf = (name: string) => Number.parseInt(name, 10)
const fileName = (number: number, extension: string) => `${String(number).padStart(6, '0')}.${extension}`
