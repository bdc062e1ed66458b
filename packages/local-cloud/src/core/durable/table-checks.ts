import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { currentManifest, tablesIn } from './check-database.ts'
import { type CheckedTables, fingerprint, keepCheckedTables } from './checked-tables.ts'
import { readWhole } from './damage.ts'
import { checkTable } from './table-file.ts'

export interface Thoroughness {
  /** A database with fewer bytes in its tables is left to the next start, which reads them in a moment. */
  leastBytes: number
  /** How long it rests after each table: a check takes a few milliseconds of this thread. */
  pauseMs: number
  /** How long it waits after the last one for LevelDB to write more. */
  idleMs: number
}

const usual: Thoroughness = { leastBytes: 32_000_000, pauseMs: 100, idleMs: 1000 }

/** After so many tables it is stored which are whole: a kill loses no more. */
const storedAfter = 20

/**
 * Checks the tables of an open database, one after the other: first those that LevelDB has written, so that the next start need
 * not read them, then those that the start took for whole because their files had not changed.
 */
export class TableChecks {
  private readonly stopping = new AbortController()
  private readonly read = new Set<string>()
  private stored: CheckedTables
  /** Of the manifest with which all tables were whole. */
  private manifestSize = -1

  /** @param found gets the damage, if there is one, and then it checks no more */
  constructor(
    private readonly folder: string,
    private readonly whole: CheckedTables,
    private readonly found: (damage: Error) => void,
    private readonly thoroughness = usual,
  ) {
    this.stored = new Map(whole)
  }

  start(): void {
    void this.checkAll().catch((error: Error) => {
      // A folder that is deleted while it is open is not noticed.
      if (!this.stopping.signal.aborted && (error as NodeJS.ErrnoException).code !== 'ENOENT') this.found(error)
    })
  }

  stop(): void {
    this.stopping.abort()
  }

  private async checkAll(): Promise<void> {
    const { idleMs, leastBytes } = this.thoroughness
    for (;;) {
      await this.rest(idleMs)
      const { manifestName, manifest } = await currentManifest(this.folder)
      const { size } = await stat(join(this.folder, manifestName))
      if (size === this.manifestSize) continue
      const tables = tablesIn(manifest)
      this.forgetAllBut(new Set(tables.map(([name]) => name)))
      if (tables.reduce((sum, [, bytes]) => sum + bytes, 0) < leastBytes) continue
      await this.check(tables.filter(([name]) => !this.whole.has(name)))
      await this.check(tables.filter(([name]) => !this.read.has(name)))
      this.manifestSize = size
    }
  }

  /** LevelDB deletes tables whose content it has written into others. */
  private forgetAllBut(names: ReadonlySet<string>): void {
    for (const name of this.whole.keys()) if (!names.has(name)) this.whole.delete(name)
    for (const name of this.read) if (!names.has(name)) this.read.delete(name)
  }

  private async check(tables: [name: string, bytes: number][]): Promise<void> {
    let checked = 0
    for (const [name, bytes] of tables) {
      if (this.read.has(name)) continue
      if (await this.isDeleted(name, bytes)) continue
      await this.rest(this.thoroughness.pauseMs)
      checked += 1
      if (checked % storedAfter === 0) await this.store()
    }
    await this.store()
  }

  /** Checks a table, unless LevelDB has deleted it in the meantime. */
  private async isDeleted(name: string, bytes: number): Promise<boolean> {
    const path = join(this.folder, name)
    this.read.add(name)
    try {
      const print = await fingerprint(path)
      checkTable(path, await readWhole(path), bytes)
      if (print === (await fingerprint(path))) this.whole.set(name, print)
      return false
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      this.whole.delete(name)
      return true
    }
  }

  private async store(): Promise<void> {
    const isStored =
      this.whole.size === this.stored.size && [...this.whole].every(([name, print]) => this.stored.get(name) === print)
    if (isStored || this.stopping.signal.aborted) return
    this.stored = new Map(this.whole)
    await keepCheckedTables(this.folder, this.stored)
  }

  private async rest(milliseconds: number): Promise<void> {
    await delay(milliseconds, undefined, { ref: false, signal: this.stopping.signal })
  }
}

/** Ends the process: what is damaged may have been answered already, but nothing is written on top of it. */
export function stopAfterDamage(damage: Error): never {
  console.error(`The local cloud has stopped: ${damage.message}`)
  process.exit(1)
}
