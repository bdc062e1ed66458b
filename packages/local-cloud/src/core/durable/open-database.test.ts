import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ClassicLevel } from 'classic-level'
import fc from 'fast-check'
import { temporaryFolder } from '../../gateway/test/start-gateway.ts'
import { fingerprint, keepCheckedTables, readCheckedTables } from './checked-tables.ts'
import { checkBeforeOpening, isInUse, openDatabase } from './open-database.ts'

type Database = ClassicLevel<string, unknown>

let root: string
let remove: () => Promise<void>
beforeEach(async () => {
  ;({ folder: root, remove } = await temporaryFolder())
})
afterEach(() => remove())

const open = (
  folder: string,
  {
    prepare,
    ...more
  }: { prepare?: (database: Database) => void } & NonNullable<Parameters<typeof openDatabase>[2]> = {},
) =>
  openDatabase<Database>(
    folder,
    () => {
      const database: Database = new ClassicLevel(folder, { valueEncoding: 'json' })
      prepare?.(database)
      return { database, all: database }
    },
    more,
  )

/** The content of a folder's database. */
async function contents(folder: string) {
  const database = await open(folder)
  try {
    return await database.iterator().all()
  } finally {
    await database.close()
  }
}

/**
 * A database with a bit of all that there is: tables of one and of several blocks, compressed and not, deletions, and a
 * log of several blocks.
 * @returns its content
 */
async function grow(folder: string): Promise<[string, unknown][]> {
  let held: [string, unknown][] = []
  for (const life of [1, 2, 3, 4]) {
    const database = await open(folder)
    const put = (n: number, value: string) => database.put(`customer-${life}-${n}`, { life, value })
    await Promise.all(Array.from({ length: 20 }, (_, n) => put(n, 'the same '.repeat(life * n))))
    await put(20, Buffer.from(Array.from({ length: life * 9_000 }, (_, n) => (n * n * 31) % 251)).toString('latin1'))
    await database.del(`customer-${life}-1`)
    await database.batch([
      { type: 'put', key: `run-${life}`, value: life },
      { type: 'del', key: `run-${life - 1}` },
    ])
    held = await database.iterator().all()
    await database.close()
  }
  return held
}

test('a database that was checked is opened without a second check, unless another process has written to it', async () => {
  const held = await grow(root)
  const checked = await checkBeforeOpening(root)
  const database = await open(root, { checked })
  expect(await database.iterator().all()).toEqual(held)
  await database.put('later', 1)
  await database.close()
  await expect(open(root, { checked })).rejects.toThrow(`Another local cloud uses the folder ${root}`)
  expect(await contents(root)).toContainEqual(['later', 1])
})

describe('the tables of an open database', () => {
  const thoroughness = { leastBytes: 0, pauseMs: 0, idleMs: 0 }
  const tablesOf = async (folder: string) => (await readdir(folder)).filter((name) => name.endsWith('.ldb')).sort()
  const flipBit = async (path: string) => {
    const bytes = await readFile(path)
    bytes.writeUInt8(bytes.readUInt8(9) ^ 1, 9)
    await writeFile(path, bytes)
  }

  /** Opens a database of which all tables get checked. */
  async function checkWhileOpen(folder: string): Promise<void> {
    const database = await open(folder, { thoroughness })
    await until(async () => (await readCheckedTables(folder)).size === (await tablesOf(folder)).length)
    await database.close()
  }

  test('are checked, and the next start does not read those that the file system has not changed', async () => {
    const held = await grow(root)
    await checkWhileOpen(root)
    const [table = ''] = await tablesOf(root)
    await flipBit(join(root, table))
    await expect(open(root)).rejects.toThrow(`${table} is damaged (the block at byte 0`)
    // As if the disk had changed it by itself.
    const known = await readCheckedTables(root)
    await keepCheckedTables(root, known.set(table, await fingerprint(join(root, table))))
    const { tables } = await checkBeforeOpening(root)
    expect([...tables.keys()].sort()).toEqual(await tablesOf(root))
    await flipBit(join(root, table))
    expect(await contents(root)).toEqual(held)
  })

  test('are checked again while it is open, so that what a disk changes by itself is found too', async () => {
    await grow(root)
    await checkWhileOpen(root)
    const [table = ''] = await tablesOf(root)
    await flipBit(join(root, table))
    await keepCheckedTables(root, (await readCheckedTables(root)).set(table, await fingerprint(join(root, table))))
    const found: Error[] = []
    const database = await open(root, { thoroughness, found: (damage) => found.push(damage) })
    await until(async () => found.length > 0)
    await database.close()
    expect(found[0]?.message).toContain(`${table} is damaged (the block at byte 0`)
  })

  test('are read by the next start, if what is known of them is missing, and not if that is damaged', async () => {
    const held = await grow(root)
    await checkWhileOpen(root)
    await flipBit(join(root, 'checked'))
    await expect(open(root)).rejects.toThrow('checked is damaged (its checksum is another)')
    await rm(join(root, 'checked'))
    expect(await contents(root)).toEqual(held)
  })
})

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise(setImmediate)
}

/** The files whose loss loses data. LevelDB's own log and its lock contain none. */
const dataOf = async (folder: string) =>
  (await readdir(folder)).filter((name) => !['LOG', 'LOG.old', 'LOCK'].includes(name))

/** A copy of a database in which something can be damaged, time and again. */
async function patient() {
  const [whole, copy] = [join(root, 'whole'), join(root, 'copy')]
  const held = await grow(whole)
  await cp(whole, copy, { recursive: true })
  return {
    files: await dataOf(whole),
    /** @returns the sentence; undefined where everything was there all the same */
    async damage(file: string, change: (bytes: Buffer) => Buffer | undefined): Promise<string | undefined> {
      const bytes = await readFile(join(whole, file))
      const changed = change(Buffer.from(bytes))
      if (changed) await writeFile(join(copy, file), changed)
      else await rm(join(copy, file))
      const came = await contents(copy).catch((error: Error) => error.message)
      if (typeof came === 'string') {
        expect(came).toMatch(/^[^\n]+, or begin with an empty one with --reset\.$/)
        expect(came).toContain(copy)
        await writeFile(join(copy, file), bytes)
        return came.replaceAll(`${copy}/`, '')
      }
      expect(came).toEqual(held)
      // Opening it has changed it.
      await rm(copy, { recursive: true })
      await cp(whole, copy, { recursive: true })
      return undefined
    },
  }
}

test('a flipped bit anywhere is reported with its file', async () => {
  const { files, damage } = await patient()
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...files), fc.nat(1_000_000), fc.nat(7), async (file, where, bit) => {
      const said = await damage(file, (bytes) => {
        const at = where % bytes.length
        bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << bit), at)
        return bytes
      })
      expect(said).toContain(`${file} is damaged (`)
    }),
    { numRuns: 300 },
  )
}, 60_000)

test('a file that was cut short anywhere is reported', async () => {
  const { files, damage } = await patient()
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...files), fc.nat(1_000_000), async (file, where) => {
      const said = await damage(file, (bytes) => bytes.subarray(0, where % bytes.length))
      // Where a manifest ends between two edits, what it no longer says is missing.
      expect(said).toMatch(file.startsWith('MANIFEST') ? /is (damaged \(|missing)/ : `${file} is damaged (`)
    }),
    { numRuns: 300 },
  )
}, 60_000)

test('a missing file is reported by its name', async () => {
  const { files, damage } = await patient()
  for (const file of files) expect(await damage(file, () => undefined)).toContain(`${file} is missing`)
  expect(files.map((file) => file.replace(/\d+/, 'n'))).toEqual(
    expect.arrayContaining(['CURRENT', 'MANIFEST-n', 'acknowledged', 'n.ldb', 'n.log']),
  )
})

test('a folder in the place of a file is reported by its name', async () => {
  const folder = join(root, 'database')
  await grow(folder)
  for (const file of await dataOf(folder)) {
    const moved = join(root, 'moved')
    await rename(join(folder, file), moved)
    await mkdir(join(folder, file))
    await expect(open(folder)).rejects.toThrow(`${join(folder, file)} is damaged (it is a folder): `)
    await rm(join(folder, file), { recursive: true })
    await rename(moved, join(folder, file))
  }
})

test('a write that was cut short before it was acknowledged is not reported as damage', async () => {
  const folder = join(root, 'database')
  const held = await grow(folder)
  const log = (await dataOf(folder)).find((name) => name.endsWith('.log')) ?? ''
  const bytes = await readFile(join(folder, log))
  // The first record again, but not all of it.
  await writeFile(join(folder, log), Buffer.concat([bytes, bytes.subarray(0, 30)]))
  expect(await contents(folder)).toEqual(held)
})

test('after a failed write nothing is acknowledged or written', async () => {
  const folder = join(root, 'database')
  let writes = 0
  const failures: unknown[] = []
  const acknowledged: number[] = []
  const database = await open(folder, {
    failed: (error) => failures.push(error),
    prepare: (level) => {
      const inner = level as unknown as { _batch(operations: object[], options: object): Promise<void> }
      const write = inner._batch.bind(level)
      inner._batch = async (...args) => {
        if (++writes === 3) throw new Error('No space left on device')
        await write(...args)
      }
    },
  })
  const put = (n: number) => database.put(`customer-${n}`, n).then(() => acknowledged.push(n))
  await put(1)
  await Promise.all([put(2), put(3)])
  void put(4)
  await new Promise(setImmediate)
  void put(5)
  await database.close()
  expect(failures).toEqual([new Error('No space left on device')])
  expect(acknowledged).toEqual([1, 2, 3])
  expect(writes).toBe(3)
  expect((await contents(folder)).map(([key]) => key)).toEqual(['customer-1', 'customer-2', 'customer-3'])
})

test('a deleted range is acknowledged as well', async () => {
  const folder = join(root, 'database')
  const database = await open(folder)
  const part = database.sublevel<string, number>('part', { valueEncoding: 'json' })
  await part.batch(['a', 'b', 'c'].map((key) => ({ type: 'put', key, value: 1 })))
  await part.clear({ lt: 'c' })
  expect(await part.keys().all()).toEqual(['c'])
  await database.close()
  expect(await contents(folder)).toHaveLength(1)
})

test('a damaged folder in use is reported as in use', async () => {
  const folder = join(root, 'database')
  const database = await open(folder)
  await database.put('one', 1)
  await writeFile(join(folder, 'CURRENT'), '')
  expect(await isInUse(folder)).toBe(true)
  await expect(open(folder)).rejects.toThrow('Another local cloud uses')
  await database.close()
  expect(await isInUse(folder)).toBe(false)
  await expect(open(folder)).rejects.toThrow('CURRENT is damaged')
})

test('the remains of a database whose first open was killed are not reported as damage', async () => {
  const folder = join(root, 'database')
  await mkdir(folder)
  await writeFile(join(folder, 'MANIFEST-000001'), '')
  expect(await contents(folder)).toEqual([])
})
