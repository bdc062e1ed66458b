import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { crc32, deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { strToU8, zipSync } from 'fflate'
import { temporaryFolder } from '../../gateway/test/start-gateway.ts'
import { BadZip, checkCode, folderOf, removeUnzipped, unpack, unpackKept, zipFileOf } from './code.ts'
import { entriesOf } from './zip.ts'

let folder: string
let remove: () => Promise<void>
beforeEach(async () => {
  const temporary = await temporaryFolder()
  folder = temporary.folder
  remove = temporary.remove
})
afterEach(() => remove())

const zip = (files: Record<string, string>) =>
  zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])), {
    mtime: new Date(1980, 0, 1),
  })

test('the same zip is unzipped once, another one separately', async () => {
  const root = join(folder, 'code')
  await mkdir(root)
  const one = zip({ 'a/b.js': '1' })
  const first = await unpack(one, root, 'one')
  expect(first).toEqual({ sha256: createHash('sha256').update(one).digest('base64'), zipBytes: one.length })
  expect(await readFile(join(folderOf(root, first), 'a/b.js'), 'utf8')).toBe('1')
  expect(new Uint8Array(await readFile(zipFileOf(root, first)))).toEqual(one)
  await Promise.all([1, 2].map(() => unpack(zip({ 'a/b.js': '2' }), root, 'two')))
  expect(await unpack(zip({ 'a/b.js': '1' }), root, 'one again')).toEqual(first)
  const folders = (await readdir(root, { withFileTypes: true })).filter((entry) => entry.isDirectory())
  expect(folders).toHaveLength(2)
})

test('a file that leaves the folder is refused', async () => {
  await expect(unpack(zip({ '../evil.js': '' }), folder, 'evil')).rejects.toThrow(
    'evil holds ../evil.js, which is outside its folder.',
  )
})

test('a file that is not a zip is refused as such', async () => {
  await expect(unpack(strToU8('no zip'), folder, 'This file')).rejects.toThrow('This file is not a zip.')
})

test('at a start, files of others stay, and a folder in the place of a zip is reported', async () => {
  const root = join(folder, 'code')
  const code = await unpack(zip({ 'a.js': '1' }), root, 'one')
  await writeFile(join(root, 'thesis.txt'), '')
  await mkdir(join(root, 'old'))
  await checkCode(root)
  await removeUnzipped(root)
  expect((await readdir(root)).sort()).toEqual([basename(zipFileOf(root, code)), 'old', 'thesis.txt'])
  await rm(zipFileOf(root, code))
  await mkdir(zipFileOf(root, code))
  const reported = `${zipFileOf(root, code)} is damaged (it is a folder): `
  await expect(checkCode(root)).rejects.toThrow(reported)
  await expect(unpackKept(root, code)).rejects.toThrow(reported)
})

test('at a start, a damaged zip is reported, and unzipped files are not trusted', async () => {
  const root = join(folder, 'code')
  const code = await unpack(zip({ 'a.js': '1' }), root, 'one')
  const handler = join(folderOf(root, code), 'a.js')
  await writeFile(handler, 'something else')
  await mkdir(`${folderOf(root, code)}.partial-killed`)
  await checkCode(root)
  await removeUnzipped(root)
  expect(await readdir(root)).toEqual([basename(zipFileOf(root, code))])
  await unpackKept(root, code)
  expect(await readFile(handler, 'utf8')).toBe('1')

  const bytes = await readFile(zipFileOf(root, code))
  await writeFile(zipFileOf(root, code), bytes.subarray(0, -1))
  await expect(checkCode(root)).rejects.toThrow(`${zipFileOf(root, code)} is damaged (`)
  await rm(zipFileOf(root, code))
  await checkCode(root)
  await removeUnzipped(root)
  await expect(unpackKept(root, code)).rejects.toThrow(`${zipFileOf(root, code)} is missing: `)
})

/** A zip by hand: a file per entry, with any values in its directory. */
function forged(
  entries: { name: string; content?: Uint8Array; says?: number; method?: number; flags?: number; unixMode?: number }[],
): Buffer {
  const files: Buffer[] = []
  const directory: Buffer[] = []
  let at = 0
  for (const { name, content = Buffer.alloc(0), says, method = 8, flags = 0, unixMode = 0 } of entries) {
    const zipped = method === 8 ? deflateRawSync(content) : Buffer.from(content)
    const bytes = says ?? content.length
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50)
    local.writeUInt16LE(Buffer.byteLength(name), 26)
    const central = Buffer.alloc(46)
    central.writeUInt32LE(0x02014b50)
    central.writeUInt16LE(flags, 8)
    central.writeUInt16LE(method, 10)
    central.writeUInt32LE(crc32(content.subarray(0, bytes)), 16)
    central.writeUInt32LE(zipped.length, 20)
    central.writeUInt32LE(bytes, 24)
    central.writeUInt16LE(Buffer.byteLength(name), 28)
    central.writeUInt16LE(unixMode, 40)
    central.writeUInt32LE(at, 42)
    files.push(local, Buffer.from(name), zipped)
    directory.push(central, Buffer.from(name))
    at += local.length + Buffer.byteLength(name) + zipped.length
  }
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...files, ...directory, end])
}

const rejected = async (zip: Uint8Array) => {
  const error = await unpack(zip, join(folder, 'code'), 'It').catch((error: unknown) => error)
  expect(error).toBeInstanceOf(BadZip)
  expect(await readdir(join(folder, 'code')).catch(() => [])).toEqual([])
  return (error as BadZip).message
}

test('a zip made by hand is unzipped, if it has no fault', async () => {
  const code = await unpack(
    forged([
      { name: 'stored', content: Buffer.from('a'), method: 0 },
      { name: 'b/' },
      { name: 'b/c/deflated', content: Buffer.from('ü'.repeat(100_000)) },
      { name: './empty' },
    ]),
    folder,
    'It',
  )
  const read = (name: string) => readFile(join(folderOf(folder, code), name), 'utf8')
  expect(await read('stored')).toBe('a')
  expect(await read('b/c/deflated')).toBe('ü'.repeat(100_000))
  expect(await read('empty')).toBe('')
})

const mebibyte = Buffer.alloc(2 ** 20)

test('a zip of two megabytes that says that it holds 2 GB is refused before anything is unzipped', async () => {
  const zipped = deflateRawSync(Buffer.alloc(256 * 2 ** 20), { level: 1 })
  const bomb = forged(
    Array.from({ length: 8 }, (_, n) => ({ name: `${n}`, content: zipped, method: 0, says: 256 * 2 ** 20 })),
  )
  // Stored uncompressed, but marked as deflated: the eight files share no bytes, and are fast to create.
  for (let at = bomb.indexOf('PK\x01\x02'); at >= 0; at = bomb.indexOf('PK\x01\x02', at + 1))
    bomb.writeUInt16LE(8, at + 10)
  expect(bomb.length).toBeLessThan(10 * 2 ** 20)
  expect(entriesOf(bomb).reduce((sum, { bytes }) => sum + bytes, 0)).toBe(2 ** 31)
  expect(await rejected(bomb)).toContain('Unzipped size must be smaller than 262144000 bytes')
})

test.each([
  [[262_144_000], true],
  [[262_143_999, 1], true],
  [[131_072_000, 131_071_999], false],
])('files that say that they have %j bytes are too large: %s', async (sizes, tooLarge) => {
  const said = await rejected(forged(sizes.map((says, n) => ({ name: `${n}`, content: mebibyte, says }))))
  expect(said.includes('Unzipped size must be smaller')).toBe(tooLarge)
})

test('a file that is longer than its directory says is unzipped to at most one piece after its end', async () => {
  const [entry] = entriesOf(forged([{ name: 'liar', content: Buffer.alloc(64 * 2 ** 20), says: 100_000 }]))
  let [bytes, longest] = [0, 0]
  const reading = async () => {
    for await (const piece of entry?.content() ?? []) {
      bytes += piece.length
      longest = Math.max(longest, piece.length)
    }
  }
  await expect(reading()).rejects.toThrow('liar is damaged')
  expect(bytes).toBeLessThanOrEqual(100_000)
  // What is in memory at a time, however long the file is.
  expect(longest).toBeLessThanOrEqual(64 * 1024)
})

test('a large file comes in pieces, never as a whole', async () => {
  const [entry] = entriesOf(forged([{ name: 'large', content: Buffer.alloc(64 * 2 ** 20) }]))
  let [bytes, longest] = [0, 0]
  for await (const piece of entry?.content() ?? []) {
    bytes += piece.length
    longest = Math.max(longest, piece.length)
  }
  expect(bytes).toBe(64 * 2 ** 20)
  expect(longest).toBeLessThanOrEqual(64 * 1024)
})

test.each([
  ['../evil', 'outside'],
  ['a/../../evil', 'outside'],
  ['a/../b', 'outside'],
  ['..', 'outside'],
  ['/etc/evil', 'outside'],
  ['//evil', 'outside'],
  ['..\\evil', 'outside'],
  ['.', 'outside'],
  ['', 'outside'],
  ['a\0b', 'outside'],
  ['a'.repeat(300), 'cannot be a file here (ENAMETOOLONG)'],
  ['a/'.repeat(3000), 'cannot be a file here (ENAMETOOLONG)'],
])('a file named %j is refused', async (name, why) => {
  expect(await rejected(forged([{ name: 'index.js' }, { name }]))).toContain(why)
})

test.each([
  ['a symbolic link', [{ name: 'link', content: Buffer.from('/etc/passwd'), unixMode: 0o120777 }], 'symbolic link'],
  ['a name twice', [{ name: 'a' }, { name: 'a' }], 'holds a twice'],
  ['a name twice, spelt differently', [{ name: 'a' }, { name: './a' }], 'holds ./a twice'],
  ['a file and a folder of one name', [{ name: 'a' }, { name: 'a/b' }], 'cannot be a file here'],
  ['an encrypted file', [{ name: 'a', flags: 1 }], 'a is encrypted'],
  ['an unknown compression', [{ name: 'a', method: 12 }], 'does not know'],
  ['a file that is shorter than it says', [{ name: 'a', content: Buffer.from('abc'), says: 4 }], 'a is damaged'],
  [
    'a hundred thousand folders',
    [{ name: 'a/'.repeat(32_000) }, ...Array(3).fill({ name: 'b/'.repeat(32_000) })],
    'more than',
  ],
])('%s is refused', async (_, entries, why) => {
  expect(await rejected(forged(entries))).toContain(why)
})

test('a flipped byte or a missing end is refused', async () => {
  const good = forged([{ name: 'a', content: randomBytes(1000) }])
  const flipped = Buffer.from(good)
  flipped[200] = (flipped[200] ?? 0) ^ 1
  expect(await rejected(flipped)).toContain('a is damaged')
  for (const length of [0, 10, 100, good.length - 30, good.length - 1]) {
    expect(await rejected(good.subarray(0, length))).toContain('not a zip')
  }
})

test('any bytes are unzipped or refused in a sentence', async () => {
  const seed = forged([{ name: 'a', content: Buffer.from('abc') }, { name: 'b/c' }])
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.nat(seed.length - 1), fc.nat(255)), { maxLength: 4 }), async (changes) => {
      const bytes = Buffer.from(seed)
      for (const [at, byte] of changes) bytes[at] = byte
      const root = join(folder, createHash('sha256').update(bytes).digest('hex'))
      const ended = await unpack(bytes, root, 'It').catch((error: unknown) => error)
      if (ended instanceof Error) expect(ended).toBeInstanceOf(BadZip)
    }),
  )
})
